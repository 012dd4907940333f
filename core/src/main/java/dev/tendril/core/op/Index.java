package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import dev.tendril.core.Shape;

/// Ops that read or write where other numbers say, or that make places of numbers. Indices are I32
/// or I64 and count from 0; one out of range is a [dev.tendril.core.TensorException].
public sealed interface Index extends Op {
  /// `x` at indices along an axis: the axis is replaced by the axes of the indices.
  ///
  /// @param batch the number of leading axes that data and indices share
  record Gather(int axis, int batch) implements Index {
    @Override
    public String name() {
      return "gather";
    }
  }

  /// `x [d1, ..., dr, rest...]` at tuples `[..., r]` of indices.
  ///
  /// @param batch the number of leading axes that data and indices share
  record GatherNd(int batch) implements Index {
    @Override
    public String name() {
      return "gather_nd";
    }
  }

  /// Copies `x`, then puts updates `[..., rest...]` at tuples `[..., r]` of indices: operands are
  /// `x`, indices, updates. Several updates of one place are combined in their order.
  ///
  /// @param combine how an update joins what is there
  record ScatterNd(Combine combine) implements Index {
    /// Ways to join a new number with the one in its place.
    public enum Combine {
      REPLACE,
      ADD,
      MIN,
      MAX
    }

    @Override
    public String name() {
      return "scatter_nd";
    }
  }

  /// 1 where the index along a new axis is the operand's number, else 0. An index out of range
  /// gives zeros.
  ///
  /// @param axis the place of the new axis in the result
  record OneHot(int depth, int axis, DType to) implements Index {
    @Override
    public String name() {
      return "one_hot";
    }
  }

  /// The greatest `k` along the last axis, in descending order, equals in the order of their
  /// places, NaN last; results are values and places (I32).
  record TopK(int k) implements Index {
    @Override
    public String name() {
      return "top_k";
    }
  }

  /// Sorts along an axis, stably; NaN comes last either way. Results are values and places (I32).
  record Sort(int axis, boolean descending) implements Index {
    @Override
    public String name() {
      return "sort";
    }
  }

  /// Tuples of indices `[count, rank]` of the elements that are not 0 or false, I64; their number
  /// is known at run time.
  record NonZero() implements Index {
    @Override
    public String name() {
      return "non_zero";
    }
  }

  /// `0, 1, 2, ...` along an axis, the same along others. No operands.
  record Iota(Shape shape, int axis, DType to) implements Index {
    @Override
    public String name() {
      return "iota";
    }
  }

  /// The extents of the operand, a vector.
  ///
  /// @param to I32 or I64
  record ShapeOf(DType to) implements Index {
    public ShapeOf {
      if (to != DType.I32 && to != DType.I64) {
        throw new DTypeException("extents as " + to.text() + "; expected i32 or i64");
      }
    }

    @Override
    public String name() {
      return "shape_of";
    }
  }

  /// The places (I32, in descending order of score) of boxes that stay when those that overlap a
  /// better one are dropped: operands are boxes `[n, 4]` as `y1, x1, y2, x2` and scores `[n]`.
  /// Results: `[limit]` places, padded with -1, and their number (I32 scalar).
  ///
  /// @param overlap the intersection over union above which a box is dropped
  /// @param score boxes with no more are dropped
  record NonMaxSuppression(int limit, float overlap, float score) implements Index {
    @Override
    public String name() {
      return "non_max_suppression";
    }
  }
}
