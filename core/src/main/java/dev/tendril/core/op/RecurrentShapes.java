package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of ops with a state.
final class RecurrentShapes {
  private RecurrentShapes() {}

  static List<TensorType> lstm(Structured.Lstm op, List<TensorType> types) {
    Operands operands =
        new Operands(
            op, types, 6, 6, "x, input weights, recurrent weights, bias, first output and state");
    int units = recurrent(operands, 4, 4);
    operands.rank(5, 2, "a first state");
    operands.dim(5, 0, operands.dim(0, 1), "a first state with a batch");
    operands.dim(5, 1, units, "a first state with units");
    TensorType state = TensorType.of(operands.dtype(0), operands.dim(0, 1), units);
    return List.of(outputs(operands, units), state, state);
  }

  static List<TensorType> gru(Structured.Gru op, List<TensorType> types) {
    Operands operands =
        new Operands(op, types, 5, 5, "x, input weights, recurrent weights, bias and first output");
    int units = recurrent(operands, 3, 6);
    return List.of(
        outputs(operands, units), TensorType.of(operands.dtype(0), operands.dim(0, 1), units));
  }

  private static TensorType outputs(Operands operands, int units) {
    return TensorType.of(operands.dtype(0), operands.dim(0, 0), operands.dim(0, 1), units);
  }

  /// Checks what both have; the number of units.
  private static int recurrent(Operands operands, int gates, int biases) {
    operands.real(0, "x");
    for (int i = 1; operands.has(i); i++) {
      boolean hybrid = (i == 1 || i == 2) && operands.isQuantized(i);
      if (!hybrid) {
        operands.dtype(i, operands.dtype(0), "operand " + (i + 1));
      }
    }
    operands.rank(0, 3, "x");
    operands.rank(1, 2, "input weights");
    operands.rank(2, 2, "recurrent weights");
    operands.rank(4, 2, "a first output");
    int units = operands.dim(4, 1, operands.dim(2, 1), "a first output with units");
    operands.dim(4, 0, operands.dim(0, 1), "a first output with a batch");
    operands.dim(1, 1, operands.dim(0, 2), "input weights with inputs");
    operands.dim(1, 0, times(operands, gates, units), "input weights with rows");
    operands.dim(2, 0, times(operands, gates, units), "recurrent weights with rows");
    operands.vector(3, times(operands, biases, units), "a bias");
    return units;
  }

  static List<TensorType> svdf(Structured.Svdf op, List<TensorType> types) {
    Operands operands =
        new Operands(op, types, 5, 5, "x, feature weights, time weights, bias and state");
    operands.rank(0, 2, "x");
    operands.rank(1, 2, "feature weights");
    operands.rank(2, 2, "time weights");
    operands.rank(4, 2, "a state");
    operands.dim(1, 1, operands.dim(0, 1), "feature weights with inputs");
    int filters = operands.dim(2, 0, operands.dim(1, 0), "time weights with filters");
    if (op.rank() < 1 || (filters != Shape.ANY && filters % op.rank() != 0)) {
      throw operands.misfit(
          "rank " + op.rank() + "; expected a divisor of the filters, " + filters);
    }
    int units = filters == Shape.ANY ? Shape.ANY : filters / op.rank();
    operands.vector(3, units, "a bias");
    operands.dim(4, 0, operands.dim(0, 0), "a state with a batch");
    int memory = operands.dim(2, 1);
    int cells = memory == Shape.ANY ? Shape.ANY : times(operands, memory, filters);
    operands.dim(4, 1, cells, "a state with cells");
    svdfTypes(op, operands);
    return List.of(
        TensorType.of(operands.dtype(0), operands.dim(0, 0), units),
        types.get(4).with(operands.shape(4).with(0, operands.dim(0, 0)).with(1, cells)));
  }

  private static void svdfTypes(Structured.Svdf op, Operands operands) {
    for (int i : new int[] {0, 1, 2, 4}) {
      ContractShapes.perTensor(operands, i, "operand " + (i + 1));
    }
    if (operands.dtype(0).isFloat()) {
      for (int i = 1; i < 5; i++) {
        boolean hybrid = i < 3 && operands.isQuantized(i);
        if (!hybrid) {
          operands.dtype(i, operands.dtype(0), "operand " + (i + 1));
        }
      }
      return;
    }
    boolean quantized = true;
    for (int i : new int[] {0, 1, 2, 4}) {
      quantized &= operands.isQuantized(i);
    }
    boolean narrow = operands.dtype(4) == DType.I8 && operands.dtype(2) == DType.I8;
    boolean wide = operands.dtype(4) == DType.I16 && operands.dtype(2) == DType.I16;
    if (!quantized
        || operands.dtype(0) != DType.I8
        || operands.dtype(1) != DType.I8
        || operands.dtype(3) != DType.I32
        || !(narrow || wide)) {
      throw operands.mistype(
          "quantized operands; expected i8 x and feature weights, i16 or i8 time weights and"
              + " state, i32 bias");
    }
    if (!op.activation().isRange()) {
      throw operands.mistype(
          "the activation " + op.activation() + " of integers; expected one that keeps to a range");
    }
  }

  private static int times(Operands operands, int factor, int extent) {
    if (extent == Shape.ANY) {
      return Shape.ANY;
    }
    long product = (long) factor * extent;
    if (product > Integer.MAX_VALUE) {
      throw operands.misfit(factor + " times " + extent + " numbers in a row; expected 31 bits");
    }
    return (int) product;
  }
}
