package dev.tendril.forest.train;

import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.forest.tree.Condition;

/// A test of a vector sequence as a number that is to be at least a threshold: how near the nearest
/// vector is to the anchor, or how far the furthest reaches in its direction. An empty sequence has
/// negative infinity, which reaches no threshold.
///
/// Computed as predictions compute it: in 32-bit floats, component by component.
///
/// @param near whether nearness counts, the negative of the squared distance; else the scalar
///     product
record SequenceTest(boolean near, float[] anchor, float threshold) {

  static SequenceTest of(Condition condition) {
    return switch (condition) {
      case Condition.CloserThan(_, float[] anchor, float squaredDistance) ->
          new SequenceTest(true, anchor, -squaredDistance);
      case Condition.ProjectedMoreThan(_, float[] anchor, float threshold) ->
          new SequenceTest(false, anchor, threshold);
      case Condition.IsMissing _,
          Condition.AtLeast _,
          Condition.IsTrue _,
          Condition.Contains _,
          Condition.BinAtLeast _,
          Condition.Oblique _ ->
          throw new IllegalStateException("no test of a sequence: " + condition);
    };
  }

  /// A test by the same anchor with another threshold, as a condition.
  Condition condition(int column, float least) {
    return near
        ? new Condition.CloserThan(column, anchor, 0f - least)
        : new Condition.ProjectedMoreThan(column, anchor, least);
  }

  /// The number of a row.
  float value(Attribute.Vectors vectors, int row) {
    float best = Float.NEGATIVE_INFINITY;
    float[] values = vectors.values();
    int end = vectors.starts()[row + 1] * anchor.length;
    for (int at = vectors.starts()[row] * anchor.length; at < end; at += anchor.length) {
      float value = near ? nearness(values, at) : product(values, at);
      best = value > best ? value : best;
    }
    return best;
  }

  private float nearness(float[] values, int at) {
    float distance = 0;
    for (int i = 0; i < anchor.length; i++) {
      float difference = values[at + i] - anchor[i];
      distance += difference * difference;
    }
    return 0f - distance;
  }

  private float product(float[] values, int at) {
    float product = 0;
    for (int i = 0; i < anchor.length; i++) {
      product += values[at + i] * anchor[i];
    }
    return product;
  }

  /// Writes 1 for every row that passes the test, 0 for the others.
  void mark(Attribute.Vectors vectors, int[] rows, int from, int to, byte[] side) {
    for (int i = from; i < to; i++) {
      side[rows[i]] = (byte) (value(vectors, rows[i]) >= threshold ? 1 : 0);
    }
  }

  /// Whether a row of a column that is not missing passes the test.
  boolean positive(VectorSequenceColumn column, int row) {
    float[] vector = new float[anchor.length];
    for (int at = column.start(row); at < column.end(row); at++) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = column.value(at, i);
      }
      if ((near ? nearness(vector, 0) : product(vector, 0)) >= threshold) {
        return true;
      }
    }
    return false;
  }
}
