package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// What puts columns of a table together to rows: concatenation by whole runs of memory, the
/// transpose of matrices, and integers as floats.
final class CopyProvider implements KernelProvider {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// Lines of a matrix that are turned together, so that what is written stays in the cache.
  private static final int BLOCK = 16;

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
      case Move.Concat _ when to.dtype().bits() >= 8 ->
          node.inputTypes().stream().allMatch(type -> same(type, to))
              ? Support.YES
              : Support.no("parts of several types");
      case Move.Transpose _ when to.shape().rank() == 2 && to.dtype().bits() == 32 -> Support.YES;
      case Pointwise.Cast _
          when to.dtype() == DType.F32 && node.inputTypes().getFirst().dtype() == DType.I32 ->
          Support.YES;
      default -> Support.no("nothing that is only copied");
    };
  }

  private static boolean same(TensorType part, TensorType whole) {
    return part.with(whole.shape()).equals(whole);
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    TensorType from = node.inputTypes().getFirst();
    return switch (node.op()) {
      case Move.Concat concat -> {
        int axis = from.shape().axis(concat.axis());
        long outer = from.shape().size(0, axis);
        yield (inputs, outputs, _) -> () -> join(inputs, outputs.getFirst(), outer);
      }
      case Move.Transpose transpose when from.shape().axis(transpose.axes().getFirst()) == 1 -> {
        int rows = from.shape().dim(0);
        int columns = from.shape().dim(1);
        yield (inputs, outputs, _) ->
            () -> turn(inputs.getFirst(), outputs.getFirst(), rows, columns);
      }
      case Move.Transpose _ ->
          (inputs, outputs, _) -> () -> outputs.getFirst().copyFrom(inputs.getFirst());
      case Pointwise.Cast _ -> {
        long size = from.shape().size();
        yield (inputs, outputs, _) -> () -> cast(inputs.getFirst(), outputs.getFirst(), size);
      }
      default -> throw new TensorException(node.op().name() + ": " + supports(node).reason());
    };
  }

  /// @param outer how many runs of each part stand one after the other
  private static void join(List<MemorySegment> parts, MemorySegment whole, long outer) {
    long at = 0;
    for (long i = 0; i < outer; i++) {
      for (MemorySegment part : parts) {
        long run = part.byteSize() / outer;
        MemorySegment.copy(part, i * run, whole, at, run);
        at += run;
      }
    }
  }

  private static void turn(MemorySegment from, MemorySegment to, int rows, int columns) {
    for (int begin = 0; begin < columns; begin += BLOCK) {
      int end = Math.min(columns, begin + BLOCK);
      for (int row = 0; row < rows; row++) {
        long line = 4L * row * columns;
        for (int column = begin; column < end; column++) {
          to.set(INT, 4 * ((long) column * rows + row), from.get(INT, line + 4L * column));
        }
      }
    }
  }

  private static void cast(MemorySegment from, MemorySegment to, long size) {
    for (long i = 0; i < size; i++) {
      to.set(FLOAT, 4 * i, from.get(INT, 4 * i));
    }
  }
}
