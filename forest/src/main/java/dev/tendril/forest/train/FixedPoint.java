package dev.tendril.forest.train;

/// Numbers in the fixed point of [Target].
///
/// @param values by row
/// @param exponent binary exponent: a value is the number times 2^exponent
record FixedPoint(int[] values, int exponent) {
  static FixedPoint of(float[] numbers) {
    int[] values = new int[numbers.length];
    return new FixedPoint(values, Target.quantize(numbers, values));
  }

  /// What a value of 1 stands for.
  double unit() {
    return Math.scalb(1.0, -exponent);
  }
}
