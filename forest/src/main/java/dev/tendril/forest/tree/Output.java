package dev.tendril.forest.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a node says of the rows that reach it. Arrays are not copied: read only.
public sealed interface Output {

  /// Of a classification tree.
  ///
  /// @param topClass the vocabulary index of the most frequent class
  /// @param weights the weight of the training rows by vocabulary index, the out-of-vocabulary
  ///     index 0 included; empty when the model keeps only the top class
  record Distribution(int topClass, double[] weights) implements Output {
    public double sum() {
      double sum = 0;
      for (double weight : weights) {
        sum += weight;
      }
      return sum;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Distribution(int thatTop, double[] thatWeights)
          && topClass == thatTop
          && Arrays.equals(weights, thatWeights);
    }

    @Override
    public int hashCode() {
      return 31 * topClass + Arrays.hashCode(weights);
    }
  }

  /// Of a regression or boosting tree.
  ///
  /// @param value what is predicted or, in boosting, added
  /// @param moments what the value was computed from, if kept
  record Value(float value, @Nullable Moments moments) implements Output {}

  /// Sums over the training rows of a node. Regression trees fill the first three, boosting trees
  /// the gradients.
  record Moments(
      double sum,
      double sumSquares,
      double count,
      double sumGradients,
      double sumHessians,
      double sumWeights) {}

  /// Of an uplift tree.
  ///
  /// @param weightPerTreatment by treatment
  /// @param weightPerTreatmentAndOutcome treatment by treatment, by outcome
  /// @param effect by treatment without the control
  /// @param examplesPerTreatment by treatment
  record Uplift(
      double sumWeights,
      double[] weightPerTreatment,
      double[] weightPerTreatmentAndOutcome,
      float[] effect,
      long[] examplesPerTreatment)
      implements Output {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Uplift that
          && sumWeights == that.sumWeights
          && Arrays.equals(weightPerTreatment, that.weightPerTreatment)
          && Arrays.equals(weightPerTreatmentAndOutcome, that.weightPerTreatmentAndOutcome)
          && Arrays.equals(effect, that.effect)
          && Arrays.equals(examplesPerTreatment, that.examplesPerTreatment);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(effect);
    }
  }

  /// Of an isolation tree.
  ///
  /// @param examples the number of training rows that ended here
  record Isolated(long examples) implements Output {}
}
