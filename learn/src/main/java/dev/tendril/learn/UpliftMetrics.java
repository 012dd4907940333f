package dev.tendril.learn;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The quality of predicted treatment effects.
///
/// The uplift curve (Jaskowski and Jaroszewicz 2012) tells, for every share of the rows with the
/// largest predictions, the mean outcome of the treated ones minus that of the control ones, times
/// the share. Rows of equal prediction are one step.
///
/// @param auuc the area under the uplift curve, by trapezoids
/// @param qini the area between the curve and the straight line to its end, which is the curve of a
///     random order
/// @param effect the effect on all rows: the end of the curve
public record UpliftMetrics(Metric auuc, Metric qini, double effect) implements Metrics {

  static UpliftMetrics of(Examples examples) {
    int n = examples.rows();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -examples.predictions().value(row)))
            .mapToInt(Integer::intValue)
            .toArray();
    double total = examples.totalWeight();
    double[] weight = new double[2];
    double[] outcome = new double[2];
    double area = 0;
    double height = 0;
    double share = 0;
    for (int i = 0; i < n; i++) {
      int row = order[i];
      int arm = examples.treated(row) ? 1 : 0;
      weight[arm] += examples.weight(row);
      outcome[arm] += examples.weight(row) * examples.target(row);
      float prediction = examples.predictions().value(row);
      if (i == n - 1 || examples.predictions().value(order[i + 1]) != prediction) {
        double nextShare = (weight[0] + weight[1]) / total;
        double next = nextShare * (mean(outcome[1], weight[1]) - mean(outcome[0], weight[0]));
        area += (nextShare - share) * (height + next) / 2;
        height = next;
        share = nextShare;
      }
    }
    return new UpliftMetrics(
        new Metric("auuc", area), new Metric("qini", area - height / 2), height);
  }

  private static double mean(double sum, double weight) {
    return weight > 0 ? sum / weight : 0;
  }

  @Override
  public List<Metric> list() {
    return List.of(qini, auuc, new Metric("effect", effect));
  }
}
