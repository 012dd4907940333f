package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import dev.tendril.core.Shape;
import dev.tendril.core.ShapeException;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.stream.Collectors;

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
      throw new TensorException(prefix() + types.size() + " operands; expected " + names);
    }
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
    int rank = shape(operand).rank();
    if (axis < -rank || axis >= rank) {
      throw misfit("axis " + axis + "; expected one from " + -rank + " to " + (rank - 1));
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
}
