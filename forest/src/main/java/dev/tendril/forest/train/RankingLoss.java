package dev.tendril.forest.train;

import dev.tendril.data.DataException;
import java.util.Arrays;

/// A loss of the order of the rows of each group, by their label, which is called relevance.
///
/// What is reported is the negative of NDCG, the normalized discounted cumulative gain (Järvelin
/// and Kekäläinen 2002): gain `2^relevance - 1`, discount `1 / log2(rank + 2)` with ranks from 0,
/// cut off, over that of the best order. Rows of equal score share their gains; a group without
/// gain counts 0. Groups weigh as much as their rows on average.
abstract class RankingLoss extends Loss {
  /// Groups that one thread handles at a time.
  private static final int GRAIN = 64;

  private static final double MOST_RELEVANT = 30;

  final Groups groups;
  private final int truncation;
  private final double[] gains;
  private final double[] discounts;
  private final double[] ideal;
  private final double[] weights;
  private final double totalWeight;

  /// @param truncation the number of ranks that count
  RankingLoss(TrainingData data, int[] rows, int truncation) {
    super(data, rows);
    this.groups = Groups.of(data.groups(), rows);
    this.truncation = truncation;
    this.gains = new double[data.frame().rows()];
    this.discounts = new double[truncation];
    for (int rank = 0; rank < truncation; rank++) {
      discounts[rank] = Math.log(2) / Math.log(rank + 2.0);
    }
    for (int row : rows) {
      requireRelevance(row);
      gains[row] = Math.pow(2, data.numbers()[row]) - 1;
    }
    this.ideal = new double[groups.count()];
    this.weights = new double[groups.count()];
    double sum = 0;
    for (int group = 0; group < groups.count(); group++) {
      ideal[group] = ideal(group);
      for (int i = 0; i < groups.size(group); i++) {
        weights[group] += weight(groups.row(group, i)) / groups.size(group);
      }
      sum += weights[group];
    }
    this.totalWeight = sum;
  }

  private void requireRelevance(int row) {
    float relevance = data.numbers()[row];
    if (!(relevance >= 0 && relevance <= MOST_RELEVANT)) {
      throw new DataException(
          "relevance \""
              + data.task().label()
              + "\" of row "
              + (row + 1)
              + " is "
              + relevance
              + ": expected 0 to "
              + (int) MOST_RELEVANT);
    }
  }

  private double ideal(int group) {
    double[] descending = new double[groups.size(group)];
    Arrays.setAll(descending, i -> -gain(groups.row(group, i)));
    Arrays.sort(descending);
    double sum = 0;
    for (int rank = 0; rank < Math.min(truncation, descending.length); rank++) {
      sum -= descending[rank] * discounts[rank];
    }
    return sum;
  }

  /// The gain of a row.
  final double gain(int row) {
    return gains[row];
  }

  /// The discount of a rank, 0 beyond the cut-off.
  final double discount(int rank) {
    return rank < truncation ? discounts[rank] : 0;
  }

  final int truncation() {
    return truncation;
  }

  /// The discounted cumulative gain of the best order of a group.
  final double bestGain(int group) {
    return ideal[group];
  }

  @Override
  float[] initial() {
    return new float[1];
  }

  /// Computes gradient and hessian of the rows of a group.
  abstract void derive(
      int group, float[] scores, SplitMix random, float[] gradients, float[] hessians);

  @Override
  final void derive(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians) {
    Blocks.run(
        workers,
        groups.count(),
        GRAIN,
        (from, to) -> {
          for (int group = from; group < to; group++) {
            SplitMix random = new SplitMix(SplitMix.mix(seed, -3L - group));
            derive(group, scores[0], random, gradients[0], hessians[0]);
          }
        });
  }

  @Override
  final double loss(Workers workers, float[][] scores) {
    return -metric(workers, scores);
  }

  @Override
  final double metric(Workers workers, float[][] scores) {
    double[] each = new double[groups.count()];
    Blocks.run(
        workers,
        groups.count(),
        GRAIN,
        (from, to) -> {
          for (int group = from; group < to; group++) {
            each[group] = weights[group] * ndcg(group, scores[0]);
          }
        });
    return Arrays.stream(each).sum() / totalWeight;
  }

  private double ndcg(int group, float[] scores) {
    if (ideal[group] == 0) {
      return 0;
    }
    int n = groups.size(group);
    int[] order = new int[n];
    Arrays.setAll(order, i -> groups.row(group, i));
    sort(order, scores);
    double sum = 0;
    int end;
    for (int start = 0; start < Math.min(truncation, n); start = end) {
      double gains = 0;
      double discounts = 0;
      for (end = start; end < n && scores[order[end]] == scores[order[start]]; end++) {
        gains += gain(order[end]);
        discounts += discount(end);
      }
      sum += gains / (end - start) * discounts;
    }
    return sum / ideal[group];
  }

  /// Sorts rows by descending score; those of equal score keep their order.
  static void sort(int[] rows, float[] scores) {
    long[] keys = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int ascending = TrainingTable.sortable(scores[rows[i]] + 0f) ^ Integer.MIN_VALUE;
      keys[i] = (long) ~ascending << 32 | i;
    }
    Arrays.sort(keys);
    int[] unsorted = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = unsorted[(int) keys[i]];
    }
  }
}
