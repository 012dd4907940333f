package dev.tendril.core.plan;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.List;

/// Which ops only say anew what is in memory already: their result is a part of the first operand's
/// memory, from one byte on, without gaps.
public final class Views {
  private Views() {}

  /// The byte of the first operand at which the result begins; -1 when its elements are not there
  /// in that order. Shapes are known.
  public static long offset(Node node) {
    if (node.inputs().isEmpty()) {
      return -1;
    }
    TensorType from = node.inputs().getFirst().type();
    TensorType to = node.outputs().getFirst();
    return switch (node.op()) {
      case Move.Slice slice -> slice(slice, from, to);
      case Move.Transpose transpose -> keeps(transpose, from) ? 0 : -1;
      case Move.Reshape _, Move.Broadcast _, Move.Pad _, Move.Tile _ -> same(from, to) ? 0 : -1;
      case Move.Concat _ -> node.inputs().size() == 1 ? 0 : -1;
      case Move.SpaceToDepth space -> space.block() == 1 ? 0 : -1;
      case Move.Reverse reverse ->
          reverse.axes().stream().allMatch(a -> from.shape().dim(a) <= 1) ? 0 : -1;
      case Pointwise.Cast _ -> from.dtype() == to.dtype() ? 0 : -1;
      case Pointwise _, Reduce _, Contract _, Index _, Structured _, Custom _ -> -1;
    };
  }

  /// Whether the result is the first operand's memory, all of it.
  public static boolean isWhole(Node node) {
    return offset(node) == 0
        && node.inputs().getFirst().type().bytes() == node.outputs().getFirst().bytes();
  }

  private static boolean same(TensorType from, TensorType to) {
    return from.shape().size() == to.shape().size();
  }

  /// Whether axes of more than one element stay in their order.
  private static boolean keeps(Move.Transpose transpose, TensorType from) {
    List<Integer> extended =
        transpose.axes().stream()
            .map(from.shape()::axis)
            .filter(axis -> from.shape().dim(axis) != 1)
            .toList();
    return extended.equals(extended.stream().sorted().toList());
  }

  /// The elements are one run when all axes within the first of more than one element are whole.
  private static long slice(Move.Slice slice, TensorType from, TensorType to) {
    Shape shape = from.shape();
    long[] strides = shape.strides();
    if (to.shape().size() == 0) {
      return 0;
    }
    long first = 0;
    boolean within = false;
    for (int axis = 0; axis < shape.rank(); axis++) {
      int taken = to.shape().dim(axis);
      if (within && taken != shape.dim(axis)) {
        return -1;
      }
      if (taken > 1 && slice.step().get(axis) != 1) {
        return -1;
      }
      int begin = slice.begin().get(axis);
      first += (begin < 0 ? begin + shape.dim(axis) : begin) * strides[axis];
      within |= taken > 1;
    }
    long bits = first * from.dtype().bits();
    return bits % 8 == 0 ? bits / 8 : -1;
  }
}
