package dev.tendril.pose;

import java.util.List;

/// A rectangle around a person, in pixels of the picture.
public record BoundingBox(double xMin, double yMin, double xMax, double yMax) {
  public double width() {
    return xMax - xMin;
  }

  public double height() {
    return yMax - yMin;
  }

  /// The smallest rectangle around key points.
  static BoundingBox around(List<Keypoint> keypoints) {
    double xMin = Double.POSITIVE_INFINITY;
    double yMin = Double.POSITIVE_INFINITY;
    double xMax = Double.NEGATIVE_INFINITY;
    double yMax = Double.NEGATIVE_INFINITY;
    for (Keypoint point : keypoints) {
      xMin = Math.min(xMin, point.x());
      yMin = Math.min(yMin, point.y());
      xMax = Math.max(xMax, point.x());
      yMax = Math.max(yMax, point.y());
    }
    return new BoundingBox(xMin, yMin, xMax, yMax);
  }

  /// The share of two rectangles that they have in common (intersection over union); 0 when they
  /// are apart.
  double overlap(BoundingBox other) {
    double across = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    double down = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double common = across * down;
    return common / (width() * height() + other.width() * other.height() - common);
  }
}
