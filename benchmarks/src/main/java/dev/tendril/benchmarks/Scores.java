package dev.tendril.benchmarks;

import java.util.stream.IntStream;

/// How good predictions are.
///
/// @param auc the area under the ROC curve: the share of pairs of unlike labels in right order
/// @param accuracy at a threshold of one half
/// @param logLoss in nats
record Scores(double auc, double accuracy, double logLoss) {
  private static final double LEAST = 1e-7;

  static Scores of(float[] probabilities, float[] labels) {
    int correct = 0;
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      boolean truth = labels[i] > 0.5f;
      correct += probabilities[i] > 0.5f == truth ? 1 : 0;
      double p = Math.clamp(probabilities[i], LEAST, 1 - LEAST);
      loss -= Math.log(truth ? p : 1 - p);
    }
    return new Scores(
        auc(probabilities, labels), (double) correct / labels.length, loss / labels.length);
  }

  /// By the sum of the ranks of the positives; equal predictions share a mean rank.
  private static double auc(float[] probabilities, float[] labels) {
    int[] order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted((a, b) -> Float.compare(probabilities[a], probabilities[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double ranks = 0;
    double positives = 0;
    for (int from = 0, to; from < order.length; from = to) {
      to = from;
      while (to < order.length && probabilities[order[to]] == probabilities[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        if (labels[order[i]] > 0.5f) {
          ranks += (from + 1 + to) / 2.0;
          positives++;
        }
      }
    }
    double negatives = order.length - positives;
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
  }
}
