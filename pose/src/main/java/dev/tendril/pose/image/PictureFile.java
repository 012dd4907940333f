package dev.tendril.pose.image;

import dev.tendril.core.TensorException;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Reading of picture files: their size is looked at before their pixels are.
final class PictureFile {
  static final long MOST_PIXELS = 100_000_000;
  private static final int CMYK = 4;

  private PictureFile() {}

  static Picture read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new TensorException(
          "reading the picture "
              + file
              + ": "
              + (Files.exists(file) ? "not a file" : "no such file"));
    }
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      return Picture.of(upright(image(file.toString(), stream), orientation(file)));
    } catch (IOException | RuntimeException e) {
      throw damaged(file.toString(), e);
    }
  }

  static Picture read(byte[] bytes, String name) {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      return Picture.of(image(name, stream));
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  private static TensorException damaged(String name, Exception e) {
    return e instanceof TensorException known
        ? known
        : new TensorException(
            "reading the picture " + name + ": damaged (" + e.getMessage() + ")", e);
  }

  private static BufferedImage image(String name, ImageInputStream stream) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw new TensorException(
          "reading the picture " + name + ": not a picture; expected PNG, JPEG, GIF or BMP");
    }
    ImageReader reader = readers.next();
    try {
      reader.setInput(stream, true, true);
      return image(name, reader);
    } finally {
      reader.dispose();
    }
  }

  private static BufferedImage image(String name, ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > MOST_PIXELS) {
      throw new TensorException(
          "reading the picture "
              + name
              + ": "
              + width
              + " x "
              + height
              + " pixels; expected at most "
              + MOST_PIXELS
              + " in all: make it smaller first");
    }
    try {
      return reader.read(0);
    } catch (IIOException e) {
      return inks(reader, e);
    }
  }

  /// A JPEG in cyan, magenta, yellow and black, which Java gives as it is stored; programs for
  /// print store such colors inverted.
  private static BufferedImage inks(ImageReader reader, IIOException cause) throws IOException {
    if (!reader.canReadRaster()) {
      throw cause;
    }
    Raster raster = reader.readRaster(0, null);
    if (raster.getNumBands() != CMYK) {
      throw cause;
    }
    int width = raster.getWidth();
    BufferedImage image = new BufferedImage(width, raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width * CMYK];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int black = row[x * CMYK + 3];
        int red = row[x * CMYK] * black / 255;
        int green = row[x * CMYK + 1] * black / 255;
        int blue = row[x * CMYK + 2] * black / 255;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private static BufferedImage upright(BufferedImage image, int orientation) {
    AffineTransform turn = turn(orientation, image.getWidth(), image.getHeight());
    if (turn == null) {
      return image;
    }
    boolean aside = orientation >= 5;
    BufferedImage turned =
        new BufferedImage(
            aside ? image.getHeight() : image.getWidth(),
            aside ? image.getWidth() : image.getHeight(),
            BufferedImage.TYPE_INT_RGB);
    BufferedImage plain = Picture.of(image).toImage();
    return new AffineTransformOp(turn, AffineTransformOp.TYPE_NEAREST_NEIGHBOR)
        .filter(plain, turned);
  }

  /// How a picture is turned upright; null when it is.
  private static @Nullable AffineTransform turn(int orientation, int width, int height) {
    return switch (orientation) {
      case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
      case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
      case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
      case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
      case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
      case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
      case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
      default -> null;
    };
  }

  /// The tag `Orientation` of Exif 2.32 in a JPEG file, 1 where it has none.
  private static int orientation(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (in.length() < 4 || in.readUnsignedShort() != 0xffd8) {
        return 1;
      }
      while (in.getFilePointer() + 4 <= in.length()) {
        int marker = in.readUnsignedShort();
        int length = in.readUnsignedShort();
        if (marker >> 8 != 0xff || marker == 0xffda || length < 2) {
          return 1;
        }
        if (marker == 0xffe1) {
          byte[] segment = new byte[length - 2];
          if (in.read(segment) == segment.length && Exif.isExif(segment)) {
            return new Exif(segment).orientation();
          }
        } else {
          in.seek(in.getFilePointer() + length - 2);
        }
      }
      return 1;
    }
  }
}
