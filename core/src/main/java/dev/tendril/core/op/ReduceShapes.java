package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/// The types of results of [Reduce].
final class ReduceShapes {
  private ReduceShapes() {}

  static List<TensorType> infer(Reduce op, List<TensorType> operands) {
    Operands given = Operands.of(op, operands, 1);
    return List.of(
        switch (op) {
          case Reduce.Reduction reduction -> reduction(reduction, given);
          case Reduce.ArgExtreme(_, int axis, DType to) -> {
            int gone = given.axis(0, axis);
            if (given.shape(0).dim(gone) == 0) {
              throw given.misfit("no element along axis " + gone + "; expected at least one");
            }
            yield new TensorType(to, given.shape(0).without(gone));
          }
          case Reduce.Cumulative cumulative -> cumulative(cumulative, given);
        });
  }

  private static TensorType reduction(Reduce.Reduction op, Operands operands) {
    boolean logic = op.kind() == Reduce.Kind.ALL || op.kind() == Reduce.Kind.ANY;
    if (logic) {
      operands.expect(operands.dtype(0) == DType.BOOL, 0, "booleans");
    } else {
      operands.expectNumbers(0);
    }
    operands.expectPerTensor(0);
    boolean[] reduced = operands.axes(0, op.axes());
    Shape shape = operands.shape(0);
    boolean all = op.axes().isEmpty();
    Shape left =
        operands.shape(
            IntStream.range(0, shape.rank())
                .filter(axis -> op.keep() || !(all || reduced[axis]))
                .map(axis -> all || reduced[axis] ? 1 : shape.dim(axis)));
    return new TensorType(operands.dtype(0), left, selects(op.kind()) ? operands.quant(0) : null);
  }

  private static TensorType cumulative(Reduce.Cumulative op, Operands operands) {
    switch (op.kind()) {
      case SUM, PROD, MIN, MAX -> operands.expectNumbers(0);
      case MEAN, ALL, ANY ->
          throw new TensorException(op.name() + "; expected sum, prod, min or max");
    }
    operands.axis(0, op.axis());
    operands.expectPerTensor(0);
    TensorType type = operands.type(0);
    return selects(op.kind()) ? type : type.with(type.dtype());
  }

  private static boolean selects(Reduce.Kind kind) {
    return kind == Reduce.Kind.MIN || kind == Reduce.Kind.MAX;
  }
}
