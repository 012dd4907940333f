package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;

/// What an accumulator has to know of its op.
///
/// @param name for messages
/// @param singleScale whether the product of the operands' scales is taken in 32 bits where the
///     weights have one scale, as TensorFlow Lite does for fully connected layers and for all
///     layers of unsigned bytes; elsewhere in 64
/// @param up whether ties of the second rounding go up
record Product(String name, Activation activation, boolean singleScale, boolean up) {
  static Product of(Contract op, Activation activation, Rounding rounding) {
    return new Product(
        op.name(),
        activation,
        op instanceof Contract.MatMul,
        op instanceof Contract.Conv && rounding == Rounding.DESKTOP);
  }
}
