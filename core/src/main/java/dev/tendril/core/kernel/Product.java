package dev.tendril.core.kernel;

import dev.tendril.core.op.Activation;

/// What an accumulator has to know of its op.
///
/// @param name for messages
/// @param singleScale whether the product of the operands' scales is taken in 32 bits where the
///     weights have one scale, as TensorFlow Lite does for fully connected layers and for all
///     layers of unsigned bytes; elsewhere in 64
record Product(String name, Activation activation, boolean singleScale) {}
