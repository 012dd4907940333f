package dev.tendril.pose;

import dev.tendril.pose.image.Picture;
import java.awt.image.BufferedImage;

/// Pixels, to compare.
final class Pictures {
  private Pictures() {}

  static byte[] bytes(Picture picture) {
    BufferedImage image = picture.toImage();
    byte[] bytes = new byte[picture.width() * picture.height() * 3];
    int at = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int pixel = image.getRGB(x, y);
        bytes[at++] = (byte) (pixel >> 16);
        bytes[at++] = (byte) (pixel >> 8);
        bytes[at++] = (byte) pixel;
      }
    }
    return bytes;
  }

  /// The greatest difference between two levels.
  static int farthest(byte[] one, byte[] other) {
    int farthest = 0;
    for (int i = 0; i < one.length; i++) {
      farthest = Math.max(farthest, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
    }
    return farthest;
  }
}
