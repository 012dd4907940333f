package dev.tendril.machine.kernel;

import dev.tendril.core.cpu.scalar.MatMulShape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.machine.gen.Product;
import dev.tendril.machine.gen.ProductCode;
import dev.tendril.machine.gen.Target;
import dev.tendril.machine.gen.Tiling;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Products of matrices. A right operand that is constant is packed once; another one is read where
/// it is. The left operand is read where it is, transposed or not.
final class MatMul {
  private MatMul() {}

  static Kernel kernel(Machine machine, Node node, Contract.MatMul op, int threads) {
    MatMulShape shape =
        MatMulShape.of(
            op, node.inputs().get(0).type().shape(), node.inputs().get(1).type().shape());
    Target target = machine.target(shape.n());
    int lanes = target.lanes();
    boolean constant = node.inputs().get(1) instanceof Value.Constant;
    boolean biased = node.inputs().size() > 2;
    Product product =
        new Product(
            Tiling.of(target, shape.m(), 1, shape.n(), shape.k()),
            shape.n(),
            1,
            shape.k(),
            0,
            op.transposeA() ? 4 : 4L * shape.k(),
            op.transposeA() ? 4L * shape.m() : 4,
            0,
            constant,
            4L * shape.n(),
            4L * shape.n(),
            0,
            biased,
            false,
            op.activation());
    Panels panels = new Panels(product.tiling().vectors(), shape.n(), shape.k(), lanes);
    List<List<Argument>> parts = new ArrayList<>();
    MemorySegment[] packed = constant ? pack(node, op, shape, panels) : null;
    Argument bias = bias(node, 2, panels);
    ProductParts calls = new ProductParts(product, lanes, 1);
    for (int batch = 0; batch < shape.batches(); batch++) {
      Argument right =
          packed == null
              ? new Argument.Input(1, 4 * shape.bAt()[batch])
              : new Argument.Own(packed[shape.oneRight() ? 0 : batch], 0);
      parts.addAll(
          calls.of(
              new Argument.Input(0, 4 * shape.aAt()[batch]),
              right,
              new Argument.Output(0, 4L * batch * shape.m() * shape.n()),
              bias,
              null,
              threads,
              shape.batches()));
    }
    Step step = new Step(machine.code(product, it -> ProductCode.write(target, it)), parts);
    return new StepKernel(List.of(step), 0, Set.of());
  }

  private static MemorySegment[] pack(
      Node node, Contract.MatMul op, MatMulShape shape, Panels panels) {
    MemorySegment matrix = ((Value.Constant) node.inputs().get(1)).tensor().memory();
    MemorySegment[] packed = new MemorySegment[shape.oneRight() ? 1 : shape.batches()];
    for (int i = 0; i < packed.length; i++) {
      packed[i] =
          panels.pack(
              matrix,
              shape.bAt()[i],
              op.transposeB() ? 1 : shape.n(),
              op.transposeB() ? shape.k() : 1);
    }
    return packed;
  }

  /// Numbers for columns, in whole vectors; null when there are none.
  static @Nullable Argument bias(Node node, int operand, Panels panels) {
    if (node.inputs().size() <= operand) {
      return null;
    }
    return node.inputs().get(operand) instanceof Value.Constant constant
        ? new Argument.Own(panels.spread(constant.tensor().memory()), 0)
        : new Argument.Input(operand, 0);
  }

  /// Whether a bias may be read in whole vectors.
  static boolean isBiasWhole(Node node, int operand, int columns) {
    return node.inputs().size() <= operand
        || node.inputs().get(operand) instanceof Value.Constant
        || columns % 16 == 0;
  }

  static boolean isRange(Activation activation) {
    return activation.isRange();
  }
}
