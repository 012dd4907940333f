package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Runs single ops, and makes operands for them.
final class Ops {
  private Ops() {}

  static Tensor run(Op op, Tensor... operands) {
    return all(op, operands).getFirst();
  }

  static List<Tensor> all(Op op, Tensor... operands) {
    return quantized(op, List.of(), operands);
  }

  static Tensor quantized(Op op, Quant quant, Tensor... operands) {
    return quantized(op, List.of(quant), operands).getFirst();
  }

  static List<Tensor> quantized(Op op, List<? extends @Nullable Quant> quants, Tensor... operands) {
    List<Tensor> all = List.of(operands);
    List<TensorType> types = all.stream().map(Tensor::type).toList();
    return ReferenceKernels.run(op, all, ShapeRules.infer(op, types, quants));
  }

  /// Floats of about -1 to 1.
  static Tensor random(Random random, DType dtype, int... dims) {
    Tensor tensor = Tensor.allocate(TensorType.of(dtype, dims));
    for (long i = 0; i < tensor.shape().size(); i++) {
      Elements.setDouble(tensor.memory(), dtype, i, 2 * random.nextDouble() - 1);
    }
    return tensor;
  }

  /// Integers of the whole range of a type, at most 2^12 in size.
  static Tensor integers(Random random, DType dtype, @Nullable Quant quant, int... dims) {
    Tensor tensor = Tensor.allocate(new TensorType(dtype, Shape.of(dims), quant));
    for (long i = 0; i < tensor.shape().size(); i++) {
      long low = Math.max(dtype.min(), -4096);
      long high = Math.min(dtype.max(), 4095);
      Elements.setLong(tensor.memory(), dtype, i, random.nextLong(low, high + 1));
    }
    return tensor;
  }

  /// The reals that a quantized tensor stands for.
  static double[] reals(Tensor tensor) {
    return Values.reals(tensor);
  }

  static double dot(Tensor a, Tensor b) {
    double[] x = a.toDoubleArray();
    double[] y = b.toDoubleArray();
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
