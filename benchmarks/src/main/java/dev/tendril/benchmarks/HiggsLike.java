package dev.tendril.benchmarks;

import java.util.Random;

/// A synthetic table in the shape of the HIGGS data (Baldi, Sadowski, Whiteson 2014): 21 columns
/// like measured momenta, pseudo-rapidities and angles, and 7 like masses derived from them. The
/// label is drawn with a probability that depends on both in a nonlinear way, so that no model can
/// be perfect.
final class HiggsLike {
  private static final int MEASURED = 21;
  private static final int COLUMNS = 28;

  private HiggsLike() {}

  static Dataset rows(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count * COLUMNS];
    float[] labels = new float[count];
    for (int row = 0; row < count; row++) {
      labels[row] = fill(values, row * COLUMNS, random) ? 1 : 0;
    }
    return new Dataset(new int[COLUMNS], values, labels);
  }

  private static boolean fill(float[] x, int at, Random random) {
    for (int j = 0; j < MEASURED; j++) {
      x[at + j] =
          (float)
              switch (j % 3) {
                case 0 -> Math.exp(0.5 * random.nextGaussian());
                case 1 -> 1.2 * random.nextGaussian();
                default -> (random.nextDouble() * 2 - 1) * Math.PI;
              };
    }
    double[] mass = {
      mass(x, at, at + 3),
      mass(x, at + 3, at + 6),
      mass(x, at + 6, at + 9),
      mass(x, at + 9, at + 12),
      mass(x, at + 12, at + 15),
      mass(x, at + 15, at + 18),
      mass(x, at, at + 18)
    };
    for (int j = 0; j < mass.length; j++) {
      x[at + MEASURED + j] = (float) (mass[j] + 0.15 * random.nextGaussian());
    }
    double score =
        0.9 * Math.sin(1.3 * mass[0])
            + 1.4 * Math.exp(-2 * (mass[1] - 1.2) * (mass[1] - 1.2))
            - 0.7 * Math.tanh(mass[2] - mass[3])
            + 0.6 * x[at] * (x[at + 4] > 0 ? 1 : -1) * 0.7
            + 0.5 * Math.cos(x[at + 2] - x[at + 5])
            - 0.25 * x[at + 18] * x[at + 18]
            + 0.3 * x[at + 19] * x[at + 1]
            + (mass[6] > 2 ? 0.8 : -0.3)
            - 0.35;
    return random.nextDouble() < 1 / (1 + Math.exp(-1.5 * score));
  }

  /// The logarithm of the invariant mass of two particles, squared, plus one.
  private static double mass(float[] x, int a, int b) {
    double squared =
        2 * x[a] * x[b] * (Math.cosh(x[a + 1] - x[b + 1]) - Math.cos(x[a + 2] - x[b + 2]));
    return Math.log1p(Math.max(0, squared));
  }
}
