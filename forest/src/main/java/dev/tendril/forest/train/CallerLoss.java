package dev.tendril.forest.train;

import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.tree.LossKind;
import java.util.Arrays;

/// A loss that the user wrote. The model is saved under the loss of its task that has the same link
/// function.
final class CallerLoss extends RowLoss {
  private final CustomLoss loss;

  CallerLoss(TrainingData data, int[] rows, CustomLoss loss) {
    super(data, rows);
    this.loss = loss;
  }

  @Override
  LossKind kind() {
    return switch (data.classCount()) {
      case 0 -> LossKind.SQUARED_ERROR;
      case 2 -> LossKind.BINOMIAL_LOG_LIKELIHOOD;
      default -> LossKind.MULTINOMIAL_LOG_LIKELIHOOD;
    };
  }

  @Override
  int outputs() {
    return data.classCount() > 2 ? data.classCount() : 1;
  }

  @Override
  boolean logits() {
    return data.classCount() > 0;
  }

  @Override
  float[] initial() {
    double[] given =
        loss.initial(
            Arrays.stream(rows).mapToDouble(this::label).toArray(),
            Arrays.stream(rows).mapToDouble(this::weight).toArray());
    if (given.length != outputs()
        || !Arrays.stream(given).allMatch(value -> Float.isFinite((float) value))) {
      throw new IllegalArgumentException(
          "the initial scores of the custom loss are "
              + Arrays.toString(given)
              + ": expected "
              + outputs()
              + " finite number"
              + (outputs() == 1 ? "" : "s"));
    }
    float[] initial = new float[given.length];
    for (int k = 0; k < given.length; k++) {
      initial[k] = (float) given[k];
    }
    return initial;
  }

  private double label(int row) {
    return data.classCount() > 0 ? data.classes()[row] : data.numbers()[row];
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    double[] of = new double[outputs()];
    double[] g = new double[outputs()];
    double[] h = new double[outputs()];
    for (int i = from; i < to; i++) {
      int row = rows[i];
      scores(scores, row, of);
      loss.derive(label(row), of, g, h);
      for (int k = 0; k < g.length; k++) {
        gradients[k][row] = (float) g[k];
        hessians[k][row] = (float) h[k];
        if (!Float.isFinite(gradients[k][row]) || !Float.isFinite(hessians[k][row])) {
          throw new IllegalArgumentException(
              "the custom loss has gradient "
                  + g[k]
                  + " and hessian "
                  + h[k]
                  + " for label "
                  + label(row)
                  + " and scores "
                  + Arrays.toString(of)
                  + ": expected finite numbers");
        }
      }
    }
  }

  private static void scores(float[][] scores, int row, double[] of) {
    for (int k = 0; k < of.length; k++) {
      of[k] = scores[k][row];
    }
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double[] of = new double[outputs()];
    double sum = 0;
    for (int i = from; i < to; i++) {
      scores(scores, rows[i], of);
      sum += weight(rows[i]) * loss.loss(label(rows[i]), of);
    }
    return sum;
  }

  /// Right classifications, or the squared error.
  @Override
  double metric(float[][] scores, int from, int to) {
    double[] of = new double[outputs()];
    double sum = 0;
    for (int i = from; i < to; i++) {
      scores(scores, rows[i], of);
      double figure =
          data.classCount() == 0
              ? Math.pow(of[0] - label(rows[i]), 2)
              : predicted(of) == label(rows[i]) ? 1 : 0;
      sum += weight(rows[i]) * figure;
    }
    return sum;
  }

  private static int predicted(double[] scores) {
    if (scores.length == 1) {
      return scores[0] > 0 ? 1 : 0;
    }
    int top = 0;
    for (int k = 1; k < scores.length; k++) {
      top = scores[k] > scores[top] ? k : top;
    }
    return top;
  }

  @Override
  double reportedMetric(double mean) {
    return data.classCount() == 0 ? Math.sqrt(mean) : mean;
  }
}
