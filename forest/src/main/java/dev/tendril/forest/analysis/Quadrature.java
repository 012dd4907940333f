package dev.tendril.forest.analysis;

/// Gauss-Legendre quadrature on [0, 1]: the integral of a polynomial of degree up to `2 n - 1` is
/// exactly the weighted sum of its values at `n` points.
///
/// @param points in (0, 1)
/// @param weights positive; their sum is 1
record Quadrature(double[] points, double[] weights) {
  private static final int STEPS = 100;

  /// @param n at least 1
  static Quadrature of(int n) {
    double[] points = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < STEPS; step++) {
        double before = 1;
        double value = x;
        for (int k = 2; k <= n; k++) {
          double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
          before = value;
          value = next;
        }
        slope = n * (x * value - before) / (x * x - 1);
        double change = value / slope;
        x -= change;
        if (Math.abs(change) < 1e-15) {
          break;
        }
      }
      points[i] = (1 - x) / 2;
      weights[i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new Quadrature(points, weights);
  }
}
