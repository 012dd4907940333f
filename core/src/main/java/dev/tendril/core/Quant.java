package dev.tendril.core;

import java.util.Arrays;

/// How the integers of a quantized tensor stand for real numbers: `real = scale · (q - zeroPoint)`.
/// A property of a type, not an element type of its own. Immutable; do not change the arrays.
///
/// @param scales one, or one for each index along the axis; positive and finite
/// @param zeroPoints as many as scales
/// @param axis the axis that scales differ along, or [#PER_TENSOR]
public record Quant(float[] scales, int[] zeroPoints, int axis) {
  /// One scale for the whole tensor.
  public static final int PER_TENSOR = -1;

  public Quant {
    if (scales.length == 0 || scales.length != zeroPoints.length) {
      throw new TensorException(
          "a quantization with "
              + scales.length
              + " scales and "
              + zeroPoints.length
              + " zero points; expected as many of both, at least one");
    }
    if (axis < PER_TENSOR || (axis == PER_TENSOR && scales.length != 1)) {
      throw new TensorException(
          "a quantization of " + scales.length + " scales along axis " + axis);
    }
    for (float scale : scales) {
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw new TensorException(
            "a quantization with scale " + scale + "; expected a positive number");
      }
    }
  }

  /// One scale and zero point for the whole tensor.
  public static Quant of(float scale, int zeroPoint) {
    return new Quant(new float[] {scale}, new int[] {zeroPoint}, PER_TENSOR);
  }

  /// Scales along an axis, without zero points.
  public static Quant perAxis(float[] scales, int axis) {
    return new Quant(scales.clone(), new int[scales.length], axis);
  }

  public boolean isPerTensor() {
    return axis == PER_TENSOR;
  }

  /// The scale of a tensor that has but one.
  public float scale() {
    return scales[0];
  }

  /// The zero point of a tensor that has but one.
  public int zeroPoint() {
    return zeroPoints[0];
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Quant other
        && axis == other.axis
        && Arrays.equals(scales, other.scales)
        && Arrays.equals(zeroPoints, other.zeroPoints);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(scales) + Arrays.hashCode(zeroPoints)) + axis;
  }

  /// Such as `q(0.5,-3)` or `q(axis=0;0.5,0;0.25,0)`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(isPerTensor() ? "q(" : "q(axis=" + axis + ";");
    for (int i = 0; i < scales.length; i++) {
      text.append(i == 0 ? "" : ";").append(scales[i]).append(',').append(zeroPoints[i]);
    }
    return text.append(')').toString();
  }
}
