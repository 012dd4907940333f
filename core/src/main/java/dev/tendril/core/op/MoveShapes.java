package dev.tendril.core.op;

import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// The types of results of [Move].
final class MoveShapes {
  private MoveShapes() {}

  static List<TensorType> infer(Move op, List<TensorType> operands) {
    if (op instanceof Move.Concat concat) {
      return List.of(concat(concat, new Operands(op, operands, 1, Integer.MAX_VALUE, "1 or more")));
    }
    Operands given = Operands.of(op, operands, 1);
    return List.of(
        switch (op) {
          case Move.Reshape reshape -> reshape(reshape.shape(), given);
          case Move.Transpose transpose -> transpose(transpose, given);
          case Move.Broadcast broadcast -> broadcast(broadcast.shape(), given);
          case Move.Slice slice -> slice(slice, given);
          case Move.Pad pad -> pad(pad, given);
          case Move.Concat concat -> concat(concat, given);
          case Move.Reverse reverse -> reverse(reverse, given);
          case Move.Tile tile -> tile(tile, given);
          case Move.SpaceToDepth space -> spaceToDepth(space, given);
        });
  }

  /// A result of this shape, the scales' axis having moved to another, or to -1: to none.
  private static TensorType moved(Operands operands, Shape shape, int axis) {
    return new TensorType(operands.dtype(0), shape, operands.movedQuant(0, axis));
  }

  /// The axis of the operand's scales, or -1.
  private static int scaled(Operands operands) {
    Quant quant = operands.quant(0);
    return quant == null ? -1 : quant.axis();
  }

  private static TensorType reshape(Shape target, Operands operands) {
    Shape from = operands.shape(0);
    int open = -1;
    long rest = 1;
    for (int axis = 0; axis < target.rank(); axis++) {
      if (target.dim(axis) != Shape.ANY) {
        rest *= target.dim(axis);
      } else if (open >= 0) {
        throw operands.misfit("to " + target + "; expected at most one extent left open");
      } else {
        open = axis;
      }
    }
    Shape to = target;
    if (from.isKnown()) {
      long size = from.size();
      if (open < 0 ? size != rest : rest == 0 || size % rest != 0) {
        throw operands.misfit(
            "to "
                + target
                + ", which does not hold "
                + size
                + (size == 1 ? " element" : " elements"));
      }
      if (open >= 0) {
        to = target.with(open, operands.extent(size / rest));
      }
    }
    return moved(operands, to, scaled(operands) < 0 ? -1 : survivor(from, to, scaled(operands)));
  }

