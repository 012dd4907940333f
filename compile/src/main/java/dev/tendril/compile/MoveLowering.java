package dev.tendril.compile;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// [Move] ops in StableHLO.
final class MoveLowering {
  private MoveLowering() {}

  static Hlo lower(HloBuilder b, Move op, List<Hlo> operands, TensorType result) {
    Hlo x = operands.getFirst();
    return switch (op) {
      case Move.Reshape _ -> b.reshape(x, result.shape());
      case Move.Transpose(List<Integer> axes) ->
          b.transpose(x, axes.stream().map(x.shape()::axis).toList());
      case Move.Broadcast _ -> b.broadcast(x, result.shape());
      case Move.Slice slice -> slice(b, slice, x, result.shape());
      case Move.Pad pad -> pad(b, pad, x);
      case Move.Concat(int axis) -> b.concat(x.shape().axis(axis), operands);
      case Move.Reverse(List<Integer> axes) ->
          b.reverse(x, axes.stream().map(x.shape()::axis).distinct().toList());
      case Move.Tile _ -> tile(b, x, result.shape());
      case Move.SpaceToDepth(int block, boolean inverse) ->
          inverse ? depthToSpace(b, block, x, result) : spaceToDepth(b, block, x, result);
    };
  }

  private static Hlo slice(HloBuilder b, Move.Slice op, Hlo x, Shape result) {
    int[] begin = new int[x.rank()];
    int[] end = new int[x.rank()];
    int[] step = new int[x.rank()];
    for (int axis = 0; axis < begin.length; axis++) {
      begin[axis] = op.first(axis, x.shape());
      step[axis] = op.step().get(axis);
      int extent = result.dim(axis);
      end[axis] = extent == 0 ? begin[axis] : begin[axis] + (extent - 1) * step[axis] + 1;
    }
    return b.slice(x, begin, end, step);
  }

  private static Hlo pad(HloBuilder b, Move.Pad op, Hlo given) {
    int[] before = op.before().stream().mapToInt(Integer::intValue).toArray();
    int[] after = op.after().stream().mapToInt(Integer::intValue).toArray();
    if (op.mode() == Move.Pad.Mode.CONSTANT) {
      return b.pad(given, b.scalar(op.value(), given.dtype()), before, after);
    }
    Hlo x = given;
    for (int axis = 0; axis < before.length; axis++) {
      List<Hlo> parts = new ArrayList<>();
      if (before[axis] > 0) {
        parts.add(border(b, op.mode(), x, axis, before[axis], true));
      }
      parts.add(x);
      if (after[axis] > 0) {
        parts.add(border(b, op.mode(), x, axis, after[axis], false));
      }
      x = b.concat(axis, parts);
    }
    return x;
  }

  /// What is added before or after along an axis.
  private static Hlo border(
      HloBuilder b, Move.Pad.Mode mode, Hlo x, int axis, int count, boolean isBefore) {
    int extent = x.dim(axis);
    if (mode == Move.Pad.Mode.EDGE) {
      Hlo edge = isBefore ? b.slice(x, axis, 0, 1) : b.slice(x, axis, extent - 1, extent);
      return b.broadcast(edge, x.shape().with(axis, count));
    }
    int left = mode == Move.Pad.Mode.REFLECT ? 1 : 0;
    Hlo part =
        isBefore
            ? b.slice(x, axis, left, left + count)
            : b.slice(x, axis, extent - left - count, extent - left);
    return b.reverse(part, List.of(axis));
  }

  private static Hlo tile(HloBuilder b, Hlo x, Shape result) {
    int rank = x.rank();
    int[] dims = new int[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      int extent = x.dim(axis);
      dims[2 * axis] = extent == 0 ? 1 : result.dim(axis) / extent;
      dims[2 * axis + 1] = extent;
    }
    if (2 * rank > Shape.MAX_RANK) {
      throw new Unlowered("tiling of " + rank + " axes; at most " + Shape.MAX_RANK / 2);
    }
    int[] places = IntStream.range(0, rank).map(axis -> 2 * axis + 1).toArray();
    return b.reshape(b.broadcast(x, Shape.of(dims), places), result);
  }

  private static Hlo spaceToDepth(HloBuilder b, int block, Hlo x, TensorType result) {
    Hlo cut = b.reshape(x, x.dim(0), x.dim(1) / block, block, x.dim(2) / block, block, x.dim(3));
    return b.reshape(b.transpose(cut, List.of(0, 1, 3, 2, 4, 5)), result.shape());
  }

  private static Hlo depthToSpace(HloBuilder b, int block, Hlo x, TensorType result) {
    int channels = result.shape().dim(3);
    Hlo cut = b.reshape(x, x.dim(0), x.dim(1), x.dim(2), block, block, channels);
    return b.reshape(b.transpose(cut, List.of(0, 1, 3, 2, 4, 5)), result.shape());
  }
}
