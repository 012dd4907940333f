package dev.tendril.compile.text;

import dev.tendril.core.Shape;

/// Goes through all places of a shape in row-major order.
final class Places {
  private final int[] dims;
  private final int[] at;
  private boolean more;

  Places(int... dims) {
    this.dims = dims.clone();
    this.at = new int[dims.length];
    this.more = true;
    for (int dim : dims) {
      more &= dim > 0;
    }
  }

  Places(Shape shape) {
    this(shape.dims());
  }

  boolean more() {
    return more;
  }

  /// The place; it is the same array each time.
  int[] at() {
    return at;
  }

  void next() {
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      if (++at[axis] < dims[axis]) {
        return;
      }
      at[axis] = 0;
    }
    more = false;
  }

  /// The number of a place in a shape, in row-major order; -1 where it is outside.
  static long index(Shape shape, int... place) {
    long index = 0;
    for (int axis = 0; axis < place.length; axis++) {
      if (place[axis] < 0 || place[axis] >= shape.dim(axis)) {
        return -1;
      }
      index = index * shape.dim(axis) + place[axis];
    }
    return index;
  }
}
