package dev.tendril.core.cpu.vector;

import dev.tendril.core.Shape;
import org.jspecify.annotations.Nullable;

/// How an operand is spread over a result: it has one number for each place of the first axes, the
/// same along the middle ones, and again one for each place of the last.
///
/// @param first the places of the first axes
/// @param middle the places along which it is the same
/// @param last the places of the last axes
record Spread(long first, long middle, long last) {
  /// How a shape broadcasts to another, or null when it is not of this form.
  static @Nullable Spread of(Shape own, Shape all) {
    long[] places = {1, 1, 1};
    int now = 0;
    for (int axis = 0; axis < all.rank(); axis++) {
      int mine = axis - all.rank() + own.rank();
      boolean same = mine < 0 || own.dim(mine) == 1;
      if (all.dim(axis) != 1) {
        if (same && now == 0) {
          now = 1;
        } else if (!same && now == 1) {
          now = 2;
        } else if (same && now == 2) {
          return null;
        }
        places[now] *= all.dim(axis);
      }
    }
    return new Spread(places[0], places[1], places[2]);
  }

  /// Whether it has a number for every place.
  boolean isFull() {
    return middle == 1;
  }
}
