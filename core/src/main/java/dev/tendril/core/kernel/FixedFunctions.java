package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.FixedPoint.roundingDivideByPowerOfTwo;
import static dev.tendril.core.kernel.FixedPoint.roundingDoublingHighMul;

/// Functions of real numbers computed with 32-bit integers alone, bit for bit as gemmlowp and
/// TensorFlow Lite do on devices without floats.
///
/// A number of *i* integer bits is an int that stands for `int · 2^(i - 31)`, so that `i = 0`
/// covers `[-1, 1)`. A product of numbers of *i* and *j* integer bits is the high half of the
/// doubled product and has `i + j` integer bits. Constants below are such ints; the reals that they
/// stand for are beside them.
final class FixedFunctions {
  /// The number just below 1 that stands for 1 where there are no integer bits.
  private static final int ONE = Integer.MAX_VALUE;

  private static final int SQRT_HALF = 1518500250;
  private static final int FOURTH_ROOT_HALF = 1805811301;

  /// `e^-(2^(k - 2))` for k from 0 to 6.
  private static final int[] EXP_OF_MINUS_POWERS = {
    1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242
  };

  private FixedFunctions() {}

  /// `e^a` of a number that is not positive, without integer bits: a Taylor polynomial on `[-1/4,
  /// 0)` around -1/8, times a constant for each further bit of `a`.
  ///
  /// @param integerBits of `a`, at most 5
  static int exp(int a, int integerBits) {
    if (a == 0) {
      return ONE;
    }
    int fraction = 31 - integerBits;
    int quarter = 1 << (fraction - 2);
    int part = (a & (quarter - 1)) - quarter;
    int result = expOfQuarter(shiftLeft(part, integerBits));
    int rest = part - a;
    for (int k = 0; k < integerBits + 2; k++) {
      if ((rest & 1 << (fraction - 2 + k)) != 0) {
        result = roundingDoublingHighMul(result, EXP_OF_MINUS_POWERS[k]);
      }
    }
    return result;
  }

  private static int expOfQuarter(int a) {
    int expOfEighth = 1895147668; // e^(-1/8)
    int third = 715827883; // 1/3
    int x = a + (1 << 28);
    int x2 = roundingDoublingHighMul(x, x);
    int x3 = roundingDoublingHighMul(x2, x);
    int x4 = roundingDoublingHighMul(x2, x2);
    int cubic = roundingDoublingHighMul(roundingDivideByPowerOfTwo(x4, 2) + x3, third);
    int tail = roundingDivideByPowerOfTwo(cubic + x2, 1);
    return expOfEighth + roundingDoublingHighMul(expOfEighth, x + tail);
  }

  /// `1 / (1 + a)` of a number of `[0, 1)` without integer bits: three steps of Newton's division
  /// of `1/2` by the halved denominator.
  static int reciprocalOfOnePlus(int a) {
    int half = halfSum(a, ONE);
    int x = 1515870810 + roundingDoublingHighMul(half, -1010580540); // 48/17 - 32/17 · half
    for (int step = 0; step < 3; step++) {
      int missing = (1 << 29) - roundingDoublingHighMul(half, x);
      x += shiftLeft(roundingDoublingHighMul(x, missing), 2);
    }
    return shiftLeft(x, 1);
  }

  /// The natural logarithm of a number of 12 integer bits that is at least 1; has 5 integer bits.
  ///
  /// The number is `r · 2^k` with `r` near the fourth root of 1/2, of two candidates the lesser;
  /// the logarithm of `r` is a rational function.
  static int log(int z) {
    int zeros = Integer.numberOfLeadingZeros(z);
    int near = shiftLeft(roundingDoublingHighMul(shiftLeft(z, zeros - 1), SQRT_HALF), 1);
    int quarter = 1 << 23;
    int nearPower = addSaturated(shiftLeft(12 - zeros, 25), quarter);
    int room = Integer.numberOfLeadingZeros(roundingDoublingHighMul(z, SQRT_HALF)) - 1;
    int far = shiftLeft(z, room);
    int farPower = addSaturated(shiftLeft(12 - room, 25), -quarter);
    int r = Math.min(near, far);
    int power = Math.max(nearPower, farPower);

    int p = halfSum(r, FOURTH_ROOT_HALF);
    int q = 2 * (r - FOURTH_ROOT_HALF);
    int q2 = roundingDoublingHighMul(q, q);
    int cubic = roundingDoublingHighMul(roundingDoublingHighMul(q, q2), 117049297); // 11/240 · 2^¼
    int numerator = roundingDoublingHighMul(q, r) + cubic;
    int inner = 1057819769 + q + roundingDoublingHighMul(127690142, q2); // 2^¾ - 2^¼, 1/20 · 2^¼
    int denominator =
        roundingDoublingHighMul(p, inner) + roundingDoublingHighMul(638450708, q); // 1/4 · 2^¼
    int quotient =
        roundingDoublingHighMul(
            roundingDivideByPowerOfTwo(numerator, 6), reciprocalOfOnePlus(denominator));
    int whole = roundingDoublingHighMul(power, 1488522236); // ln 2
    return shiftLeft(whole + quotient, 1);
  }

  /// `1 / √x` of a whole number as a multiplier: five steps of Newton's iteration from 1. That of 0
  /// is as of 1.
  static FixedPoint.Multiplier inverseSqrt(int x) {
    if (x <= 1) {
      return new FixedPoint.Multiplier(Integer.MAX_VALUE, 0);
    }
    int right = 11;
    int input = x;
    while (input >= 1 << 29) {
      input /= 4;
      right++;
    }
    int pairs = (Integer.numberOfLeadingZeros(input) - 1) / 2 - 1;
    right -= pairs;
    input <<= 2 * pairs;
    int half = roundingDivideByPowerOfTwo(input >> 1, 1);
    int threeHalves = (1 << 28) + (1 << 27);
    int root = 1 << 28;
    for (int step = 0; step < 5; step++) {
      int square = roundingDoublingHighMul(root, root);
      int cube = shiftLeft(roundingDoublingHighMul(square, root), 6);
      root =
          shiftLeft(
              roundingDoublingHighMul(threeHalves, root) - roundingDoublingHighMul(half, cube), 3);
    }
    root = roundingDoublingHighMul(root, SQRT_HALF);
    return right < 0
        ? new FixedPoint.Multiplier(root << -right, 0)
        : new FixedPoint.Multiplier(root, -right);
  }

  /// `a · 2^by`, kept to 32 bits.
  static int shiftLeft(int a, int by) {
    if (by == 0) {
      return a;
    }
    int limit = (1 << (31 - by)) - 1;
    return a > limit ? Integer.MAX_VALUE : a < -limit ? Integer.MIN_VALUE : a << by;
  }

  private static int halfSum(int a, int b) {
    long sum = (long) a + b;
    return (int) ((sum + (sum >= 0 ? 1 : -1)) / 2);
  }

  private static int addSaturated(int a, int b) {
    return Math.clamp((long) a + b, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
