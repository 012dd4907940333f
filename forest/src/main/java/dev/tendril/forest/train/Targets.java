package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// Makes the [Target]s of trees that predict the label itself: random forests and CART.
final class Targets {
  private final TrainingData data;
  private final int minSide;
  private final Weights weights;
  private final double[] table;
  private final int[] values;
  private final int valueExponent;
  private final float center;

  Targets(TrainingData data, int minSide, long mostExamples) {
    this.data = data;
    this.minSide = minSide;
    this.weights = Weights.of(data.weights());
    boolean counts = data.classCount() > 0 && data.weights() == null;
    this.table = ClassTarget.table(counts ? Math.toIntExact(mostExamples) : 0);
    this.values = new int[data.numbers().length];
    this.center = center(data);
    float[] centered = new float[values.length];
    for (int row = 0; row < values.length; row++) {
      float w = data.weights() == null ? 1 : data.weights()[row];
      centered[row] = w * (data.numbers()[row] - center);
    }
    this.valueExponent = Target.quantize(centered, values);
  }

  /// The mean of the label, taken off so that fixed point spends its bits on the differences.
  private static float center(TrainingData data) {
    double sum = 0;
    for (float number : data.numbers()) {
      sum += number;
    }
    return (float) (sum / Math.max(1, data.numbers().length));
  }

  /// @param multiplicity how often each row is in the tree's sample; null: once
  Target of(int @Nullable [] multiplicity) {
    if (data.classCount() > 0) {
      return new ClassTarget(
          data.classes(),
          data.classCount(),
          weights.quantized(),
          weights.exponent(),
          multiplicity,
          minSide,
          table);
    }
    return new NumberTarget(
        values,
        valueExponent,
        weights.quantized(),
        weights.exponent(),
        multiplicity,
        minSide,
        (rows, from, to, _) -> mean(multiplicity, rows, from, to));
  }

  private Output mean(int @Nullable [] multiplicity, int[] rows, int from, int to) {
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (int i = from; i < to; i++) {
      double value = data.numbers()[rows[i]];
      double w =
          (data.weights() == null ? 1 : data.weights()[rows[i]])
              * (multiplicity == null ? 1 : multiplicity[rows[i]]);
      sum += w * value;
      squares += w * value * value;
      count += w;
    }
    float value = count > 0 ? (float) (sum / count) : center;
    return new Output.Value(value, new Output.Moments(sum, squares, count, 0, 0, 0));
  }
}
