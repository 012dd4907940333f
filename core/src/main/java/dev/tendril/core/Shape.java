package dev.tendril.core;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/// The extent of a tensor along each axis, outermost first. A scalar has no axes. Extents may be
/// zero; those that are known at run time only are [#ANY]. Immutable.
public final class Shape {
  /// An extent that is known at run time only.
  public static final int ANY = -1;

  /// The most axes of a tensor.
  public static final int MAX_RANK = 16;

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /// @param dims extents, each 0 or more, or [#ANY]
  /// @throws ShapeException when an extent is negative, there are too many, or the number of
  ///     elements does not fit 63 bits
  public static Shape of(int... dims) {
    if (dims.length == 0) {
      return SCALAR;
    }
    Shape shape = new Shape(dims.clone());
    if (dims.length > MAX_RANK) {
      throw new ShapeException("a shape of " + dims.length + " axes; expected at most " + MAX_RANK);
    }
    long size = 1;
    for (int dim : dims) {
      if (dim < ANY) {
        throw new ShapeException("the shape " + shape + "; expected extents of 0 or more");
      }
      if (dim > 0 && size > Long.MAX_VALUE / 64 / dim) {
        throw new ShapeException("the shape " + shape + " has more elements than 63 bits count");
      }
      size *= Math.max(dim, 1);
    }
    return shape;
  }

  public static Shape of(List<Integer> dims) {
    return of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  public static Shape scalar() {
    return SCALAR;
  }

  public int rank() {
    return dims.length;
  }

  /// The extent along an axis.
  ///
  /// @param axis from 0, or from the end: -1 is the last
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /// The axis counted from 0 of one that may be counted from the end.
  ///
  /// @throws ShapeException when there is no such axis
  public int axis(int axis) {
    if (axis < -dims.length || axis >= dims.length) {
      throw new ShapeException("axis " + axis + " of the shape " + this + "; no such axis");
    }
    return axis < 0 ? axis + dims.length : axis;
  }

  public int[] dims() {
    return dims.clone();
  }

  /// Whether all extents are known.
  public boolean isKnown() {
    for (int dim : dims) {
      if (dim == ANY) {
        return false;
      }
    }
    return true;
  }

  /// The number of elements.
  ///
  /// @throws ShapeException when an extent is not known
  public long size() {
    long size = 1;
    for (int dim : dims) {
      if (dim == ANY) {
        throw new ShapeException("the number of elements of " + this + ", which is not known yet");
      }
      size *= dim;
    }
    return size;
  }

  /// The number of elements of axes `from` to `to`, exclusively.
  public long size(int from, int to) {
    return new Shape(Arrays.copyOfRange(dims, from, to)).size();
  }

  /// The distance in elements between neighbors along each axis, in row-major order.
  public long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(dims[axis], 1);
    }
    return strides;
  }

  /// This shape with another extent along an axis.
  public Shape with(int axis, int dim) {
    int[] changed = dims.clone();
    changed[axis(axis)] = dim;
    return of(changed);
  }

  /// This shape without an axis.
  public Shape without(int axis) {
    int gone = axis(axis);
    return of(IntStream.range(0, dims.length).filter(i -> i != gone).map(i -> dims[i]).toArray());
  }

  /// This shape with one axis more.
  ///
  /// @param axis the new axis' place, from 0 to the rank
  public Shape inserted(int axis, int dim) {
    int[] changed = new int[dims.length + 1];
    System.arraycopy(dims, 0, changed, 0, axis);
    changed[axis] = dim;
    System.arraycopy(dims, axis, changed, axis + 1, dims.length - axis);
    return of(changed);
  }

  /// Whether a value of a known shape may stand where this one is declared.
  public boolean admits(Shape known) {
    if (dims.length != known.dims.length) {
      return false;
    }
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] != ANY && dims[axis] != known.dims[axis]) {
        return false;
      }
    }
    return true;
  }

  /// The shape that two broadcast to: axes are matched from the last, and an extent of 1 stretches.
  ///
  /// @throws ShapeException when extents differ and neither is 1
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int x = axis < rank - a.rank() ? 1 : a.dims[axis - rank + a.rank()];
      int y = axis < rank - b.rank() ? 1 : b.dims[axis - rank + b.rank()];
      if (x == y || y == 1) {
        dims[axis] = x;
      } else if (x == 1) {
        dims[axis] = y;
      } else if (x == ANY || y == ANY) {
        dims[axis] = Math.max(x, y);
      } else {
        throw new ShapeException(
            a + " and " + b + " do not broadcast: " + x + " against " + y + " along axis " + axis);
      }
    }
    return of(dims);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape other && Arrays.equals(dims, other.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// Such as `[2,3]`, `[?,3]` where the first extent is not known, and `[]` for a scalar.
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",", "[", "]");
    for (int dim : dims) {
      text.add(dim == ANY ? "?" : Integer.toString(dim));
    }
    return text.toString();
  }
}
