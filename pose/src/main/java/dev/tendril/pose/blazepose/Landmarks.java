package dev.tendril.pose.blazepose;

import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;

/// Points of a body: 33 that have names, and auxiliary ones, of which the first two say where the
/// body is. They are shares of a square cut-out first, then of the picture, then pixels; what they
/// are is up to who holds them.
public final class Landmarks {
  /// Landmarks that have names.
  public static final int NAMED = 33;

  /// All landmarks of the network, auxiliary ones among them.
  public static final int ALL = 39;

  private static final int NUMBERS = 5;
  private static final int WINDOW = 7;
  private static final double MIN_CONFIDENCE = 0.5;

  final double[] x;
  final double[] y;
  final double[] z;
  final double[] visibility;
  final double[] presence;

  private Landmarks(int count) {
    x = new double[count];
    y = new double[count];
    z = new double[count];
    visibility = new double[count];
    presence = new double[count];
  }

  /// What the network says of each: x, y, z in pixels of its input, logits of being visible and of
  /// being there at all.
  public static Landmarks decode(float[] raw, int inputSize) {
    Landmarks landmarks = new Landmarks(ALL);
    for (int i = 0; i < ALL; i++) {
      landmarks.x[i] = raw[i * NUMBERS] / (double) inputSize;
      landmarks.y[i] = raw[i * NUMBERS + 1] / (double) inputSize;
      landmarks.z[i] = raw[i * NUMBERS + 2] / (double) inputSize;
      landmarks.visibility[i] = sigmoid(raw[i * NUMBERS + 3]);
      landmarks.presence[i] = sigmoid(raw[i * NUMBERS + 4]);
    }
    return landmarks;
  }

  /// The landmarks in metres around the middle of the hips, turned as the person is in the picture.
  ///
  /// @param raw x, y, z of each
  /// @param rotation of the region that was looked at
  /// @param image the same landmarks in the picture, which say how visible they are
  public static Landmarks world(float[] raw, double rotation, Landmarks image) {
    Landmarks landmarks = new Landmarks(NAMED);
    double cos = Math.cos(rotation);
    double sin = Math.sin(rotation);
    for (int i = 0; i < NAMED; i++) {
      double across = raw[i * 3];
      double down = raw[i * 3 + 1];
      landmarks.x[i] = cos * across - sin * down;
      landmarks.y[i] = sin * across + cos * down;
      landmarks.z[i] = raw[i * 3 + 2];
      landmarks.visibility[i] = image.visibility[i];
      landmarks.presence[i] = image.presence[i];
    }
    return landmarks;
  }

  /// Moves each landmark to the center of what its heat map says in the 7 x 7 places around it,
  /// where the map is sure enough.
  ///
  /// @param logits `[size, size, 39]`
  public void refine(float[] logits, int size) {
    for (int i = 0; i < x.length; i++) {
      int column = (int) (x[i] * size);
      int row = (int) (y[i] * size);
      if (column >= 0 && column < size && row >= 0 && row < size) {
        refine(i, logits, size, column, row);
      }
    }
  }

  private void refine(int landmark, float[] logits, int size, int column, int row) {
    int half = WINDOW / 2;
    double sum = 0;
    double across = 0;
    double down = 0;
    double most = 0;
    for (int r = Math.max(0, row - half); r <= Math.min(size - 1, row + half); r++) {
      for (int c = Math.max(0, column - half); c <= Math.min(size - 1, column + half); c++) {
        double confidence = sigmoid(logits[(r * size + c) * x.length + landmark]);
        sum += confidence;
        across += c * confidence;
        down += r * confidence;
        most = Math.max(most, confidence);
      }
    }
    if (most >= MIN_CONFIDENCE && sum > 0) {
      x[landmark] = across / sum / size;
      y[landmark] = down / sum / size;
    }
  }

  /// From shares of a region to pixels of the picture that it lies in; depth becomes pixels too.
  public void project(Region region) {
    double cos = Math.cos(region.rotation());
    double sin = Math.sin(region.rotation());
    for (int i = 0; i < x.length; i++) {
      double across = (x[i] - 0.5) * region.width();
      double down = (y[i] - 0.5) * region.height();
      x[i] = cos * across - sin * down + region.x();
      y[i] = sin * across + cos * down + region.y();
      z[i] *= region.width();
    }
  }

  /// Where the body is, by the auxiliary landmarks. Of landmarks in pixels.
  public Region region() {
    return Region.toward(x[NAMED], y[NAMED], x[NAMED + 1], y[NAMED + 1]);
  }

  /// Whether the body is near enough to the picture to be looked for there.
  public boolean isNear(Picture picture) {
    double reach = 2.0 * Math.max(picture.width(), picture.height());
    Region region = region();
    return Math.abs(region.x() - picture.width() / 2.0) < reach
        && Math.abs(region.y() - picture.height() / 2.0) < reach
        && region.width() >= 1
        && region.width() < 4 * reach;
  }

  public double x(int landmark) {
    return x[landmark];
  }

  public double y(int landmark) {
    return y[landmark];
  }

  public double z(int landmark) {
    return z[landmark];
  }

  /// How likely it is that the landmark is not hidden, from 0 to 1.
  public double visibility(int landmark) {
    return visibility[landmark];
  }

  /// How likely it is that the landmark is in the picture, from 0 to 1.
  public double presence(int landmark) {
    return presence[landmark];
  }

  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
