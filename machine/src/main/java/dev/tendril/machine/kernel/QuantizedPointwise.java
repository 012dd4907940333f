package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Lookup;
import dev.tendril.machine.gen.QuantizedPairwise;
import dev.tendril.machine.gen.QuantizedPairwise.Kind;
import dev.tendril.machine.host.Code;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pointwise ops of quantized bytes. What depends on one byte alone is a table that the reference
/// fills; sums, differences and products of two are computed.
final class QuantizedPointwise {
  private static final int VALUES = 256;
  private static final int ROW = 4096;
  private static final int LEFT = 20;

  private QuantizedPointwise() {}

  static Support supports(Node node) {
    TensorType y = node.outputs().getFirst();
    if (!y.shape().isKnown() || y.shape().size() == 0) {
      return Support.no("no elements");
    }
    if (Conversions.supports(node) || variable(node) >= 0) {
      return Support.YES;
    }
    return pairwise(node) == null
        ? Support.no("no table, and no machine code for it")
        : Support.YES;
  }

  static Kernel kernel(Machine machine, Node node, int threads) {
    if (Conversions.supports(node)) {
      return Conversions.kernel(machine, node, threads);
    }
    int variable = variable(node);
    return variable >= 0
        ? table(machine, node, variable, threads)
        : pairwise(machine, node, threads);
  }

  /// The operand that results depend on alone, of bytes as they are; -1 for none.
  private static int variable(Node node) {
    TensorType y = node.outputs().getFirst();
    int found = -1;
    for (int i = 0; i < node.inputs().size(); i++) {
      Value value = node.inputs().get(i);
      boolean constant = value instanceof Value.Constant && value.type().shape().size() == 1;
      if (constant) {
        continue;
      }
      boolean fits =
          found < 0
              && QuantizedLayer.isBytes(value.type())
              && value.type().shape().equals(y.shape());
      if (!fits) {
        return -1;
      }
      found = i;
    }
    boolean takes =
        switch (node.op()) {
          case Pointwise.Select _, Pointwise.Cast _, Pointwise.Dequantize _ -> false;
          case Pointwise _ -> true;
          default -> false;
        };
    boolean result = QuantizedLayer.isBytes(y) || (y.dtype() == DType.BOOL && y.quant() == null);
    return takes && result ? found : -1;
  }

