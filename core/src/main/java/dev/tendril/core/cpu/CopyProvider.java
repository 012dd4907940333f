package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What leaves elements as they are: moves and gathers of all types, by runs of memory where there
/// are any; and integers as floats.
final class CopyProvider implements KernelProvider {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public int priority() {
    return SCALAR + 10;
  }

  @Override
  public Support supports(Node node) {
    if (node.inputTypes().stream().anyMatch(type -> !type.shape().isKnown())) {
      return Support.no("extents that are not known");
    }
    TensorType to = node.outputs().getFirst();
    return switch (node.op()) {
      case Move move -> Moves.supports(node, move);
      case Index.Gather _ -> GatherKernel.supports(node);
      case Pointwise.Cast _
          when to.dtype() == DType.F32 && node.inputTypes().getFirst().dtype() == DType.I32 ->
          Support.YES;
      case Op _ -> Support.no("nothing that is only copied");
    };
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return switch (node.op()) {
      case Move move -> Moves.prepare(node, move, threads);
      case Index.Gather op -> new GatherKernel(node, op);
      case Pointwise.Cast _ -> {
        long size = node.inputs().getFirst().type().shape().size();
        yield (inputs, outputs, _) -> () -> cast(inputs.getFirst(), outputs.getFirst(), size);
      }
      case Op op -> throw new TensorException(op.name() + ": " + supports(node).reason());
    };
  }

  private static void cast(MemorySegment from, MemorySegment to, long size) {
    for (long i = 0; i < size; i++) {
      to.set(FLOAT, 4 * i, from.get(INT, 4 * i));
    }
  }
}
