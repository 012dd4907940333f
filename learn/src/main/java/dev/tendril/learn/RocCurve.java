package dev.tendril.learn;

import java.util.List;

/// How true and false positives grow as the threshold falls. Counts are sums of weights.
///
/// @param positives the weight of the rows that are of the class
/// @param negatives the weight of all others
/// @param points by descending threshold, from none to all rows called positive; ties are one point
public record RocCurve(double positives, double negatives, List<Point> points) {
  public RocCurve {
    points = List.copyOf(points);
  }

  /// What calling the rows whose score is at least `threshold` positive gives.
  public record Point(double threshold, double truePositives, double falsePositives) {}

  /// The share of the positives that a point finds; NaN when there are none.
  public double recall(Point point) {
    return point.truePositives / positives;
  }

  /// The share of the negatives that a point calls positive; NaN when there are none.
  public double falsePositiveRate(Point point) {
    return point.falsePositives / negatives;
  }

  /// The share of the positives among the rows that a point calls positive; 1 when it calls none.
  public double precision(Point point) {
    double called = point.truePositives + point.falsePositives;
    return called == 0 ? 1 : point.truePositives / called;
  }
}
