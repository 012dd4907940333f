package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.ShapeException;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The operands of one op as its shape rule looks at them. Every refusal is one line: the op, the
/// types of all operands, what does not fit, what was expected.
final class Operands {
  private final Op op;
  private final List<TensorType> types;

  /// @param names what the operands are, such as `x, filter and maybe a bias`
  /// @throws TensorException when there are fewer than `min` or more than `max`
  Operands(Op op, List<TensorType> types, int min, int max, String names) {
    this.op = op;
    this.types = types;
    if (types.size() < min || types.size() > max) {
      throw new TensorException(
          prefix()
              + types.size()
              + (types.size() == 1 ? " operand; expected " : " operands; expected ")
              + names);
    }
  }

  /// @throws TensorException when there are fewer or more
  static Operands of(Op op, List<TensorType> types, int count) {
    return new Operands(op, types, count, count, String.valueOf(count));
  }

  private String prefix() {
    return op.name()
        + " of "
        + (types.isEmpty()
            ? "nothing"
            : types.stream().map(TensorType::toString).collect(Collectors.joining(", ")))
        + ": ";
  }

  /// What is wrong with shapes or attributes, for the caller to throw.
  ShapeException misfit(String problem) {
    return new ShapeException(prefix() + problem);
  }

  /// What is wrong with element types, for the caller to throw.
  DTypeException mistype(String problem) {
    return new DTypeException(prefix() + problem);
  }

  boolean has(int operand) {
    return operand < types.size();
  }

  TensorType type(int operand) {
    return types.get(operand);
  }

  DType dtype(int operand) {
    return types.get(operand).dtype();
  }

  Shape shape(int operand) {
    return types.get(operand).shape();
  }

  int count() {
    return types.size();
  }

  @Nullable Quant quant(int operand) {
    return types.get(operand).quant();
  }

  int dim(int operand, int axis) {
    return shape(operand).dim(axis);
  }

  boolean isQuantized(int operand) {
    return types.get(operand).quant() != null;
  }

  void rank(int operand, int rank, String name) {
    if (shape(operand).rank() != rank) {
      throw misfit(name + " of rank " + shape(operand).rank() + "; expected rank " + rank);
    }
  }

  void rankAtLeast(int operand, int rank, String name) {
    if (shape(operand).rank() < rank) {
      throw misfit(
          name + " of rank " + shape(operand).rank() + "; expected rank " + rank + " or more");
    }
  }

  /// The axis of an operand, counted from 0.
  int axis(int operand, int axis) {
    return axisOf(axis, shape(operand).rank());
  }

