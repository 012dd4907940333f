package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;

/// How a node is computed in a graph of integers.
sealed interface Treatment {
  /// Sums of products with constant weights, which have a scale for each channel.
  ///
  /// @param axis of the weights that channels are along
  record Weighted(int axis, DType weights) implements Treatment {}

  /// Elements are moved or chosen: the result has the operand's scale.
  record Same() implements Treatment {}

  /// Elements of several operands are chosen: all have the result's scale.
  record Joint() implements Treatment {}

  /// The result has a scale that is fixed for the op.
  record Fixed(Quant quant) implements Treatment {}

  /// The result has a scale of its own, found by calibration.
  record Free() implements Treatment {}

  /// Integers are read, and something else comes out.
  record Reads() implements Treatment {}

  /// Computed in float.
  record Real(String reason) implements Treatment {}

  /// No floats are at stake.
  record Plain() implements Treatment {}

  /// Whether the result is a quantized number.
  default boolean isInteger() {
    return switch (this) {
      case Weighted _, Same _, Joint _, Fixed _, Free _ -> true;
      case Reads _, Real _, Plain _ -> false;
    };
  }
}
