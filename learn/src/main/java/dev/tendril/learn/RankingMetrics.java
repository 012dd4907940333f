package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The quality of the order that predictions give the rows of each group; every metric is the mean
/// over the groups. A group weighs as much as its rows on average.
///
/// Rows of equal prediction have no order, so each metric is its expectation over all orders of
/// them. A row is relevant when its label is above 0.5.
///
/// @param groups the number of groups
/// @param ndcg normalized discounted cumulative gain (Järvelin and Kekäläinen 2002), cut off: gain
///     2^label - 1, discount 1 / log₂(rank + 1), over that of the best order; 0 for a group without
///     gain
/// @param mrr 1 / rank of the first relevant row, 0 when none is before the cut-off
/// @param map precision at the rank of each relevant row before the cut-off, summed, over the most
///     relevant rows that could be there; 0 for a group without relevant rows
/// @param precisionAtOne the share of the groups whose first row has the group's largest label
/// @param defaultNdcg the expectation of [#ndcg] over all orders of the rows
public record RankingMetrics(
    int groups, Metric ndcg, Metric mrr, Metric map, Metric precisionAtOne, double defaultNdcg)
    implements Metrics {

  static RankingMetrics of(Examples examples, EvaluationOptions options) {
    int[][] members = members(examples);
    int groups = members.length;
    double[] weights = new double[groups];
    double[] ndcg = new double[groups];
    double[] mrr = new double[groups];
    double[] map = new double[groups];
    double[] first = new double[groups];
    double[] random = new double[groups];
    for (int g = 0; g < groups; g++) {
      weights[g] = weight(examples, members[g]);
      RankedGroup group = RankedGroup.of(examples, members[g]);
      ndcg[g] = group.ndcg(options.ndcgAt);
      mrr[g] = group.reciprocalRank(options.mrrAt);
      map[g] = group.averagePrecision(options.mapAt);
      first[g] = group.precisionAtOne();
      random[g] = group.withoutOrder().ndcg(options.ndcgAt);
    }
    double[][] series = {ndcg, mrr, map, first};
    String[] names = {
      "ndcg@" + options.ndcgAt, "mrr@" + options.mrrAt, "map@" + options.mapAt, "precision@1"
    };
    int draws = Bootstrap.draws(options.resamples, groups);
    double[][] drawn =
        draws > 0
            ? Bootstrap.run(draws, groups, options.seed, 4, () -> Means.statistic(weights, series))
            : new double[4][0];
    List<Metric> metrics =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new Metric(names[i], Means.of(series[i], weights))
                        .with(Bootstrap.interval(drawn[i])))
            .toList();
    return new RankingMetrics(
        groups,
        metrics.get(0),
        metrics.get(1),
        metrics.get(2),
        metrics.get(3),
        Means.of(random, weights));
  }

  /// The rows of every group.
  static int[][] members(Examples examples) {
    int groups = examples.groups();
    int[] sizes = new int[groups];
    for (int row = 0; row < examples.rows(); row++) {
      sizes[examples.group(row)]++;
    }
    int[][] members = Arrays.stream(sizes).mapToObj(int[]::new).toArray(int[][]::new);
    for (int row = examples.rows() - 1; row >= 0; row--) {
      int group = examples.group(row);
      members[group][--sizes[group]] = row;
    }
    return members;
  }

  static double weight(Examples examples, int[] group) {
    return Arrays.stream(group).mapToDouble(examples::weight).average().orElse(0);
  }

  @Override
  public List<Metric> list() {
    List<Metric> all = new ArrayList<>(List.of(ndcg, mrr, map, precisionAtOne));
    all.add(new Metric("default_" + ndcg.name(), defaultNdcg));
    return all;
  }
}
