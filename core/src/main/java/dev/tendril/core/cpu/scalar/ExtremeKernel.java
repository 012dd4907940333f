package dev.tendril.core.cpu.scalar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// The places of the greatest or least bytes along an axis: rows of what is behind the axis are
/// gone through in the order of memory.
final class ExtremeKernel implements Kernel {
  private final boolean wide;
  private final int mask;
  private final int sign;
  private final int outer;
  private final int extent;
  private final int inner;

  ExtremeKernel(Node node, Reduce.ArgExtreme op) {
    TensorType type = node.inputs().getFirst().type();
    Shape x = type.shape();
    int axis = x.axis(op.axis());
    wide = op.to() == DType.I64;
    mask = type.dtype() == DType.U8 ? 0xff : -1;
    sign = op.greatest() ? 1 : -1;
    outer = Math.toIntExact(x.size(0, axis));
    extent = x.dim(axis);
    inner = Math.toIntExact(x.size(axis + 1, x.rank()));
  }

  static Support supports(Node node) {
    TensorType x = node.inputs().getFirst().type();
    if (x.dtype() != DType.I8 && x.dtype() != DType.U8) {
      return Support.no(x.dtype().text() + ": plain loops are of bytes only");
    }
    return x.shape().isKnown() && x.shape().size() > 0
        ? Support.YES
        : Support.no("extents that are not known or 0");
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = outputs.getFirst();
    int[] best = new int[inner];
    int[] places = new int[inner];
    return () -> {
      for (int i = 0; i < outer; i++) {
        find(x, (long) i * extent * inner, best, places);
        for (int j = 0; j < inner; j++) {
          long at = (long) i * inner + j;
          if (wide) {
            y.set(JAVA_LONG_UNALIGNED, 8 * at, places[j]);
          } else {
            y.set(JAVA_INT_UNALIGNED, 4 * at, places[j]);
          }
        }
      }
    };
  }

  private void find(MemorySegment x, long from, int[] best, int[] places) {
    Arrays.fill(best, Integer.MIN_VALUE);
    long at = from;
    for (int place = 0; place < extent; place++) {
      for (int j = 0; j < inner; j++) {
        int value = sign * (x.get(JAVA_BYTE, at++) & mask);
        if (value > best[j]) {
          best[j] = value;
          places[j] = place;
        }
      }
    }
  }
}
