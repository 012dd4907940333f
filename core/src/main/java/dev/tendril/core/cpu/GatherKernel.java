package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Index;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Rows at indices along an axis: a copy of a run of bytes for each.
final class GatherKernel implements Kernel {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Node node;
  private final boolean wide;
  private final long batches;
  private final long outer;
  private final int extent;
  private final long indices;
  private final long run;

  GatherKernel(Node node, Index.Gather op) {
    this.node = node;
    TensorType type = node.inputs().getFirst().type();
    Shape x = type.shape();
    TensorType places = node.inputs().get(1).type();
    int axis = x.axis(op.axis());
    wide = places.dtype() == DType.I64;
    batches = x.size(0, op.batch());
    outer = x.size(op.batch(), axis);
    extent = x.dim(axis);
    indices = places.shape().size(op.batch(), places.shape().rank());
    run = x.size(axis + 1, x.rank()) * type.dtype().bits() / 8;
  }

  static Support supports(Node node) {
    return node.outputs().getFirst().dtype().bits() < 8
        ? Support.no("less than a byte")
        : Support.YES;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment places = inputs.get(1);
    MemorySegment y = outputs.getFirst();
    return () -> {
      long to = 0;
      for (long batch = 0; batch < batches; batch++) {
        for (long i = 0; i < outer; i++) {
          long from = (batch * outer + i) * extent * run;
          for (long j = 0; j < indices; j++, to += run) {
            long at = batch * indices + j;
            long place = wide ? places.get(LONG, 8 * at) : places.get(INT, 4 * at);
            if (place < 0 || place >= extent) {
              refuse(x, places, y);
            }
            MemorySegment.copy(x, from + place * run, y, to, run);
          }
        }
      }
    };
  }

  /// The reference says what is wrong.
  private void refuse(MemorySegment x, MemorySegment places, MemorySegment y) {
    List<TensorType> types = node.inputTypes();
    ReferenceKernels.compute(
        node.op(),
        List.of(Tensor.wrap(x, types.get(0)), Tensor.wrap(places, types.get(1))),
        List.of(Tensor.wrap(y, node.outputs().getFirst())));
  }
}
