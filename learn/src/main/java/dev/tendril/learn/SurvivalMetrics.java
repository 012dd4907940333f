package dev.tendril.learn;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The quality of predicted hazards.
///
/// @param concordance the share of the comparable pairs of rows in which the row that departed
///     earlier has the larger prediction, ties counting half (Harrell et al. 1982). A pair is
///     comparable when the departure of one was seen while the other was at risk. NaN when no pair
///     is
public record SurvivalMetrics(Metric concordance) implements Metrics {

  /// Sweeps over the departures in order of time, with the rows at risk in a tree of sums over the
  /// ranks of their predictions (Fenwick 1994): n log n steps.
  static SurvivalMetrics of(Examples examples) {
    int n = examples.rows();
    int[] ranks = ranks(examples);
    int[] byEntry = sorted(n, Comparator.comparingDouble(examples::entry));
    int[] byDeparture =
        sorted(
            n,
            Comparator.<Integer>comparingDouble(examples::target)
                .thenComparing(row -> !examples.event(row)));
    double[] tree = new double[n + 2];
    boolean[] in = new boolean[n];
    double concordant = 0;
    double pairs = 0;
    int entered = 0;
    int from = 0;
    while (from < n) {
      double time = examples.target(byDeparture[from]);
      for (; entered < n && examples.entry(byEntry[entered]) < time; entered++) {
        int row = byEntry[entered];
        if (examples.target(row) >= time) {
          in[row] = true;
          add(tree, ranks[row], examples.weight(row));
        }
      }
      int to = from;
      for (; to < n && examples.target(byDeparture[to]) == time; to++) {
        if (examples.event(byDeparture[to])) {
          leave(byDeparture[to], examples, ranks, tree, in);
        }
      }
      for (int i = from; i < to && examples.event(byDeparture[i]); i++) {
        int row = byDeparture[i];
        double below = sum(tree, ranks[row] - 1);
        double upTo = sum(tree, ranks[row]);
        concordant += examples.weight(row) * (below + (upTo - below) / 2);
        pairs += examples.weight(row) * sum(tree, n);
      }
      for (int i = from; i < to; i++) {
        leave(byDeparture[i], examples, ranks, tree, in);
      }
      from = to;
    }
    return new SurvivalMetrics(
        new Metric("concordance", pairs > 0 ? concordant / pairs : Double.NaN));
  }

  private static void leave(int row, Examples examples, int[] ranks, double[] tree, boolean[] in) {
    if (in[row]) {
      in[row] = false;
      add(tree, ranks[row], -examples.weight(row));
    }
  }

  private static int[] ranks(Examples examples) {
    int n = examples.rows();
    int[] order = sorted(n, Comparator.comparingDouble(row -> examples.predictions().value(row)));
    int[] ranks = new int[n];
    int rank = 0;
    for (int i = 0; i < n; i++) {
      boolean tied =
          i > 0
              && examples.predictions().value(order[i])
                  == examples.predictions().value(order[i - 1]);
      rank += tied ? 0 : 1;
      ranks[order[i]] = rank;
    }
    return ranks;
  }

  private static int[] sorted(int n, Comparator<Integer> comparator) {
    return IntStream.range(0, n).boxed().sorted(comparator).mapToInt(Integer::intValue).toArray();
  }

  private static void add(double[] tree, int rank, double weight) {
    for (int i = rank; i < tree.length; i += i & -i) {
      tree[i] += weight;
    }
  }

  private static double sum(double[] tree, int rank) {
    double sum = 0;
    for (int i = rank; i > 0; i -= i & -i) {
      sum += tree[i];
    }
    return sum;
  }

  @Override
  public List<Metric> list() {
    return List.of(concordance);
  }
}
