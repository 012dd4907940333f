package dev.tendril.core.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import java.util.Arrays;
import java.util.List;

/// Goes through the places of an array of some extents in row-major order, and says for each how
/// far it is from the first in each of several tensors. How tensors relate to the array is told by
/// strides alone: 0 where a tensor has the same element all along an axis, negative where it is
/// read backward, permuted where axes change places.
///
/// ```java
/// for (Walk walk = new Walk(dims, strides); walk.more(); walk.next()) {
///   use(walk.place(0));
/// }
/// ```
final class Walk {
  private final int[] dims;
  private final long[][] strides;
  private final int[] at;
  private final long[] places;
  private boolean more;

  /// @param strides for each tensor the distance of neighbors along each axis, in elements
  Walk(int[] dims, long[]... strides) {
    this.dims = dims;
    this.strides = strides;
    this.at = new int[dims.length];
    this.places = new long[strides.length];
    reset();
  }

  /// Through the elements of a result of operands that broadcast to it.
  static Walk broadcast(Shape result, List<Tensor> operands) {
    return new Walk(
        result.dims(),
        operands.stream().map(operand -> strides(operand.shape(), result)).toArray(long[][]::new));
  }

  /// The strides of an operand along the axes of what it is broadcast to.
  static long[] strides(Shape operand, Shape result) {
    long[] own = operand.strides();
    long[] strides = new long[result.rank()];
    int added = result.rank() - operand.rank();
    for (int axis = added; axis < strides.length; axis++) {
      strides[axis] = operand.dim(axis - added) == 1 ? 0 : own[axis - added];
    }
    return strides;
  }

  /// Goes back to the first place.
  void reset() {
    Arrays.fill(at, 0);
    Arrays.fill(places, 0);
    more = Arrays.stream(dims).allMatch(dim -> dim > 0);
  }

  /// Whether there is a place here.
  boolean more() {
    return more;
  }

  void next() {
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      boolean within = ++at[axis] < dims[axis];
      for (int i = 0; i < places.length; i++) {
        places[i] += within ? strides[i][axis] : -(dims[axis] - 1) * strides[i][axis];
      }
      if (within) {
        return;
      }
      at[axis] = 0;
    }
    more = false;
  }

  /// The distance from the first element in a tensor.
  long place(int tensor) {
    return places[tensor];
  }

  /// The index along an axis.
  int at(int axis) {
    return at[axis];
  }
}
