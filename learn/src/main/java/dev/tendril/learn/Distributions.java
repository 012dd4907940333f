package dev.tendril.learn;

/// Quantiles of the distributions behind confidence intervals.
///
/// Everything rests on two functions: the regularized incomplete gamma function P(a, x) (DLMF
/// 8.2.4) and the regularized incomplete beta function I_x(a, b) (DLMF 8.17.2). Each is summed as a
/// power series where that converges fast, else evaluated as a continued fraction (DLMF 8.9.2,
/// 8.17.22) by the modified method of Lentz (Lentz 1976; Thompson and Barnett 1986). Quantiles are
/// their inverses, found by bisection until the bracket cannot be halved, which takes about sixty
/// steps and cannot fail to converge. Relative accuracy is about 1e-12 for shapes up to a million.
final class Distributions {
  private static final double EPSILON = 1e-16;
  private static final double TINY = 1e-300;

  /// Lanczos coefficients for g = 7 and nine terms (Godfrey 2001).
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private Distributions() {}

  /// The value that a standard normal variable stays below with probability `p`.
  static double normalQuantile(double p) {
    checkProbability(p);
    double distance = Math.sqrt(chiSquareQuantile(Math.abs(2 * p - 1), 1));
    return p < 0.5 ? -distance : distance;
  }

  /// The value that a chi-square variable stays below with probability `p`.
  ///
  /// @param degrees degrees of freedom, above 0, not necessarily whole
  static double chiSquareQuantile(double p, double degrees) {
    checkProbability(p);
    if (p == 0) {
      return 0;
    }
    if (p == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double high = Math.max(1, degrees);
    while (gammaP(degrees / 2, high / 2) < p) {
      high *= 2;
    }
    double low = 0;
    while (true) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (gammaP(degrees / 2, middle / 2) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /// The value that a beta variable of shapes `a` and `b`, both above 0, stays below with
  /// probability `p`.
  static double betaQuantile(double p, double a, double b) {
    checkProbability(p);
    if (p == 0 || p == 1) {
      return p;
    }
    double low = 0;
    double high = 1;
    while (true) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (betaI(a, b, middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /// The probability of at most `k` successes among `n` fair coin tosses.
  static double fairBinomial(int k, int n) {
    return k >= n ? 1 : betaI(n - (double) k, k + 1.0, 0.5);
  }

  /// P(a, x).
  static double gammaP(double a, double x) {
    if (x <= 0) {
      return 0;
    }
    double scale = Math.exp(a * Math.log(x) - x - logGamma(a));
    if (x < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (double n = a + 1; term > sum * EPSILON; n++) {
        term *= x / n;
        sum += term;
      }
      return Math.min(1, scale * sum);
    }
    double b = x + 1 - a;
    double c = 1 / TINY;
    double d = 1 / b;
    double fraction = d;
    double step = 0;
    for (int i = 1; Math.abs(step - 1) > EPSILON && i < 1_000_000; i++) {
      double numerator = -i * (i - a);
      b += 2;
      d = 1 / awayFromZero(numerator * d + b);
      c = awayFromZero(b + numerator / c);
      step = d * c;
      fraction *= step;
    }
    return Math.max(0, 1 - scale * fraction);
  }

  /// I_x(a, b).
  static double betaI(double a, double b, double x) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double scale =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? scale * betaFraction(a, b, x) / a
        : 1 - scale * betaFraction(b, a, 1 - x) / b;
  }

  private static double betaFraction(double a, double b, double x) {
    double c = 1;
    double d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
    double fraction = d;
    double step = 0;
    for (int m = 1; Math.abs(step - 1) > EPSILON && m < 1_000_000; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / awayFromZero(1 + even * d);
      c = awayFromZero(1 + even / c);
      fraction *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / awayFromZero(1 + odd * d);
      c = awayFromZero(1 + odd / c);
      step = d * c;
      fraction *= step;
    }
    return fraction;
  }

  private static double awayFromZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  /// The logarithm of the gamma function of a positive number.
  static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x - 1 + i);
    }
    double t = x + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }

  private static void checkProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a probability must be from 0 to 1; got " + p);
    }
  }
}
