package dev.tendril.core.kernel;

import dev.tendril.core.Shape;

/// The lines of elements along an axis of a tensor.
///
/// @param count lines
/// @param length elements of a line
/// @param step from one element of a line to the next
record Lanes(int count, int length, int step) {
  static Lanes of(Shape shape, int axis) {
    int at = shape.axis(axis);
    int step = Math.toIntExact(shape.size(at + 1, shape.rank()));
    int outer = Math.toIntExact(shape.size(0, at));
    return new Lanes(Math.multiplyExact(outer, step), shape.dim(at), step);
  }

  /// The first element of a line.
  int first(int line) {
    return line / step * length * step + line % step;
  }
}
