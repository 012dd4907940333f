package dev.tendril.formats.task;

/// A picture: rows of pixels from the top, each of three bytes, red, green, blue. Do not change the
/// bytes.
public record RgbImage(int width, int height, byte[] pixels) {
  public RgbImage {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of "
              + width
              + " by "
              + height
              + " with "
              + pixels.length
              + " bytes; expected three a pixel");
    }
  }

  /// A picture of pixels as `java.awt.image.BufferedImage.getRGB` gives them; how much they cover
  /// does not count.
  ///
  /// @param argb a pixel in each, blue in the low bits
  public static RgbImage of(int[] argb, int width, int height) {
    byte[] pixels = new byte[3 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      pixels[3 * i] = (byte) (argb[i] >> 16);
      pixels[3 * i + 1] = (byte) (argb[i] >> 8);
      pixels[3 * i + 2] = (byte) argb[i];
    }
    return new RgbImage(width, height, pixels);
  }

  /// A channel of a pixel, from 0 to 255.
  int at(int x, int y, int channel) {
    return pixels[3 * (y * width + x) + channel] & 0xFF;
  }
}
