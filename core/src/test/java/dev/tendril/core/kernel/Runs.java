package dev.tendril.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.Arrays;
import java.util.List;

/// Runs single ops by reference kernels, for tests.
final class Runs {
  private Runs() {}

  static List<Tensor> all(Op op, Tensor... operands) {
    return ReferenceKernels.run(
        op,
        List.of(operands),
        ShapeRules.infer(op, Arrays.stream(operands).map(Tensor::type).toList()));
  }

  static Tensor run(Op op, Tensor... operands) {
    return all(op, operands).getFirst();
  }

  /// Runs an op whose node says how its result is quantized.
  static Tensor run(Op op, Quant quant, Tensor... operands) {
    List<TensorType> types =
        ShapeRules.infer(op, Arrays.stream(operands).map(Tensor::type).toList(), List.of(quant));
    return ReferenceKernels.run(op, List.of(operands), types).getFirst();
  }

  static Tensor tensor(DType dtype, Shape shape, double... values) {
    return Tensor.of(new TensorType(dtype, shape), values);
  }

  static Tensor vector(DType dtype, double... values) {
    return tensor(dtype, Shape.of(values.length), values);
  }

  static Tensor quantized(DType dtype, Quant quant, double... values) {
    return Tensor.of(new TensorType(dtype, Shape.of(values.length), quant), values);
  }

  /// All integers of an 8-bit type.
  static Tensor each(DType dtype, Quant quant) {
    double[] values = new double[256];
    Arrays.setAll(values, i -> dtype.min() + i);
    return quantized(dtype, quant, values);
  }

  static void assertValues(Tensor tensor, double... values) {
    assertArrayEquals(values, tensor.toDoubleArray(), 0, tensor::toString);
  }

  static void assertClose(Tensor tensor, double tolerance, double... values) {
    assertArrayEquals(values, tensor.toDoubleArray(), tolerance, tensor::toString);
  }

  static void fails(String message, Op op, Tensor... operands) {
    assertEquals(
        message, assertThrows(TensorException.class, () -> run(op, operands)).getMessage());
  }
}