  /// An axis, counted from 0, of so many.
  int axisOf(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw misfit(
          "axis "
              + axis
              + (rank == 0
                  ? " of a scalar, which has none"
                  : "; expected one from " + -rank + " to " + (rank - 1)));
    }
    return axis < 0 ? axis + rank : axis;
  }

  /// An extent that must be one that is expected; either may be unknown.
  ///
  /// @return the one that is known, if any is
  int dim(int operand, int axis, int expected, String name) {
    int dim = dim(operand, axis);
    if (dim != expected && dim != Shape.ANY && expected != Shape.ANY) {
      throw misfit(name + " of " + dim + "; expected " + expected);
    }
    return dim == Shape.ANY ? expected : dim;
  }

  /// A vector of a number of elements.
  void vector(int operand, int length, String name) {
    rank(operand, 1, name);
    dim(operand, 0, length, name);
  }

  /// Checks that an operand holds real numbers as such.
  void real(int operand, String name) {
    if (!dtype(operand).isFloat()) {
      throw mistype(name + " of " + dtype(operand).text() + "; expected floats");
    }
  }

  /// Checks that an operand has an element type.
  void dtype(int operand, DType expected, String name) {
    if (dtype(operand) != expected) {
      throw mistype(name + " of " + dtype(operand).text() + "; expected " + expected.text());
    }
  }

  void positive(List<Integer> values, String name) {
    for (int value : values) {
      if (value < 1) {
        throw misfit(name + " " + values + "; expected 1 or more");
      }
    }
  }

  /// Checks an element type.
  void expect(boolean fits, int i, String expected) {
    if (!fits) {
      throw mistype("operand " + (i + 1) + " is " + dtype(i).text() + "; expected " + expected);
    }
  }

  void expectNumbers(int i) {
    expect(dtype(i) != DType.BOOL, i, "numbers");
  }

  /// Checks that an operand holds reals: floats, or integers that stand for them.
  void expectReals(int i) {
    expect(
        dtype(i).isFloat() || quant(i) != null,
        i,
        "a float type or a quantized one: cast it first");
  }

  void expectIndices(int i) {
    expect(dtype(i) == DType.I32 || dtype(i) == DType.I64, i, "indices of i32 or i64");
  }

  /// Checks that operands from `first` on have the same element type, and all are quantized or
  /// none.
  void expectSame(int first) {
    for (int i = first + 1; i < types.size(); i++) {
      if (dtype(i) != dtype(first)) {
        throw mistype(
            "element types "
                + dtype(first).text()
                + " and "
                + dtype(i).text()
                + " differ; expected one: cast first");
      }
      if ((quant(i) == null) != (quant(first) == null)) {
        throw mistype("quantized and plain integers; expected both quantized or neither");
      }
    }
  }

  /// Checks that an operand has at most one scale.
  void expectPerTensor(int i) {
    Quant quant = quant(i);
    if (quant != null && !quant.isPerTensor()) {
      throw unquantizable(quant);
    }
  }

  /// To be thrown: scales along an axis that the result has not.
  DTypeException unquantizable(Quant quant) {
    return mistype(
        "scales that differ along axis "
            + quant.axis()
            + "; expected one scale for the whole tensor: dequantize it first");
  }

  /// The quantization of operands from `first` on where it is the same of all, else null.
  @Nullable Quant commonQuant(int first) {
    Quant quant = quant(first);
    return types.subList(first, types.size()).stream()
            .allMatch(type -> quant != null && quant.equals(type.quant()))
        ? quant
        : null;
  }

  /// Checks the length of a list that has a value for each axis of an operand.
  void expectEachAxis(int i, String what, List<Integer> values) {
    if (values.size() != shape(i).rank()) {
      throw misfit(
          what + " " + values + "; expected " + shape(i).rank() + ", one value for each axis");
    }
  }

  /// For each axis of an operand whether it is among those given.
  boolean[] axes(int i, List<Integer> axes) {
    boolean[] among = new boolean[shape(i).rank()];
    for (int given : axes) {
      int axis = axis(i, given);
      if (among[axis]) {
        throw misfit("axes " + axes + " name axis " + axis + " twice");
      }
      among[axis] = true;
    }
    return among;
  }

  /// The shape that all operands broadcast to.
  Shape broadcast() {
    try {
      return types.stream().map(TensorType::shape).reduce(Shape.scalar(), Shape::broadcast);
    } catch (ShapeException e) {
      throw misfit(String.valueOf(e.getMessage()));
    }
  }

  /// The extent of an axis that two operands share; one of them may not know it.
  int sameExtent(int a, int b, String what) {
    if (a == Shape.ANY || b == Shape.ANY || a == b) {
      return Math.max(a, b);
    }
    throw misfit(what + " " + a + " and " + b + " differ");
  }

  /// An extent that was computed.
  int extent(long extent) {
    if (extent > Integer.MAX_VALUE) {
      throw misfit("an extent of " + extent + "; expected at most " + Integer.MAX_VALUE);
    }
    return Math.toIntExact(extent);
  }

  /// A shape that was computed.
  Shape shape(IntStream dims) {
    try {
      return Shape.of(dims.toArray());
    } catch (ShapeException e) {
      throw misfit(String.valueOf(e.getMessage()));
    }
  }

  /// An operand's quantization in a result where the axis of the scales has moved.
  ///
  /// @param axis where to, or -1 for nowhere
  @Nullable Quant movedQuant(int i, int axis) {
    Quant quant = quant(i);
    if (quant == null || quant.isPerTensor() || quant.axis() == axis) {
      return quant;
    }
    if (axis < 0) {
      throw unquantizable(quant);
    }
    return new Quant(quant.scales(), quant.zeroPoints(), axis);
  }
}
