package dev.tendril.core.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Products of matrices against plain loops in 64 bits.
class MatMulKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private record Case(Contract.MatMul op, List<Tensor> operands, Tensor expected) {}

  @Test
  void equalThePlainLoopsOnRandomShapes() {
    for (int trial = 0; trial < 150; trial++) {
      check(random(1 + random.nextInt(70), 1 + random.nextInt(70), random.nextInt(71)));
    }
  }

  @Test
  void equalThePlainLoopsWhereSumsAreCutIntoBlocks() {
    check(random(100, 33, 600));
    check(random(49, 70, 1025));
    check(random(1, 200, 700));
  }

  @Test
  void giveNothingForNothing() {
    check(random(0, 5, 3));
    check(random(5, 0, 3));
    check(random(3, 4, 0));
  }

  private void check(Case one) {
    TensorType type = one.expected.type();
    for (KernelProvider provider : KernelCheck.providers("vector", "scalar")) {
      for (int constants = 0; constants < one.operands.size(); constants++) {
        String what = provider.name() + " " + one.op + " " + one.operands + ", seed " + seed;
        Tensor single =
            KernelCheck.run(provider, one.op, one.operands, List.of(type), constants, 1).getFirst();
        int depth = one.operands.get(0).shape().dim(one.op.transposeA() ? -2 : -1);
        KernelCheck.close(one.expected, single, 1e-6 + depth * 2e-7, what);
        Tensor many =
            KernelCheck.run(provider, one.op, one.operands, List.of(type), constants, 4).getFirst();
        assertEquals(-1, single.memory().mismatch(many.memory()), what + ": threads");
      }
    }
  }

  private Case random(int m, int n, int k) {
    Activation[] activations = {Activation.NONE, Activation.RELU, Activation.RELU6};
    Contract.MatMul op =
        new Contract.MatMul(
            random.nextBoolean(),
            random.nextBoolean(),
            activations[random.nextInt(activations.length)]);
    int[][][] outers = {{{}, {}}, {{}, {}}, {{2}, {}}, {{}, {3}}, {{2, 1}, {3}}, {{2}, {2}}};
    int[][] outer = outers[random.nextInt(outers.length)];
    Shape a = shape(outer[0], op.transposeA() ? k : m, op.transposeA() ? m : k);
    Shape b = shape(outer[1], op.transposeB() ? n : k, op.transposeB() ? k : n);
    List<Tensor> operands = new ArrayList<>();
    operands.add(KernelCheck.random(random, new TensorType(DType.F32, a)));
    operands.add(KernelCheck.random(random, new TensorType(DType.F32, b)));
    if (random.nextBoolean()) {
      operands.add(KernelCheck.random(random, TensorType.of(DType.F32, n)));
    }
    return new Case(op, operands, expected(op, operands, m, n, k));
  }

  private static Shape shape(int[] outer, int rows, int columns) {
    Shape shape = Shape.of(outer);
    return shape.inserted(shape.rank(), rows).inserted(shape.rank() + 1, columns);
  }

  private static Tensor expected(Contract.MatMul op, List<Tensor> operands, int m, int n, int k) {
    Shape a = operands.get(0).shape();
    Shape b = operands.get(1).shape();
    Shape outer = Shape.broadcast(a.without(-1).without(-1), b.without(-1).without(-1));
    double[] values = new double[(int) outer.size() * m * n];
    for (int batch = 0; batch < outer.size(); batch++) {
      long aAt = start(a, outer, batch);
      long bAt = start(b, outer, batch);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = operands.size() > 2 ? operands.get(2).get(j) : 0;
          for (int l = 0; l < k; l++) {
            sum +=
                operands.get(0).get(aAt + (op.transposeA() ? (long) l * m + i : (long) i * k + l))
                    * operands
                        .get(1)
                        .get(bAt + (op.transposeB() ? (long) j * k + l : (long) l * n + j));
          }
          values[(batch * m + i) * n + j] =
              Math.min(Math.max(sum, op.activation().low()), op.activation().high());
        }
      }
    }
    return Tensor.of(new TensorType(DType.F32, shape(outer.dims(), m, n)), values);
  }

  private static long start(Shape own, Shape outer, int batch) {
    long matrix = (long) own.dim(-1) * own.dim(-2);
    long at = 0;
    long rest = batch;
    long stride = matrix;
    for (int axis = 1; axis <= outer.rank(); axis++) {
      long index = rest % outer.dim(-axis);
      rest /= outer.dim(-axis);
      if (axis + 2 <= own.rank()) {
        at += own.dim(-axis - 2) == 1 ? 0 : index * stride;
        stride *= own.dim(-axis - 2);
      }
    }
    return at;
  }
}
