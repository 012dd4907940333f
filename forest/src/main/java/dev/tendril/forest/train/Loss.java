package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A loss that boosting minimizes, as function of raw scores (Friedman 2001). Gradients are
/// negative gradients: the direction in which a score should move.
///
/// Scores are `[output][row]`.
abstract sealed class Loss {
  final TrainingData data;

  Loss(TrainingData data) {
    this.data = data;
  }

  abstract LossKind kind();

  /// The number of scores of a row, which is the number of trees of an iteration.
  abstract int outputs();

  /// The constant score that minimizes the loss over the rows.
  abstract float[] initial(int[] rows);

  /// Computes gradient and hessian of rows.
  abstract void derive(
      float[][] scores, int[] rows, int from, int to, float[][] gradients, float[][] hessians);

  /// The weighted sum of the loss over rows.
  abstract double loss(float[][] scores, int[] rows, int from, int to);

  /// A second figure that users understand, as weighted sum: right classifications, or the squared
  /// error.
  abstract double metric(float[][] scores, int[] rows, int from, int to);

  /// The mean loss from the weighted sum.
  double finish(double mean) {
    return mean;
  }

  /// Whether leaf values are logits, which are clamped.
  boolean logits() {
    return true;
  }

  final double weight(int row) {
    float[] weights = data.weights();
    return weights == null ? 1 : weights[row];
  }

  /// Negative binomial log likelihood of two classes; the score is the logit of the second.
  static final class Binomial extends Loss {
    Binomial(TrainingData data) {
      super(data);
    }

    @Override
    LossKind kind() {
      return LossKind.BINOMIAL_LOG_LIKELIHOOD;
    }

    @Override
    int outputs() {
      return 1;
    }

    @Override
    float[] initial(int[] rows) {
      double positive = 0;
      double all = 0;
      for (int row : rows) {
        positive += weight(row) * data.classes()[row];
        all += weight(row);
      }
      double ratio = Math.min(Math.max(positive / all, 1e-6), 1 - 1e-6);
      return new float[] {(float) Math.log(ratio / (1 - ratio))};
    }

    @Override
    void derive(
        float[][] scores, int[] rows, int from, int to, float[][] gradients, float[][] hessians) {
      float[] score = scores[0];
      for (int i = from; i < to; i++) {
        int row = rows[i];
        double p = 1 / (1 + Math.exp(-score[row]));
        gradients[0][row] = (float) (data.classes()[row] - p);
        hessians[0][row] = (float) (p * (1 - p));
      }
    }

    @Override
    double loss(float[][] scores, int[] rows, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        double score = data.classes()[rows[i]] == 1 ? scores[0][rows[i]] : -scores[0][rows[i]];
        sum += weight(rows[i]) * (Math.log(1 + Math.exp(-Math.abs(score))) + Math.max(-score, 0));
      }
      return sum;
    }

    @Override
    double metric(float[][] scores, int[] rows, int from, int to) {
      double right = 0;
      for (int i = from; i < to; i++) {
        boolean positive = scores[0][rows[i]] > 0;
        right += positive == (data.classes()[rows[i]] == 1) ? weight(rows[i]) : 0;
      }
      return right;
    }
  }

  /// Negative multinomial log likelihood; one score a class, through the softmax.
  static final class Multinomial extends Loss {
    Multinomial(TrainingData data) {
      super(data);
    }

    @Override
    LossKind kind() {
      return LossKind.MULTINOMIAL_LOG_LIKELIHOOD;
    }

    @Override
    int outputs() {
      return data.classCount();
    }

    @Override
    float[] initial(int[] rows) {
      return new float[outputs()];
    }

    @Override
    void derive(
        float[][] scores, int[] rows, int from, int to, float[][] gradients, float[][] hessians) {
      double[] p = new double[outputs()];
      for (int i = from; i < to; i++) {
        int row = rows[i];
        softmax(scores, row, p);
        for (int k = 0; k < p.length; k++) {
          double gradient = (data.classes()[row] == k ? 1 : 0) - p[k];
          gradients[k][row] = (float) gradient;
          hessians[k][row] = (float) (Math.abs(gradient) * (1 - Math.abs(gradient)));
        }
      }
    }

    private static void softmax(float[][] scores, int row, double[] p) {
      double largest = Double.NEGATIVE_INFINITY;
      for (float[] score : scores) {
        largest = Math.max(largest, score[row]);
      }
      double sum = 0;
      for (int k = 0; k < p.length; k++) {
        p[k] = Math.exp(scores[k][row] - largest);
        sum += p[k];
      }
      for (int k = 0; k < p.length; k++) {
        p[k] /= sum;
      }
    }

    @Override
    double loss(float[][] scores, int[] rows, int from, int to) {
      double[] p = new double[outputs()];
      double sum = 0;
      for (int i = from; i < to; i++) {
        softmax(scores, rows[i], p);
        sum -= weight(rows[i]) * Math.log(Math.max(p[data.classes()[rows[i]]], 1e-30));
      }
      return sum;
    }

    @Override
    double metric(float[][] scores, int[] rows, int from, int to) {
      double right = 0;
      for (int i = from; i < to; i++) {
        int top = 0;
        for (int k = 1; k < scores.length; k++) {
          top = scores[k][rows[i]] > scores[top][rows[i]] ? k : top;
        }
        right += top == data.classes()[rows[i]] ? weight(rows[i]) : 0;
      }
      return right;
    }
  }

  /// Squared error; the loss is reported as its root.
  static final class SquaredError extends Loss {
    SquaredError(TrainingData data) {
      super(data);
    }

    @Override
    LossKind kind() {
      return LossKind.SQUARED_ERROR;
    }

    @Override
    int outputs() {
      return 1;
    }

    @Override
    boolean logits() {
      return false;
    }

    @Override
    float[] initial(int[] rows) {
      double sum = 0;
      double all = 0;
      for (int row : rows) {
        sum += weight(row) * data.numbers()[row];
        all += weight(row);
      }
      return new float[] {(float) (sum / all)};
    }

    @Override
    void derive(
        float[][] scores, int[] rows, int from, int to, float[][] gradients, float[][] hessians) {
      for (int i = from; i < to; i++) {
        int row = rows[i];
        gradients[0][row] = data.numbers()[row] - scores[0][row];
        hessians[0][row] = 1;
      }
    }

    @Override
    double loss(float[][] scores, int[] rows, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        double error = data.numbers()[rows[i]] - scores[0][rows[i]];
        sum += weight(rows[i]) * error * error;
      }
      return sum;
    }

    @Override
    double metric(float[][] scores, int[] rows, int from, int to) {
      return loss(scores, rows, from, to);
    }

    @Override
    double finish(double mean) {
      return Math.sqrt(mean);
    }
  }

  /// The leaf value by one Newton step, `shrinkage * soft(Σ w g, l1) / (max(Σ w h, 0.001) + l2)`.
  static double newton(double gradient, double hessian, double l1, double l2) {
    double soft = Math.signum(gradient) * Math.max(Math.abs(gradient) - l1, 0);
    return soft / (Math.max(hessian, 0.001) + l2);
  }

  /// The mean weight-sum of rows, for averages.
  final double weight(int[] rows) {
    float @Nullable [] weights = data.weights();
    return weights == null ? rows.length : Arrays.stream(rows).mapToDouble(this::weight).sum();
  }
}
