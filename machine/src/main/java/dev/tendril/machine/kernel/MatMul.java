package dev.tendril.machine.kernel;

import dev.tendril.core.cpu.scalar.MatMulShape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Ending;
import dev.tendril.machine.gen.Evenly;
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
  /// The place of the bias among operands.
  private static final int BIAS = 2;

  /// The most steps along the depth before the next rows: panels of that depth stay in the nearest
  /// cache or next to it.
  private static final int DEPTH = 512;

  /// Rows that are worth to come by several times.
  private static final int MANY = 32;

  private MatMul() {}

  static Support supports(Epilogue epilogue, Contract.MatMul op) {
    Node node = epilogue.contraction();
    boolean constant = node.inputs().get(1) instanceof Value.Constant;
    if (op.transposeB() && !constant) {
      return Support.no("a transposed right operand that is not constant");
    }
    return Ending.supports(epilogue, op.activation());
  }

  static Kernel kernel(Machine machine, Epilogue epilogue, Contract.MatMul op, int threads) {
    Node node = epilogue.contraction();
    MatMulShape shape =
        MatMulShape.of(
            op, node.inputs().get(0).type().shape(), node.inputs().get(1).type().shape());
    Target target = machine.target(shape.n());
    int lanes = target.lanes();
    boolean constant = node.inputs().get(1) instanceof Value.Constant;
    Evenly depths = Evenly.of(shape.k(), shape.m() < MANY ? Math.max(1, shape.k()) : DEPTH);
    Tiling tiling = Tiling.of(target, shape.m(), 1, shape.n(), depths.size());
    Panels panels = new Panels(tiling.vectors(), shape.n(), depths, lanes);
    List<ProductParts.Block> blocks = new ArrayList<>();
    for (int block = 0; block == 0 || block < depths.parts(); block++) {
      int first = depths.start(block);
      Product product = product(epilogue, op, shape, tiling, constant, depths, block);
      blocks.add(
          new ProductParts.Block(
              product,
              machine.code(product, it -> ProductCode.write(machine.target(shape.n()), it)),
              first * product.depthStep(),
              constant ? panels.at(block) : first * product.rightStep()));
    }
    List<List<Step.Call>> parts = new ArrayList<>();
    MemorySegment[] packed = constant ? pack(node, op, shape, panels) : null;
    Argument bias = bias(epilogue, panels);
    ProductParts calls = new ProductParts(blocks, lanes, 1);
    for (int batch = 0; batch < shape.batches(); batch++) {
      Argument right =
          packed == null
              ? new Argument.Input(epilogue.operands().get(1), 4 * shape.bAt()[batch])
              : new Argument.Own(packed[shape.oneRight() ? 0 : batch], 0);
      parts.addAll(
          calls.of(
              new Argument.Input(epilogue.operands().get(0), 4 * shape.aAt()[batch]),
              right,
              new Argument.Output(0, 4L * batch * shape.m() * shape.n()),
              bias,
              residual(epilogue, 4L * batch * shape.m() * shape.n()),
              threads,
              shape.batches()));
    }
    return new StepKernel(List.of(new Step(parts, threads)), 0, Set.of());
  }

  /// A block of the depth: the first begins with the bias, the others with what is there; the last
  /// has the epilogue.
  private static Product product(
      Epilogue epilogue,
      Contract.MatMul op,
      MatMulShape shape,
      Tiling tiling,
      boolean constant,
      Evenly depths,
      int block) {
    boolean biased = epilogue.contraction().inputs().size() > BIAS;
    Product.Start first = biased ? Product.Start.BIAS : Product.Start.ZERO;
    return new Product(
        tiling,
        shape.n(),
        1,
        depths.start(block + 1) - depths.start(block),
        0,
        op.transposeA() ? 4 : 4L * shape.k(),
        op.transposeA() ? 4L * shape.m() : 4,
        0,
        constant,
        4L * shape.n(),
        4L * shape.n(),
        0,
        block == 0 ? first : Product.Start.RESULT,
        block < depths.parts() - 1 ? Ending.NONE : Ending.of(epilogue, op.activation()));
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

  /// Numbers for columns; null when there are none.
  static @Nullable Argument bias(Epilogue epilogue, Panels panels) {
    Node node = epilogue.contraction();
    if (node.inputs().size() <= BIAS) {
      return null;
    }
    return node.inputs().get(BIAS) instanceof Value.Constant constant
        ? new Argument.Own(panels.spread(constant.tensor().memory()), 0)
        : new Argument.Input(epilogue.operands().get(BIAS), 0);
  }

  /// What is added to the result; null when there is nothing.
  ///
  /// @param at from where on, in bytes
  static @Nullable Argument residual(Epilogue epilogue, long at) {
    Epilogue.Sum sum = epilogue.sum();
    return sum == null || sum.residual() < 0 ? null : new Argument.Input(sum.residual(), at);
  }
}
