package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;

/// A value of a program that is written.
///
/// @param id what it is called there, such as `%3` or `%3#1`
record Hlo(String id, TensorType type) {
  DType dtype() {
    return type.dtype();
  }

  Shape shape() {
    return type.shape();
  }

  int rank() {
    return type.shape().rank();
  }

  int dim(int axis) {
    return type.shape().dim(axis);
  }
}
