package dev.tendril.forest.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows that the trees of one boosting iteration are grown on.
///
/// @param rows the rows, ascending
/// @param left the training rows that are not among them
/// @param weights by row of the table; null: all 1
/// @param fixedWeights the same in fixed point
record BoostingSample(int[] rows, int[] left, float @Nullable [] weights, Weights fixedWeights) {

  static BoostingSample everything(int[] rows, float @Nullable [] weights) {
    return new BoostingSample(rows, new int[0], weights, Weights.of(weights));
  }

  /// A part of this sample.
  ///
  /// @param some of its rows, ascending
  BoostingSample of(int[] some, int tableRows) {
    int[] marks = Sampler.marks(some, tableRows);
    int[] others = Arrays.stream(rows).filter(row -> marks[row] == 0).toArray();
    return new BoostingSample(some, others, weights, fixedWeights);
  }

  BoostingSample withWeights(float[] other) {
    return new BoostingSample(rows, left, other, Weights.of(other));
  }

  double weight(int row) {
    return weights == null ? 1 : weights[row];
  }

  /// Weighted values of the sample in the fixed point of [Target].
  ///
  /// @param into receives them by row
  /// @param bits the most bits of a value
  /// @return the binary exponent
  int quantize(Workers workers, float[] values, int[] into, int bits) {
    float largest =
        (float) Blocks.max(workers, rows.length, (from, to) -> largest(values, from, to));
    int exponent = Target.exponent(largest) - (30 - bits);
    double scale = Math.scalb(1.0, exponent);
    Blocks.run(workers, rows.length, (from, to) -> quantize(values, from, to, scale, into));
    return exponent;
  }

  private float largest(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(value(values, rows[i])));
    }
    return largest;
  }

  private void quantize(float[] values, int from, int to, double scale, int[] into) {
    for (int i = from; i < to; i++) {
      into[rows[i]] = (int) Math.rint(value(values, rows[i]) * scale);
    }
  }

  private float value(float[] values, int row) {
    return weights == null ? values[row] : weights[row] * values[row];
  }
}