  /// The axis with the same extent and as many elements before, or else after, as an axis had
  /// before a reshape; -1 when there is none.
  private static int survivor(Shape from, Shape to, int axis) {
    for (int i = 0; i < to.rank(); i++) {
      boolean before = same(from, 0, axis, to, 0, i);
      boolean after = same(from, axis + 1, from.rank(), to, i + 1, to.rank());
      if (from.dim(axis) != Shape.ANY && to.dim(i) == from.dim(axis) && (before || after)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean same(Shape a, int aFrom, int aTo, Shape b, int bFrom, int bTo) {
    int[] x = IntStream.range(aFrom, aTo).map(a::dim).toArray();
    int[] y = IntStream.range(bFrom, bTo).map(b::dim).toArray();
    return Shape.of(x).isKnown()
        && Shape.of(y).isKnown()
        && Shape.of(x).size() == Shape.of(y).size();
  }

  private static TensorType transpose(Move.Transpose op, Operands operands) {
    operands.expectEachAxis(0, "axes", op.axes());
    operands.axes(0, op.axes());
    int[] axes = op.axes().stream().mapToInt(axis -> operands.axis(0, axis)).toArray();
    int scaled = scaled(operands);
    return moved(
        operands,
        operands.shape(IntStream.of(axes).map(operands.shape(0)::dim)),
        IntStream.range(0, axes.length).filter(i -> axes[i] == scaled).findFirst().orElse(-1));
  }

  private static TensorType broadcast(Shape target, Operands operands) {
    Shape from = operands.shape(0);
    int added = target.rank() - from.rank();
    if (added < 0) {
      throw operands.misfit("to " + target + ", which has fewer axes");
    }
    int[] dims = target.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      if (axis < added) {
        if (dims[axis] == Shape.ANY) {
          throw operands.misfit("to " + target + "; expected known extents of new axes");
        }
        continue;
      }
      int extent = from.dim(axis - added);
      if (dims[axis] == Shape.ANY) {
        dims[axis] = extent;
      } else if (extent != Shape.ANY && extent != 1 && extent != dims[axis]) {
        throw operands.misfit("to " + target + ": extent " + extent + " does not stretch");
      }
    }
    Shape to = operands.shape(IntStream.of(dims));
    int scaled = scaled(operands);
    return moved(
        operands,
        to,
        scaled < 0 || from.dim(scaled) != to.dim(scaled + added) ? -1 : scaled + added);
  }

  private static TensorType slice(Move.Slice op, Operands operands) {
    operands.expectEachAxis(0, "begins", op.begin());
    Shape from = operands.shape(0);
    Shape to =
        operands.shape(
            IntStream.range(0, from.rank())
                .map(axis -> from.dim(axis) == Shape.ANY ? Shape.ANY : op.extent(axis, from)));
    Quant quant = operands.quant(0);
    if (quant == null || quant.isPerTensor()) {
      return moved(operands, to, -1);
    }
    int axis = quant.axis();
    int count = to.dim(axis);
    if (count <= 0) {
      throw operands.unquantizable(quant);
    }
    return operands
        .type(0)
        .with((Quant) null)
        .with(to)
        .with(picked(quant, count, i -> op.first(axis, from) + i * op.step().get(axis)));
  }

  /// Scales along the same axis: for each index those of another index.
  private static Quant picked(Quant quant, int count, IntUnaryOperator from) {
    float[] scales = new float[count];
    int[] zeroPoints = new int[count];
    for (int i = 0; i < count; i++) {
      scales[i] = quant.scales()[from.applyAsInt(i)];
      zeroPoints[i] = quant.zeroPoints()[from.applyAsInt(i)];
    }
    return new Quant(scales, zeroPoints, quant.axis());
  }

  private static TensorType pad(Move.Pad op, Operands operands) {
    operands.expectEachAxis(0, "paddings", op.before());
    Shape from = operands.shape(0);
    int[] dims = from.dims();
    int scaled = scaled(operands);
    for (int axis = 0; axis < dims.length; axis++) {
      int before = op.before().get(axis);
      int after = op.after().get(axis);
      if (before < 0 || after < 0) {
        throw operands.misfit(
            "padding " + Math.min(before, after) + " along axis " + axis + "; expected 0 or more");
      }
      if (dims[axis] == Shape.ANY) {
        continue;
      }
      int most =
          switch (op.mode()) {
            case CONSTANT -> Integer.MAX_VALUE;
            case EDGE -> dims[axis] == 0 ? 0 : Integer.MAX_VALUE;
            case REFLECT -> Math.max(dims[axis] - 1, 0);
            case SYMMETRIC -> dims[axis];
          };
      if (Math.max(before, after) > most) {
        throw operands.misfit(
            op.mode()
                + " padding "
                + Math.max(before, after)
                + " along axis "
                + axis
                + " of "
                + dims[axis]
                + "; expected at most "
                + most);
      }
      dims[axis] = operands.extent((long) dims[axis] + before + after);
    }
    boolean grown = scaled >= 0 && op.before().get(scaled) + op.after().get(scaled) > 0;
    return moved(operands, operands.shape(IntStream.of(dims)), grown ? -1 : scaled);
  }

  private static TensorType concat(Move.Concat op, Operands operands) {
    operands.expectSame(0);
    int axis = operands.axis(0, op.axis());
    int[] dims = operands.shape(0).dims();
    for (int i = 1; i < operands.count(); i++) {
      Shape next = operands.shape(i);
      operands.rank(i, dims.length, "operand " + (i + 1));
      for (int a = 0; a < dims.length; a++) {
        if (a != axis) {
          dims[a] = operands.sameExtent(dims[a], next.dim(a), "extents along axis " + a + ",");
        } else if (dims[a] == Shape.ANY || next.dim(a) == Shape.ANY) {
          dims[a] = Shape.ANY;
        } else {
          dims[a] = operands.extent((long) dims[a] + next.dim(a));
        }
      }
    }
    Quant common = operands.commonQuant(0);
    for (int i = 0; i < operands.count(); i++) {
      Quant quant = operands.quant(i);
      if (quant != null && !quant.isPerTensor() && (common == null || quant.axis() == axis)) {
        throw operands.unquantizable(quant);
      }
    }
    return new TensorType(operands.dtype(0), operands.shape(IntStream.of(dims)), common);
  }

  private static TensorType reverse(Move.Reverse op, Operands operands) {
    boolean[] reversed = operands.axes(0, op.axes());
    Quant quant = operands.quant(0);
    if (quant == null || quant.isPerTensor() || !reversed[quant.axis()]) {
      return operands.type(0);
    }
    int last = quant.scales().length - 1;
    return operands.type(0).with(picked(quant, last + 1, i -> last - i));
  }

  private static TensorType tile(Move.Tile op, Operands operands) {
    operands.expectEachAxis(0, "repeats", op.repeats());
    Shape from = operands.shape(0);
    int[] dims = from.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      int repeats = op.repeats().get(axis);
      if (repeats < 0) {
        throw operands.misfit("repeats " + op.repeats() + "; expected 0 or more");
      }
      if (dims[axis] != Shape.ANY) {
        dims[axis] = operands.extent((long) dims[axis] * repeats);
      }
    }
    int scaled = scaled(operands);
    boolean repeated = scaled >= 0 && op.repeats().get(scaled) != 1;
    return moved(operands, operands.shape(IntStream.of(dims)), repeated ? -1 : scaled);
  }

  private static TensorType spaceToDepth(Move.SpaceToDepth op, Operands operands) {
    operands.rank(0, 4, "x");
    int block = op.block();
    if (block < 1 || block > 1 << 15) {
      throw operands.misfit("blocks of " + block + "; expected 1 to " + (1 << 15));
    }
    Shape from = operands.shape(0);
    Shape to =
        operands.shape(
            IntStream.of(
                from.dim(0),
                op.inverse() ? times(operands, 1, block) : over(operands, 1, block),
                op.inverse() ? times(operands, 2, block) : over(operands, 2, block),
                op.inverse()
                    ? over(operands, 3, block * block)
                    : times(operands, 3, block * block)));
    return moved(operands, to, scaled(operands) == 0 ? 0 : -1);
  }

  private static int times(Operands operands, int axis, int factor) {
    int extent = operands.shape(0).dim(axis);
    return extent == Shape.ANY ? extent : operands.extent((long) extent * factor);
  }

  private static int over(Operands operands, int axis, int factor) {
    int extent = operands.shape(0).dim(axis);
    if (extent != Shape.ANY && extent % factor != 0) {
      throw operands.misfit(
          "extent " + extent + " along axis " + axis + "; expected a multiple of " + factor);
    }
    return extent == Shape.ANY ? extent : extent / factor;
  }
}