  private static Kernel table(Machine machine, Node node, int variable, int threads) {
    Shape line = Shape.of(VALUES);
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      if (i == variable) {
        Tensor all = Tensor.allocate(node.inputs().get(i).type().with(line));
        for (int value = 0; value < VALUES; value++) {
          all.memory().set(ValueLayout.JAVA_BYTE, value, (byte) value);
        }
        operands.add(all);
      } else {
        Tensor one = ((Value.Constant) node.inputs().get(i)).tensor();
        operands.add(Tensor.wrap(one.memory(), one.type().with(Shape.of(1))));
      }
    }
    Tensor results = Tensor.allocate(node.outputs().getFirst().with(line));
    ReferenceKernels.compute(node.op(), operands, List.of(results));
    Argument table =
        new Argument.Own(Own.bytes(results.memory().toArray(ValueLayout.JAVA_BYTE)), 0);
    long size = node.outputs().getFirst().shape().size();
    long chunks = size / Lookup.CHUNK;
    int parts = Math.clamp(chunks, 1, QuantizedProducts.wanted(threads, 20 * size));
    List<List<Step.Call>> calls = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      long begin = chunks * part / parts;
      long end = chunks * (part + 1) / parts;
      Lookup lookup = new Lookup(part == parts - 1 ? (int) (size % Lookup.CHUNK) : 0);
      calls.add(
          List.of(
              new Step.Call(
                  machine.code(lookup, it -> it.write(machine.bytes())),
                  List.of(
                      new Argument.Input(variable, begin * Lookup.CHUNK),
                      table,
                      new Argument.Output(0, begin * Lookup.CHUNK),
                      new Argument.Count(end - begin)))));
    }
    return new StepKernel(List.of(new Step(calls, calls.size())), 0, Set.of());
  }

  /// How two operands meet: rows of a result, in which an operand has as many numbers, or one.
  ///
  /// @param aStep from one row of the operand to the next, in numbers
  private record Rows(long rows, int run, boolean aOne, boolean bOne, long aStep, long bStep) {}

  /// Null where there is no code for it.
  private static @Nullable Rows pairwise(Node node) {
    if (!(node.op() instanceof Pointwise.Binary(BinaryKind kind))
        || (kind != BinaryKind.ADD && kind != BinaryKind.SUB && kind != BinaryKind.MUL)) {
      return null;
    }
    TensorType a = node.inputs().get(0).type();
    TensorType b = node.inputs().get(1).type();
    TensorType y = node.outputs().getFirst();
    if (!QuantizedLayer.isBytes(a) || !QuantizedLayer.isBytes(b) || !QuantizedLayer.isBytes(y)) {
      return null;
    }
    return rows(a.shape(), b.shape(), y.shape());
  }

  private static @Nullable Rows rows(Shape a, Shape b, Shape y) {
    // Axes from the last on; those that go on in both operands are one.
    List<long[]> axes = new ArrayList<>();
    long aSize = 1;
    long bSize = 1;
    for (int i = 1; i <= y.rank(); i++) {
      long extent = y.dim(-i);
      long aExtent = i <= a.rank() ? a.dim(-i) : 1;
      long bExtent = i <= b.rank() ? b.dim(-i) : 1;
      if (extent == 1) {
        continue;
      }
      long aStep = aExtent == 1 ? 0 : aSize;
      long bStep = bExtent == 1 ? 0 : bSize;
      long[] last = axes.isEmpty() ? null : axes.getLast();
      if (last != null && last[1] * last[0] == aStep && last[2] * last[0] == bStep) {
        last[0] *= extent;
      } else {
        axes.add(new long[] {extent, aStep, bStep});
      }
      aSize *= aExtent;
      bSize *= bExtent;
    }
    if (axes.isEmpty()) {
      axes.add(new long[] {1, 1, 1});
    }
    long[] inner = axes.getFirst();
    if (axes.size() > 2 || (inner[0] > 1 << 20 && axes.size() > 1)) {
      return null;
    }
    boolean aOne = inner[1] == 0;
    boolean bOne = inner[2] == 0;
    if (aOne && bOne) {
      return null;
    }
    if (axes.size() == 2) {
      long[] outer = axes.get(1);
      return new Rows(outer[0], (int) inner[0], aOne, bOne, outer[1], outer[2]);
    }
    long size = inner[0];
    long run = Math.min(size, ROW);
    while (size % run != 0) {
      run--;
    }
    if (run < Math.min(size, 64)) {
      if (size > 1 << 20) {
        return null;
      }
      run = size;
    }
    return new Rows(size / run, (int) run, aOne, bOne, aOne ? 0 : run, bOne ? 0 : run);
  }

  private static Kernel pairwise(Machine machine, Node node, int threads) {
    Rows rows = Objects.requireNonNull(pairwise(node));
    Kind kind = Kind.valueOf(((Pointwise.Binary) node.op()).kind().name());
    TensorType a = node.inputs().get(0).type();
    TensorType b = node.inputs().get(1).type();
    TensorType y = node.outputs().getFirst();
    Quant from = QuantizedLayer.quant(a);
    Quant with = QuantizedLayer.quant(b);
    Quant to = QuantizedLayer.quant(y);
    boolean sum = kind != Kind.MUL;
    double twice = 2.0 * Math.max(from.scale(), with.scale());
    double left = from.scale() / twice;
    double right = with.scale() / twice;
    Rescaling first = sum && left != 0.5 ? rescaling(left, reach(a) << LEFT, y) : null;
    Rescaling second = sum && right != 0.5 ? rescaling(right, reach(b) << LEFT, y) : null;
    Rescaling last =
        sum
            ? rescaling(
                twice / ((1 << LEFT) * (double) to.scale()), (reach(a) + reach(b)) << LEFT, y)
            : rescaling(
                (double) from.scale() * with.scale() / (double) to.scale(), reach(a) * reach(b), y);
    QuantizedPairwise shape =
        new QuantizedPairwise(
            kind,
            side(a, sum, first, rows.aOne, rows.aStep),
            side(b, sum, second, rows.bOne, rows.bStep),
            rows.run,
            rows.run,
            last.how());
    Code code = machine.code(shape, it -> it.write(machine.bytes()));
    Argument constants = new Argument.Own(constants(first, second, last), 0);
    int parts = Math.clamp(rows.rows, 1, QuantizedProducts.wanted(threads, 60 * y.shape().size()));
    List<List<Step.Call>> calls = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      long begin = rows.rows * part / parts;
      long end = rows.rows * (part + 1) / parts;
      calls.add(
          List.of(
              new Step.Call(
                  code,
                  List.of(
                      new Argument.Input(0, begin * rows.aStep),
                      new Argument.Input(1, begin * rows.bStep),
                      constants,
                      new Argument.Output(0, begin * rows.run),
                      new Argument.Count(end - begin)))));
    }
    return new StepKernel(List.of(new Step(calls, calls.size())), 0, Set.of());
  }

  /// How far numbers are from the zero point.
  private static long reach(TensorType type) {
    int zero = QuantizedLayer.quant(type).zeroPoint();
    return Math.max(type.dtype().max() - zero, zero - type.dtype().min());
  }

  private static Rescaling rescaling(double ratio, long most, TensorType result) {
    return new Rescaling(
        new double[] {ratio},
        new int[1],
        new long[] {most},
        Activation.NONE,
        QuantizedLayer.quant(result),
        result.dtype(),
        Rounding.EXACT);
  }

  private static QuantizedPairwise.Side side(
      TensorType type, boolean sum, @Nullable Rescaling rescaling, boolean one, long step) {
    return new QuantizedPairwise.Side(
        type.dtype() == DType.I8,
        QuantizedLayer.quant(type).zeroPoint(),
        one,
        step,
        !sum ? 0 : rescaling == null ? LEFT - 1 : LEFT,
        rescaling == null ? null : rescaling.how());
  }

  private static MemorySegment constants(
      @Nullable Rescaling first, @Nullable Rescaling second, Rescaling last) {
    List<int[]> all = new ArrayList<>();
    for (Rescaling each : new @Nullable Rescaling[] {first, second, last}) {
      if (each != null) {
        int[] vectors = new int[8 * each.how().mode().vectors()];
        each.write(new int[8], vectors, 0);
        all.add(vectors);
      }
    }
    return Own.ints(all.stream().flatMapToInt(Arrays::stream).toArray());
  }
}
