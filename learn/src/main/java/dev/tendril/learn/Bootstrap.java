package dev.tendril.learn;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Confidence intervals by drawing the evaluated units, rows or ranking groups, again and again
/// with replacement and measuring each draw (Efron 1979).
///
/// A draw is a vector of counts, one a unit; a statistic is a function of such a vector, so nothing
/// is ever copied or sorted again. Every draw has a random generator of its own that starts from
/// the seed and the draw's number, so the result does not depend on which thread does which draw.
final class Bootstrap {
  private static final int CHUNK = 16;

  /// Unit visits above which fewer draws are made than asked for: some seconds of work.
  private static final double BUDGET = 2e9;

  private static final int FEWEST = 100;

  /// Statistics of a draw.
  interface Statistic {
    /// @param counts how often each unit was drawn; read only
    /// @param values receives the statistics
    void measure(int[] counts, double[] values);
  }

  private Bootstrap() {}

  /// How many draws to make where `asked` may take too long: on very large data the interval is so
  /// narrow that the noise of fewer draws is not seen.
  ///
  /// @param visits units that one draw visits, counted once a statistic that sweeps over them
  static int draws(int asked, double visits) {
    double affordable = BUDGET / Math.max(1, visits);
    return affordable >= asked ? asked : Math.min(asked, Math.max(FEWEST, (int) affordable));
  }

  /// Draws and measures.
  ///
  /// @param statistics the number of values that a statistic gives
  /// @param statistic makes a statistic; every thread uses its own, with buffers of its own
  /// @return one row a statistic, one column a draw
  static double[][] run(
      int draws, int units, long seed, int statistics, Supplier<Statistic> statistic) {
    double[][] values = new double[statistics][draws];
    IntStream.range(0, (draws + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              Statistic own = statistic.get();
              int[] counts = new int[units];
              double[] measured = new double[statistics];
              for (int draw = chunk * CHUNK; draw < Math.min(draws, (chunk + 1) * CHUNK); draw++) {
                draw(counts, seed, draw);
                own.measure(counts, measured);
                for (int i = 0; i < statistics; i++) {
                  values[i][draw] = measured[i];
                }
              }
            });
    return values;
  }

  /// Each 64 random bits give two units, each by the high half of a product of 32 bits with the
  /// number of units.
  private static void draw(int[] counts, long seed, int draw) {
    Arrays.fill(counts, 0);
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + draw);
    int n = counts.length;
    for (int i = 1; i < n; i += 2) {
      long bits = random.nextLong();
      counts[(int) (((bits & 0xffffffffL) * n) >>> 32)]++;
      counts[(int) (((bits >>> 32) * n) >>> 32)]++;
    }
    if (n % 2 == 1) {
      counts[random.nextInt(n)]++;
    }
  }

  /// The quantiles of the draws that define the statistic; NaN bounds where none does.
  static Interval interval(double[] values) {
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    return sorted.length == 0
        ? new Interval(Double.NaN, Double.NaN, Interval.Method.BOOTSTRAP)
        : new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975), Interval.Method.BOOTSTRAP);
  }

  /// The quantile of sorted values, linear between neighbors (type 7 of Hyndman and Fan 1996).
  static double quantile(double[] sorted, double p) {
    double position = p * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
