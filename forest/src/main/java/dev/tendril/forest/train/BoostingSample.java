package dev.tendril.forest.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows that the trees of one boosting iteration are grown on.
///
/// @param rows the rows, ascending
/// @param left the training rows that are not among them
/// @param marks by row of the table: 1 for those in the sample
/// @param weights by row of the table; null: all 1
/// @param fixedWeights the same in fixed point
record BoostingSample(
    int[] rows, int[] left, int[] marks, float @Nullable [] weights, Weights fixedWeights) {

  /// @param all the training rows
  /// @param rows some of them, ascending
  static BoostingSample of(int[] all, int[] rows, TrainingData data) {
    int[] marks = Sampler.marks(rows, data.frame().rows());
    int[] left =
        rows.length == all.length
            ? new int[0]
            : Arrays.stream(all).filter(row -> marks[row] == 0).toArray();
    return new BoostingSample(rows, left, marks, data.weights(), Weights.of(data.weights()));
  }

  BoostingSample withWeights(float[] other) {
    return new BoostingSample(rows, left, marks, other, Weights.of(other));
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
