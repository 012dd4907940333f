package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.kernel.FixedPoint;
import dev.tendril.core.kernel.FixedPoint.Multiplier;
import dev.tendril.core.op.Activation;
import dev.tendril.machine.gen.Requantization;
import dev.tendril.machine.gen.Requantization.Mode;
import java.util.Arrays;

/// The bias and the multiplier of each channel, and the constants that code has of them.
final class Rescaling {
  private static final int LANES = 8;

  private final Requantization how;
  private final boolean up;
  private final int[] bias;
  private final double[] ratios;
  private final Multiplier[] multipliers;

  /// @param ratios what sums are multiplied with, for each channel
  /// @param bias for each channel
  /// @param most how large sums can become, the bias included, for each channel
  /// @param to the quantization of the result
  /// @param rounding the exact one, that with ties up, or whatever is the fastest
  Rescaling(
      double[] ratios,
      int[] bias,
      long[] most,
      Activation activation,
      Quant to,
      DType dtype,
      Rounding rounding) {
    this.ratios = ratios.clone();
    this.bias = bias.clone();
    this.multipliers =
        Arrays.stream(ratios).mapToObj(Rescaling::multiplier).toArray(Multiplier[]::new);
    this.up = rounding == Rounding.DESKTOP;
    this.how =
        new Requantization(
            rounding == Rounding.FAST && isFast(ratios, most)
                ? Mode.FAST
                : mode(multipliers, most, up),
            dtype == DType.I8,
            to.zeroPoint(),
            FixedPoint.least(activation, to, dtype),
            FixedPoint.greatest(activation, to, dtype));
  }

  /// That of a ratio; 0 with a shift to the right, which makes no difference.
  private static Multiplier multiplier(double ratio) {
    Multiplier multiplier = FixedPoint.quantizeMultiplier(ratio);
    return multiplier.factor() == 0 ? new Multiplier(0, -1) : multiplier;
  }

  private static boolean isFast(double[] ratios, long[] most) {
    for (int i = 0; i < ratios.length; i++) {
      if (most[i] >= 1L << 31 || most[i] * ratios[i] >= 1L << 30) {
        return false;
      }
    }
    return true;
  }

  /// The mode of the fewest instructions that is exact; see there.
  private static Mode mode(Multiplier[] multipliers, long[] most, boolean up) {
    Mode mode = up ? Mode.UP : Mode.EXACT;
    for (int i = 0; i < multipliers.length; i++) {
      int right = -multipliers[i].shift();
      long room = (1L << 31) - 2 - (right < 1 ? 0 : 1L << (right - 1));
      if (right < 1 || most[i] > room) {
        return Mode.ANY;
      }
      int zeros = Math.min(30, Integer.numberOfTrailingZeros(multipliers[i].factor()));
      if (!up && multipliers[i].factor() != 0 && most[i] >= 1L << (30 - zeros)) {
        mode = Mode.STEPS;
      }
    }
    return mode;
  }

  Requantization how() {
    return how;
  }

  /// The constants of a vector of channels.
  ///
  /// @param channels those of its elements; -1 for none
  void write(int[] channels, int[] to, int at) {
    for (int i = 0; i < LANES; i++) {
      int channel = channels[i];
      Multiplier m = channel < 0 ? new Multiplier(0, -1) : multipliers[channel];
      to[at + i] = channel < 0 ? 0 : bias[channel];
      int right = Math.max(0, -m.shift());
      int place = at + LANES + i;
      if (how.mode() == Mode.FAST) {
        to[place] = Float.floatToRawIntBits(channel < 0 ? 0 : (float) ratios[channel]);
        continue;
      }
      to[place] = m.factor();
      if (i % 2 == 1) {
        to[place + LANES - 1] = m.factor();
      }
      switch (how.mode()) {
        case EXACT -> {
          long half = (1L << 30) + (1L << (30 + right));
          int odd = i % 2;
          int pair = place + (2 + odd) * LANES - odd;
          to[pair] = (int) half;
          to[pair + 1] = (int) (half >> 32);
          to[pair + 2 * LANES] = odd == 0 ? 31 + right : right - 1;
        }
        case STEPS, UP -> {
          to[place + 2 * LANES] = 1 << (right - 1);
          to[place + 3 * LANES] = right;
        }
        case ANY -> {
          to[place + 2 * LANES] = Math.max(0, m.shift());
          to[place + 3 * LANES] = right > 0 && !up ? -1 : 0;
          to[place + 4 * LANES] = Math.max(0, right - 1);
          to[place + 5 * LANES] = right > 0 ? 1 : 0;
        }
        case FAST -> throw new IllegalStateException();
      }
    }
  }
}
