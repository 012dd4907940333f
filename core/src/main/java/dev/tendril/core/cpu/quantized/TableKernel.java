package dev.tendril.core.cpu.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Op;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Functions of one or two 8-bit numbers as tables of all that there are: 256 results or 65,536,
/// which the reference computes once. So nothing can differ from it, whatever the op.
final class TableKernel implements Kernel {
  private static final int VALUES = 256;
  private static final long GRAIN = 1 << 13;
  private static final int KEPT = 64;

  /// Two operands are worth it from this size on: making the table takes longer than that.
  private static final long PAIRS = 1 << 12;

  private static final Map<Key, byte[]> TABLES = new LinkedHashMap<>();

  private final byte[] table;
  private final int width;
  private final int second;
  private final long size;
  private final int parts;

  private record Key(Op op, List<TensorType> types) {}

  TableKernel(Node node, int threads) {
    TensorType result = node.outputs().getFirst();
    size = result.shape().size();
    width = result.dtype().bits() / 8;
    table = table(node);
    second =
        node.inputs().size() < 2
            ? -1
            : node.inputs().get(1).type().shape().size() == 1 && size != 1 ? 0 : 1;
    parts = Math.clamp(size / GRAIN, 1, threads);
  }

  static Support supports(Node node) {
    TensorType result = node.outputs().getFirst();
    if (node.inputs().isEmpty() || node.inputs().size() > 2) {
      return Support.no("more than two operands");
    }
    for (TensorType type : node.inputTypes()) {
      if (!QuantizedKernels.isByte(type)) {
        return Support.no(type + ": tables are of 8-bit numbers with one scale");
      }
    }
    boolean one = result.quant() == null || result.quant().isPerTensor();
    if (!one || (result.dtype().bits() != 8 && result.dtype().bits() != 32)) {
      return Support.no("a result " + result);
    }
    TensorType first = node.inputs().getFirst().type();
    if (!first.shape().equals(result.shape())) {
      return Support.no("a first operand that broadcasts");
    }
    if (node.inputs().size() == 2) {
      Shape other = node.inputs().get(1).type().shape();
      if (!other.equals(result.shape()) && other.size() != 1) {
        return Support.no("a second operand that broadcasts");
      }
      if (result.shape().size() < PAIRS) {
        return Support.no("fewer elements than a table is worth");
      }
    }
    return Support.YES;
  }

  private static byte[] table(Node node) {
    List<TensorType> types = new ArrayList<>();
    for (TensorType type : node.inputTypes()) {
      types.add(type.with(Shape.of()));
    }
    types.add(node.outputs().getFirst().with(Shape.of()));
    Key key = new Key(node.op(), types);
    synchronized (TABLES) {
      byte[] known = TABLES.get(key);
      if (known == null) {
        known = compute(node);
        if (TABLES.size() == KEPT) {
          TABLES.remove(TABLES.keySet().iterator().next());
        }
        TABLES.put(key, known);
      }
      return known;
    }
  }

  private static byte[] compute(Node node) {
    int operands = node.inputs().size();
    int count = operands == 1 ? VALUES : VALUES * VALUES;
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < operands; i++) {
      Tensor values = Tensor.allocate(node.inputs().get(i).type().with(Shape.of(count)));
      for (int j = 0; j < count; j++) {
        values.memory().set(JAVA_BYTE, j, (byte) (i == operands - 1 ? j : j >> 8));
      }
      all.add(values);
    }
    Tensor result = Tensor.allocate(node.outputs().getFirst().with(Shape.of(count)));
    ReferenceKernels.compute(node.op(), all, List.of(result));
    return result.memory().toArray(JAVA_BYTE);
  }

  @Override
  public boolean inPlace(int operand) {
    return width == 1 && (operand == 0 || second == 1);
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = inputs.getLast();
    MemorySegment result = outputs.getFirst();
    MemorySegment words = MemorySegment.ofArray(table);
    IntConsumer part =
        number -> {
          long begin = size * number / parts;
          long end = size * (number + 1) / parts;
          if (width == 4) {
            words(words, x, y, result, begin, end);
          } else if (second < 0) {
            one(table, x, result, begin, end);
          } else {
            two(table, x, y, second, result, begin, end);
          }
        };
    return parts == 1 ? () -> part.accept(0) : () -> Workers.run(parts, part);
  }

  private static void one(byte[] table, MemorySegment x, MemorySegment to, long begin, long end) {
    for (long i = begin; i < end; i++) {
      to.set(JAVA_BYTE, i, table[x.get(JAVA_BYTE, i) & 0xff]);
    }
  }

  private static void two(
      byte[] table,
      MemorySegment x,
      MemorySegment y,
      int step,
      MemorySegment to,
      long begin,
      long end) {
    for (long i = begin; i < end; i++) {
      int pair = (x.get(JAVA_BYTE, i) & 0xff) << 8 | (y.get(JAVA_BYTE, i * step) & 0xff);
      to.set(JAVA_BYTE, i, table[pair]);
    }
  }

  private void words(
      MemorySegment words,
      MemorySegment x,
      MemorySegment y,
      MemorySegment to,
      long begin,
      long end) {
    for (long i = begin; i < end; i++) {
      int at = x.get(JAVA_BYTE, i) & 0xff;
      if (second >= 0) {
        at = at << 8 | (y.get(JAVA_BYTE, i * second) & 0xff);
      }
      to.set(JAVA_INT_UNALIGNED, 4 * i, words.get(JAVA_INT_UNALIGNED, 4L * at));
    }
  }
}
