package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.spi.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Functions of each element against the reference.
class PointwiseKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void functionsOfOneNumberEqualTheReferenceOverAllMagnitudes() {
    List<Pointwise> ops = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      if (kind != UnaryKind.NOT) {
        ops.add(new Pointwise.Unary(kind));
      }
    }
    ops.add(new Pointwise.Clamp(-0.5, 2));
    ops.add(new Pointwise.LeakyRelu(0.2f));
    ops.add(new Pointwise.Elu(0.7f));
    ops.add(new Pointwise.Gelu(true));
    ops.add(new Pointwise.Gelu(false));
    double[] values = new double[3003];
    double[] special = {
      0, -0.0, 1, -1, 1e-45, 1e-40, 3e38, -3e38, 88.7, -88, -100, -104, 89, 0.45, 4
    };
    for (int i = 0; i < values.length; i++) {
      double size = Math.exp(random.nextDouble() * 30 - 20);
      values[i] = i < special.length ? special[i] : random.nextBoolean() ? size : -size;
    }
    values[20] = Double.NaN;
    values[21] = Double.POSITIVE_INFINITY;
    values[22] = Double.NEGATIVE_INFINITY;
    Tensor x = Tensor.of(TensorType.of(DType.F32, values.length), values);
    for (Pointwise op : ops) {
      check(op, List.of(x), 4e-7);
    }
  }

  @Test
  void functionsOfTwoNumbersEqualTheReference() {
    int[][][] shapes = {
      {{1000}, {1000}},
      {{7, 33}, {33}},
      {{33}, {7, 33}},
      {{}, {70}},
      {{70}, {}},
      {{4, 5, 24}, {4, 1, 24}},
      {{4, 5, 24}, {4, 5, 1}},
      {{3, 1, 700}, {3, 4, 700}},
      {{5}, {1}},
      {{2, 3, 1}, {2, 3, 600}},
      {{0, 4}, {4}},
      {{2, 1}, {1, 2}}
    };
    for (BinaryKind kind : BinaryKind.values()) {
      for (int[][] pair : shapes) {
        if (!kind.isBitwise()) {
          Tensor a = KernelCheck.random(random, new TensorType(DType.F32, Shape.of(pair[0])));
          Tensor b = KernelCheck.random(random, new TensorType(DType.F32, Shape.of(pair[1])));
          check(new Pointwise.Binary(kind), List.of(a, b), 4e-7);
        }
      }
    }
  }

  private void check(Op op, List<Tensor> operands, double tolerance) {
    List<TensorType> types = ShapeRules.infer(op, operands.stream().map(Tensor::type).toList());
    Tensor expected = ReferenceKernels.run(op, operands, types).getFirst();
    List<Value> values = new ArrayList<>();
    operands.forEach(operand -> values.add(new Value.Input("x", operand.type())));
    Node node = new Node("node", op, values, types);
    for (KernelProvider provider : KernelCheck.providers("fused")) {
      if (provider.supports(node).isYes()) {
        Tensor actual = KernelCheck.run(provider, op, operands, types, 0, 3).getFirst();
        String what = provider.name() + " " + op + " " + operands + ", seed " + seed;
        KernelCheck.closeEach(
            expected, actual, tolerance, operands.getFirst(), op instanceof Pointwise.Gelu, what);
      }
    }
  }
}
