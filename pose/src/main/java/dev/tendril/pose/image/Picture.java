package dev.tendril.pose.image;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.file.Path;

/// A picture: red, green and blue from 0 to 255, row by row from the top left.
///
/// Transparency is not looked at: what a pixel says of its color counts, as it does in a browser.
public final class Picture {
  private static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] rgb;

  private Picture(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /// Reads a PNG, JPEG, GIF or BMP file, upright where a camera noted how it was held.
  ///
  /// @throws TensorException when it cannot be read, or is no picture, or a very large one
  public static Picture read(Path file) {
    return PictureFile.read(file);
  }

  /// Reads what would be in a file.
  ///
  /// @param name of the picture, for messages
  /// @throws TensorException when it is no picture, or a very large one
  public static Picture read(byte[] bytes, String name) {
    return PictureFile.read(bytes, name);
  }

  /// Wraps pixels, which are not copied: 3 bytes each, red first.
  ///
  /// @throws IllegalArgumentException when the number of bytes does not fit
  public static Picture rgb(byte[] rgb, int width, int height) {
    if (width < 1 || height < 1 || (long) width * height * CHANNELS != rgb.length) {
      throw new IllegalArgumentException(
          "a picture of "
              + width
              + " x "
              + height
              + " pixels has 3 bytes a pixel; got "
              + rgb.length
              + " bytes");
    }
    return new Picture(width, height, rgb);
  }

  /// The colors of an image of any kind.
  public static Picture of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    switch (image.getType()) {
      case BufferedImage.TYPE_BYTE_GRAY -> gray(image, rgb);
      case BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB -> packed(image, rgb);
      default -> converted(image, rgb);
    }
    return new Picture(width, height, rgb);
  }

  /// Levels of gray as they are stored: Java would take them for linear light and brighten them.
  private static void gray(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getSamples(0, y, width, 1, 0, row);
      for (int level : row) {
        rgb[at++] = (byte) level;
        rgb[at++] = (byte) level;
        rgb[at++] = (byte) level;
      }
    }
  }

  private static void packed(BufferedImage image, byte[] rgb) {
    if (image.getRaster().getDataBuffer() instanceof DataBufferInt buffer
        && buffer.getSize() * CHANNELS == rgb.length) {
      unpack(buffer.getData(), rgb, 0);
    } else {
      converted(image, rgb);
    }
  }

  private static void converted(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      unpack(row, rgb, y * width * CHANNELS);
    }
  }

  private static void unpack(int[] pixels, byte[] rgb, int from) {
    int at = from;
    for (int pixel : pixels) {
      rgb[at++] = (byte) (pixel >> 16);
      rgb[at++] = (byte) (pixel >> 8);
      rgb[at++] = (byte) pixel;
    }
  }

  /// A picture of numbers from 0 to 255; those beyond are cut off.
  ///
  /// @param pixels `[height, width, 3]`
  public static Picture of(Tensor pixels) {
    Shape shape = pixels.shape();
    if (shape.rank() != 3 || shape.dim(2) != CHANNELS || shape.size() == 0) {
      throw new IllegalArgumentException(
          "a picture is a tensor [height, width, 3]; got " + pixels.type());
    }
    float[] values = pixels.toFloatArray();
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.clamp((int) values[i], 0, 255);
    }
    return new Picture(shape.dim(1), shape.dim(0), rgb);
  }

  /// This picture as Java draws on it.
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      int at = y * width * CHANNELS;
      for (int x = 0; x < width; x++, at += CHANNELS) {
        row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  /// In pixels.
  public int width() {
    return width;
  }

  /// In pixels.
  public int height() {
    return height;
  }

  /// The pixels themselves.
  byte[] pixels() {
    return rgb;
  }
}
