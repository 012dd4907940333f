package dev.tendril.forest.train;

import dev.tendril.data.DataException;
import dev.tendril.forest.options.UpliftParameters;
import dev.tendril.forest.tree.Output;
import dev.tendril.learn.Task;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes the [Target]s of trees that predict the label itself, or what a treatment changes in it:
/// random forests and CART.
final class Targets {
  private final TrainingData data;
  private final UpliftParameters parameters;
  private final int minSide;
  private final Weights weights;
  private final double[] table;
  private final int[] values;
  private final int valueExponent;
  private final float center;
  private final @Nullable FixedPoint squares;

  Targets(TrainingData data, UpliftParameters parameters, int minSide, long mostExamples) {
    this.data = data;
    this.parameters = parameters;
    this.minSide = minSide;
    this.weights = Weights.of(data.weights());
    boolean counts = data.classCount() > 0 && data.weights() == null;
    this.table = ClassTarget.table(counts ? Math.toIntExact(mostExamples) : 0);
    this.values = new int[data.numbers().length];
    this.center = data.uplift() ? 0 : center(data);
    float[] centered = new float[values.length];
    for (int row = 0; row < values.length; row++) {
      float w = data.weights() == null ? 1 : data.weights()[row];
      centered[row] = w * (data.numbers()[row] - center);
    }
    this.valueExponent = Target.quantize(centered, values);
    this.squares =
        data.task() instanceof Task.NumericalUplift(String label, _)
            ? squares(label, centered)
            : null;
  }

  /// The weighted squares of the outcomes, where the measure of an uplift needs them.
  private @Nullable FixedPoint squares(String label, float[] weighted) {
    return switch (parameters.upliftSplitScore) {
      case KULLBACK_LEIBLER, CHI_SQUARED -> {
        requireNonNegative(label);
        yield null;
      }
      case EUCLIDEAN_DISTANCE -> null;
      case CONSERVATIVE_EUCLIDEAN_DISTANCE -> {
        float[] squares = new float[weighted.length];
        for (int row = 0; row < squares.length; row++) {
          squares[row] = weighted[row] * data.numbers()[row];
        }
        yield FixedPoint.of(squares);
      }
    };
  }

  private void requireNonNegative(String label) {
    for (int row = 0; row < data.numbers().length; row++) {
      if (data.numbers()[row] < 0) {
        throw new DataException(
            "label \""
                + label
                + "\" of row "
                + (row + 1)
                + " is "
                + data.numbers()[row]
                + ": uplift_split_score="
                + parameters.upliftSplitScore.name().toLowerCase(Locale.ROOT)
                + " needs outcomes of at least 0; set euclidean_distance");
      }
    }
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
    if (data.uplift()) {
      return new UpliftTarget(
          data.treatments(),
          new FixedPoint(values, valueExponent),
          squares,
          weights,
          multiplicity,
          minSide,
          parameters.upliftMinExamplesInTreatment,
          parameters.upliftSplitScore);
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
