package dev.tendril.pose;

import java.awt.image.BufferedImage;

/// Which pixels of a picture belong to a person.
public final class Segmentation {
  private static final int LEVELS = 255;

  private final int width;
  private final int height;
  private final float[] shares;

  Segmentation(int width, int height, float[] shares) {
    this.width = width;
    this.height = height;
    this.shares = shares;
  }

  /// In pixels; that of the picture.
  public int width() {
    return width;
  }

  /// In pixels; that of the picture.
  public int height() {
    return height;
  }

  /// How likely a pixel is to belong to the person, from 0 to 1.
  public float get(int x, int y) {
    return shares[y * width + x];
  }

  /// What a value of the mask stands for.
  ///
  /// @param value from 0 to 255
  public String label(int value) {
    if (value < 0 || value > LEVELS) {
      throw new IllegalArgumentException(
          "a value of a mask is a number from 0 to " + LEVELS + "; got " + value);
    }
    return "person";
  }

  /// The mask as a picture: how likely a pixel is to belong to the person as its opacity, on the
  /// value of the label as red.
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = Math.round(shares[y * width + x] * LEVELS);
        row[x] = level << 24 | level << 16;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  Segmentation flipped() {
    float[] mirrored = new float[shares.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        mirrored[y * width + x] = shares[y * width + width - 1 - x];
      }
    }
    return new Segmentation(width, height, mirrored);
  }
}
