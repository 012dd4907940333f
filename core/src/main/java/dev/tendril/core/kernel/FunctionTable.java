package dev.tendril.core.kernel;

import java.util.function.DoubleUnaryOperator;

/// A function of 16-bit numbers as 513 values with linear interpolation between, as TensorFlow
/// Lite's int16 kernels have it. Values are `real · 2^15`. Each is moved by half the error that the
/// interpolation makes in the middle to the next, so that errors spread evenly.
final class FunctionTable {
  /// `e^x` for x of `[-10, 0]`.
  static final FunctionTable EXP = new FunctionTable(Math::exp, -10, 0);

  /// `1 / (1 + x)` for x of `[0, 1]`.
  static final FunctionTable RECIPROCAL = new FunctionTable(x -> 1 / (1 + x), 0, 1);

  private static final int STEPS = 512;
  private static final float ONE = 32768;

  private final short[] values = new short[STEPS + 1];

  private FunctionTable(DoubleUnaryOperator function, float least, float greatest) {
    float step = (greatest - least) / STEPS;
    for (int i = 0; i < STEPS; i++) {
      float here = value(function, least + i * step);
      float middle = value(function, least + i * step + step / 2);
      float next = (float) function.applyAsDouble(least + (i + 1) * step) * ONE;
      float error = round((next + here) / 2) - middle;
      values[i] = keep(here - round(error / 2));
    }
    values[STEPS] = keep(value(function, greatest));
  }

  private static float value(DoubleUnaryOperator function, float x) {
    return round((float) function.applyAsDouble(x) * ONE);
  }

  private static float round(float x) {
    return (float) FixedPoint.roundHalfAway(x);
  }

  private static short keep(float x) {
    return (short) Math.clamp(x, Short.MIN_VALUE, Short.MAX_VALUE);
  }

  /// The value for a number of 16 bits, to which a greater or lesser one is kept.
  int at(int x) {
    int kept = Math.clamp(x, Short.MIN_VALUE, Short.MAX_VALUE);
    int index = 256 + (kept >> 7);
    int slope = values[index + 1] - values[index];
    return (short) (values[index] + ((slope * (kept & 0x7F) + 64) >> 7));
  }
}
