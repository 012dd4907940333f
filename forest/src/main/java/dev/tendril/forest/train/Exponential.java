package dev.tendril.forest.train;

/// The exponential function of negative numbers for the derivatives of losses, which end as 32-bit
/// floats: faster than [Math#exp], the same on every machine, with a relative error below 1e-10.
///
/// The argument is split in `(n + j / 64) log 2 + r` with whole `n` and `j` and `|r| <= log(2) /
/// 128`; `2^(j / 64)` is looked up, `2^n` is made from bits, and `exp(r)` is a Taylor polynomial of
/// degree 3 (Tang 1989). Arguments below -700 count as -700.
final class Exponential {
  private static final int STEPS = 64;
  private static final double LN2 = 0.6931471805599453;
  private static final double PER_STEP = STEPS / LN2;
  private static final double STEP = LN2 / STEPS;
  private static final double[] POWERS = new double[STEPS];

  /// Adding and subtracting it rounds a double to a whole number.
  private static final double ROUNDER = 0x1.8p52;

  static {
    for (int j = 0; j < STEPS; j++) {
      POWERS[j] = StrictMath.pow(2, (double) j / STEPS);
    }
  }

  private Exponential() {}

  /// `exp(-x)` of a number from 0 on.
  static double decay(double x) {
    double bounded = Math.min(x, 700);
    double shifted = bounded * -PER_STEP + ROUNDER;
    double r = (shifted - ROUNDER) * -STEP - bounded;
    return (1 + r * (1 + r * (0.5 + r * (1.0 / 6)))) * power(shifted);
  }

  /// `2^(steps / 64)` of the whole number of steps in the low bits.
  private static double power(double shifted) {
    long steps = Double.doubleToRawLongBits(shifted);
    double fraction = POWERS[(int) steps & (STEPS - 1)];
    return fraction * Double.longBitsToDouble(((steps >> 6) + 1023) << 52);
  }
}
