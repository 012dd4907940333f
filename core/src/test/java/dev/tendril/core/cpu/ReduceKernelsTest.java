package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.spi.KernelProvider;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Reductions along neighboring axes against the reference.
class ReduceKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void equalTheReference() {
    int[][] shapes = {{1}, {7}, {1000}, {40_000}, {3, 5}, {2, 3, 17}, {700, 9}, {4, 50, 8}};
    for (Reduce.Kind kind :
        List.of(Reduce.Kind.SUM, Reduce.Kind.MEAN, Reduce.Kind.MIN, Reduce.Kind.MAX)) {
      for (int[] shape : shapes) {
        Tensor x = KernelCheck.random(random, TensorType.of(DType.F32, shape));
        check(new Reduce.Reduction(kind, List.of(), false), x);
        for (int axis = 0; axis < shape.length; axis++) {
          check(new Reduce.Reduction(kind, List.of(axis), true), x);
        }
        if (shape.length == 3) {
          check(new Reduce.Reduction(kind, List.of(1, 2), false), x);
          check(new Reduce.Reduction(kind, List.of(-2, 0), false), x);
        }
      }
    }
  }

  private void check(Op op, Tensor x) {
    List<TensorType> types = ShapeRules.infer(op, List.of(x.type()));
    Tensor expected = ReferenceKernels.run(op, List.of(x), types).getFirst();
    for (KernelProvider provider : KernelCheck.providers("vector")) {
      for (int threads : new int[] {1, 3}) {
        Tensor actual = KernelCheck.run(provider, op, List.of(x), types, 0, threads).getFirst();
        double size = x.shape().size() / (double) expected.shape().size();
        KernelCheck.close(
            expected, actual, 4e-6 * Math.sqrt(size) + 4e-6, op + " of " + x + ", seed " + seed);
      }
    }
  }
}
