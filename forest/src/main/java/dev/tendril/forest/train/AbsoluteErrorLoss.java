package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;
import java.util.stream.IntStream;

/// Mean absolute error. It starts at the median and moves by the sign of the error; the hessian is
/// taken for 1, so that a leaf is the mean of the signs.
final class AbsoluteErrorLoss extends NumberLoss {
  AbsoluteErrorLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  @Override
  LossKind kind() {
    return LossKind.MEAN_AVERAGE_ERROR;
  }

  /// The label below and above which there is half the weight; half-way between two where both
  /// qualify.
  @Override
  float[] initial() {
    float[] labels = data.numbers();
    int[] order =
        IntStream.of(rows)
            .boxed()
            .sorted((a, b) -> Float.compare(labels[a], labels[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double half = totalWeight() / 2;
    double below = 0;
    for (int i = 0; i < order.length; i++) {
      below += weight(order[i]);
      if (below > half || i + 1 == order.length) {
        return new float[] {labels[order[i]]};
      }
      if (below == half) {
        return new float[] {labels[order[i]] / 2 + labels[order[i + 1]] / 2};
      }
    }
    return new float[] {0};
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    for (int i = from; i < to; i++) {
      int row = rows[i];
      gradients[0][row] = data.numbers()[row] >= scores[0][row] ? 1 : -1;
      hessians[0][row] = 1;
    }
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weight(rows[i]) * Math.abs((double) data.numbers()[rows[i]] - scores[0][rows[i]]);
    }
    return sum;
  }
}
