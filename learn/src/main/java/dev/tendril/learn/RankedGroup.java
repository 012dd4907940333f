package dev.tendril.learn;

import java.util.Arrays;
import java.util.Comparator;

/// The labels of one ranking group in descending order of prediction, with its ties.
///
/// The expectation of a metric over all orders of a tie needs no enumeration. A tie of m rows, r of
/// them relevant, puts each of its rows at each of its ranks with probability 1/m; two given rows
/// are at two given ranks with probability 1/(m(m-1)); and its first relevant row is at offset j
/// with the negative hypergeometric probability C(m-j-1, r-1) / C(m, r).
///
/// @param labels by descending prediction
/// @param ends the end of the tie that each rank belongs to, exclusive
record RankedGroup(double[] labels, int[] ends) {
  static RankedGroup of(Examples examples, int[] rows) {
    float[] scores = new float[rows.length];
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = examples.predictions().value(rows[i]) + 0f;
      labels[i] = examples.target(rows[i]);
    }
    return of(scores, labels);
  }

  static RankedGroup of(float[] scores, double[] labels) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
    double[] sorted = new double[scores.length];
    int[] ends = new int[scores.length];
    for (int i = scores.length - 1; i >= 0; i--) {
      sorted[i] = labels[order[i]];
      boolean tied = i + 1 < scores.length && scores[order[i]] == scores[order[i + 1]];
      ends[i] = tied ? ends[i + 1] : i + 1;
    }
    return new RankedGroup(sorted, ends);
  }

  /// The same rows as one tie.
  RankedGroup withoutOrder() {
    int[] all = new int[ends.length];
    Arrays.fill(all, ends.length);
    return new RankedGroup(labels, all);
  }

  double ndcg(int cutOff) {
    double ideal = 0;
    double[] best = Arrays.stream(labels).map(label -> -label).sorted().toArray();
    for (int i = 0; i < Math.min(cutOff, best.length); i++) {
      ideal += gain(-best[i]) * discount(i);
    }
    double sum = 0;
    for (int start = 0; start < Math.min(cutOff, labels.length); start = ends[start]) {
      double gains = 0;
      for (int i = start; i < ends[start]; i++) {
        gains += gain(labels[i]);
      }
      double discounts = 0;
      for (int i = start; i < Math.min(cutOff, ends[start]); i++) {
        discounts += discount(i);
      }
      sum += gains / (ends[start] - start) * discounts;
    }
    return ideal > 0 ? sum / ideal : 0;
  }

  private static double gain(double label) {
    return Math.pow(2, label) - 1;
  }

  private static double discount(int rank) {
    return Math.log(2) / Math.log(rank + 2.0);
  }

  double reciprocalRank(int cutOff) {
    for (int start = 0; start < labels.length; start = ends[start]) {
      int relevant = relevant(start, ends[start]);
      if (relevant > 0) {
        int others = ends[start] - start - relevant;
        double expected = 0;
        double noneBefore = 1;
        for (int j = 0; j <= others && start + j < cutOff; j++) {
          int left = ends[start] - start - j;
          expected += noneBefore * relevant / left / (start + j + 1);
          noneBefore *= (double) (left - relevant) / left;
        }
        return expected;
      }
    }
    return 0;
  }

  double averagePrecision(int cutOff) {
    int all = relevant(0, labels.length);
    double sum = 0;
    int before = 0;
    for (int start = 0; start < Math.min(cutOff, labels.length); start = ends[start]) {
      int size = ends[start] - start;
      int relevant = relevant(start, ends[start]);
      for (int j = 0; j < size && start + j < cutOff; j++) {
        double alsoBefore = size == 1 ? 0 : (double) j * (relevant - 1) / (size - 1);
        sum += (double) relevant / size * (before + 1 + alsoBefore) / (start + j + 1);
      }
      before += relevant;
    }
    return all == 0 ? 0 : sum / Math.min(all, cutOff);
  }

  double precisionAtOne() {
    double largest = Arrays.stream(labels).max().orElse(0);
    double hits = Arrays.stream(labels, 0, ends[0]).filter(label -> label == largest).count();
    return hits / ends[0];
  }

  private int relevant(int start, int end) {
    return (int) Arrays.stream(labels, start, end).filter(label -> label > 0.5).count();
  }
}
