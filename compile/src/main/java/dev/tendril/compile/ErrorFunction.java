package dev.tendril.compile;

import dev.tendril.core.DType;

/// The error function, which StableHLO has no op for.
///
/// In 32 bits, near 0 by its power series, elsewhere by `1 - erfc`, of which Press et al.
/// (Numerical Recipes, 2nd edition 1992, 6.2) give an approximation `t · e^(-z² + P(t))`, `t = 1 /
/// (1 + z/2)`, with a relative error below 1.2e-7 for all `z >= 0`. In 64 bits by the two
/// expansions of [dev.tendril.core.kernel.SpecialFunctions].
final class ErrorFunction {
  private static final double[] P = {
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277
  };
  private static final int SERIES_TERMS = 11;
  private static final double SERIES_UP_TO = 3;
  private static final int POSITIVE_TERMS = 64;
  private static final int FRACTION_TERMS = 40;

  private ErrorFunction() {}

  static Hlo erf(HloBuilder b, Hlo x) {
    Hlo one = b.scalar(1, x.dtype());
    if (x.dtype() == DType.F64) {
      Parts parts = parts(b, x);
      return b.select(parts.isNear, parts.near, b.mul(b.sub(one, parts.far), b.unary("sign", x)));
    }
    Hlo size = b.unary("abs", x);
    Hlo signed = b.mul(b.sub(one, tail(b, size)), b.unary("sign", x));
    return b.select(b.compare("LT", size, 1), series(b, x), signed);
  }

  /// `1 - erf(x)`.
  static Hlo erfc(HloBuilder b, Hlo x) {
    if (x.dtype() == DType.F64) {
      Parts parts = parts(b, x);
      return b.select(
          parts.isNear, b.sub(b.scalar(1, x.dtype()), parts.near), turned(b, x, parts.far));
    }
    return turned(b, x, tail(b, b.unary("abs", x)));
  }

  /// `erfc(x)` from `erfc(|x|)`.
  private static Hlo turned(HloBuilder b, Hlo x, Hlo tail) {
    return b.select(b.compare("LT", x, 0), b.sub(b.scalar(2, x.dtype()), tail), tail);
  }

  /// `erf(x) = 2/√π · Σ (-1)^n x^(2n+1) / (n! (2n+1))`, up to 1.
  private static Hlo series(HloBuilder b, Hlo x) {
    Hlo square = b.mul(x, x);
    Hlo sum = b.filledLike(term(SERIES_TERMS), x);
    for (int n = SERIES_TERMS - 1; n >= 0; n--) {
      sum = b.add(b.mul(sum, square), term(n));
    }
    return b.mul(x, sum);
  }

  private static double term(int n) {
    double factorial = 1;
    for (int i = 2; i <= n; i++) {
      factorial *= i;
    }
    return (n % 2 == 0 ? 2 : -2) / Math.sqrt(Math.PI) / factorial / (2 * n + 1);
  }

  /// `erfc(z)` of `z >= 0`, in 32 bits.
  private static Hlo tail(HloBuilder b, Hlo z) {
    Hlo t = b.div(b.scalar(1, z.dtype()), b.add(b.mul(z, 0.5), 1));
    Hlo sum = b.filledLike(P[P.length - 1], z);
    for (int i = P.length - 2; i >= 0; i--) {
      sum = b.add(b.mul(sum, t), P[i]);
    }
    return b.mul(t, b.unary("exponential", b.sub(sum, b.mul(z, z))));
  }

  /// @param near `erf(x)`, where `x` is near 0
  /// @param far `erfc(|x|)`, elsewhere
  private record Parts(Hlo near, Hlo far, Hlo isNear) {}

  /// In 64 bits.
  private static Parts parts(HloBuilder b, Hlo x) {
    Hlo size = b.min(b.unary("abs", x), b.scalar(40, x.dtype()));
    Hlo falling = b.unary("exponential", b.unary("negate", b.mul(size, size)));
    Hlo small = b.clamp(-SERIES_UP_TO, x, SERIES_UP_TO);
    Hlo twice = b.mul(b.mul(small, small), 2);
    Hlo sum = b.filledLike(1, x);
    for (int n = POSITIVE_TERMS; n >= 1; n--) {
      sum = b.add(b.mul(sum, b.div(twice, 2 * n + 1)), 1);
    }
    Hlo near = b.mul(b.mul(b.mul(falling, 2 / Math.sqrt(Math.PI)), sum), small);
    Hlo large = b.max(size, b.scalar(1, x.dtype()));
    Hlo fraction = large;
    for (int n = FRACTION_TERMS; n >= 1; n--) {
      fraction = b.add(large, b.div(b.scalar(n / 2.0, x.dtype()), fraction));
    }
    Hlo far = b.div(falling, b.mul(fraction, Math.sqrt(Math.PI)));
    return new Parts(near, far, b.compare("LT", size, SERIES_UP_TO));
  }
}
