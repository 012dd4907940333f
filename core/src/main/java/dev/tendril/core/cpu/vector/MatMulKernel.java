package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Split.align;

import dev.tendril.core.cpu.scalar.MatMulShape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Products of matrices. The right operand is packed: once when it is constant, else in every run;
/// the left one is read where it is, but for one that is to be transposed.
final class MatMulKernel implements Kernel {
  private final Epilogue epilogue;
  private final MatMulShape shape;
  private final Panels panels;
  private final Product product;
  private final Bias bias;
  private final @Nullable MemorySegment packed;
  private final boolean turnA;
  private final boolean turnB;
  private final Split split;

  private final long packedAt;
  private final long turnedAt;
  private final long biasAt;
  private final long edgeAt;
  private final long scratch;

  MatMulKernel(Epilogue epilogue, Contract.MatMul op, int threads) {
    this.epilogue = epilogue;
    Node node = epilogue.contraction();
    shape =
        MatMulShape.of(
            op, node.inputs().get(0).type().shape(), node.inputs().get(1).type().shape());
    turnA = op.transposeA();
    turnB = op.transposeB();
    panels = new Panels(shape.k(), shape.n());
    product =
        Product.dense(panels, shape.m(), shape.k() * 4L, Ending.of(epilogue, op.activation()));
    bias = Bias.of(node, 2, shape.n(), panels.padded);
    packed =
        node.inputs().get(1) instanceof Value.Constant constant
            ? pack(constant.tensor().memory())
            : null;
    split = Split.of(product, shape.batches(), threads);

    packedAt = 0;
    turnedAt = packedAt + (packed == null ? align(panels.bytes() * rights()) : 0);
    biasAt = turnedAt + (turnA ? align((long) shape.batches() * shape.m() * shape.k() * 4) : 0);
    edgeAt = biasAt + align(bias.bytes());
    scratch = edgeAt + align(product.edgeBytes()) * parts();
  }

  private int rights() {
    return shape.oneRight() ? 1 : shape.batches();
  }

  private int parts() {
    return shape.batches() * split.parts();
  }

  private MemorySegment pack(MemorySegment b) {
    MemorySegment all = Arena.ofAuto().allocate(Math.max(1, panels.bytes() * rights()), 64);
    for (int i = 0; i < rights(); i++) {
      pack(b, i, all, 0, 0, panels.count);
    }
    return all;
  }

  private void pack(MemorySegment b, int batch, MemorySegment to, long at, int begin, int end) {
    panels.pack(
        b,
        shape.bAt()[batch] * 4,
        turnB ? 4 : shape.n() * 4L,
        turnB ? shape.k() * 4L : 4,
        to,
        at + batch * panels.bytes(),
        begin,
        end);
  }

  @Override
  public long scratchBytes() {
    return scratch;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment working) {
    return new Run(
        epilogue.pick(inputs), product.ending().residual(inputs), outputs.getFirst(), working);
  }

  /// The product, tied to memory.
  private final class Run implements Runnable, IntConsumer {
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment right;
    private final MemorySegment start;
    private final @Nullable MemorySegment given;
    private final MemorySegment residual;
    private final MemorySegment c;
    private final MemorySegment working;
    private final IntConsumer packing = this::packPart;
    private final IntConsumer turning = this::turnPart;

    Run(
        List<MemorySegment> inputs,
        MemorySegment residual,
        MemorySegment c,
        MemorySegment working) {
      this.residual = residual;
      a = inputs.get(0);
      b = inputs.get(1);
      right = packed == null ? working : packed;
      start = bias.known() == null ? working : bias.known();
      given = bias.known() == null ? inputs.get(bias.operand()) : null;
      this.c = c;
      this.working = working;
    }

    @Override
    public void run() {
      if (given != null) {
        bias.read(given, working, biasAt);
      }
      if (packed == null) {
        Workers.run(rights() * split.panelParts(), packing);
      }
      if (turnA) {
        Workers.run(shape.batches(), turning);
      }
      int parts = parts();
      if (parts == 1) {
        accept(0);
      } else {
        Workers.run(parts, this);
      }
    }

    private void packPart(int part) {
      int piece = part % split.panelParts();
      pack(
          b,
          part / split.panelParts(),
          working,
          packedAt,
          panels.count * piece / split.panelParts(),
          panels.count * (piece + 1) / split.panelParts());
    }

    private void turnPart(int batch) {
      Transposes.floats(
          a,
          shape.aAt()[batch] * 4,
          shape.k(),
          shape.m(),
          working,
          turnedAt + (long) batch * shape.m() * shape.k() * 4);
    }

    @Override
    public void accept(int part) {
      int batch = part / split.parts();
      int piece = part % split.parts();
      product.run(
          turnA ? working : a,
          turnA ? turnedAt + (long) batch * shape.m() * shape.k() * 4 : shape.aAt()[batch] * 4,
          right,
          (packed == null ? packedAt : 0) + (shape.oneRight() ? 0 : batch * panels.bytes()),
          start,
          bias.known() == null ? biasAt : 0,
          c,
          (long) batch * shape.m() * shape.n() * 4,
          residual,
          working,
          edgeAt + part * align(product.edgeBytes()),
          split.line(piece),
          split.lineEnd(piece),
          split.panel(piece),
          split.panelEnd(piece));
    }
  }
}
