package dev.tendril.learn;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The quality of predicted treatment effects.
///
/// The uplift curve (Guelman, Guillén, Pérez-Marín 2015, §7.2) tells, for every share of the rows
/// with the largest predictions, the summed outcome of the treated ones, as a share of all treated
/// rows, minus that of the control ones, as a share of all control rows. Rows of equal prediction
/// are one step.
///
/// @param auuc the area under the uplift curve, by trapezoids
/// @param qini the area between the curve and the straight line to its end, which is the curve of a
///     random order
/// @param effect the effect on all rows: the end of the curve
public record UpliftMetrics(Metric auuc, Metric qini, double effect) implements Metrics {

  static UpliftMetrics of(Examples examples) {
    int n = examples.rows();
    float[] effects = new float[n];
    double[] outcomes = new double[n];
    boolean[] treated = new boolean[n];
    for (int row = 0; row < n; row++) {
      effects[row] = examples.predictions().value(row);
      outcomes[row] = examples.target(row);
      treated[row] = examples.treated(row);
    }
    return of(effects, outcomes, treated, examples.allWeights());
  }

  /// Measures predicted effects, one a row.
  ///
  /// @param outcomes of every row a number; where the outcome is whether something came about, 1 or
  ///     0
  /// @param treated whether a row was treated rather than control
  /// @param weights at least 0
  public static UpliftMetrics of(
      float[] effects, double[] outcomes, boolean[] treated, double[] weights) {
    int n = effects.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -effects[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] all = new double[2];
    for (int row = 0; row < n; row++) {
      all[treated[row] ? 1 : 0] += weights[row];
    }
    double total = all[0] + all[1];
    double passed = 0;
    double[] outcome = new double[2];
    double area = 0;
    double height = 0;
    double share = 0;
    for (int i = 0; i < n; i++) {
      int row = order[i];
      int arm = treated[row] ? 1 : 0;
      passed += weights[row];
      outcome[arm] += weights[row] * outcomes[row];
      if (i == n - 1 || effects[order[i + 1]] != effects[row]) {
        double nextShare = passed / total;
        double next = mean(outcome[1], all[1]) - mean(outcome[0], all[0]);
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
