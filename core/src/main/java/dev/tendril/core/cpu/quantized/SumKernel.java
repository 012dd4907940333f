package dev.tendril.core.cpu.quantized;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.Requantization;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/// Products and convolutions of 8-bit numbers by the fastest kernel of 32-bit floats that there is.
///
/// Floats hold whole numbers up to 2^24 exactly, and so do sums and products of whole numbers as
/// long as none on the way is greater. The weights are constant, so it is known how great a sum can
/// become, in any order of adding: where that is below 2^24, floats compute the very integers, and
/// only bringing them to the result's scale takes care ([Scaling]).
///
/// The operand is written as floats less its zero point, which makes padding plain zeros, and the
/// sums of the whole layer are floats in working memory.
final class SumKernel implements Kernel {
  private static final double EXACT = 0x1p24;
  private static final long GRAIN = 1 << 13;
  private static final Bytes BYTES = bytes();

  private final boolean unsigned;
  private final int zeroPoint;
  private final TensorType result;
  private final Scaling scaling;
  private final Kernel sums;
  private final List<MemorySegment> constants = new ArrayList<>();
  private final long size;
  private final long rows;
  private final long sumsAt;
  private final long innerAt;
  private final int threads;

  SumKernel(Node node, Contract op, int threads, Rounding rounding) {
    TensorType x = node.inputs().getFirst().type();
    this.threads = threads;
    unsigned = x.dtype() == DType.U8;
    zeroPoint = zeroPoint(x);
    result = node.outputs().getFirst();
    Activation activation = activation(op);
    int columns = result.shape().dim(-1);
    scaling =
        Scaling.of(
            Requantization.of(op, activation, x, node.inputs().get(1).type(), result, rounding),
            columns);
    Node real = real(node, op);
    sums = Providers.choose(real, Set.of()).provider().prepare(real, threads);
    for (Value value : real.inputs()) {
      if (value instanceof Value.Constant constant) {
        constants.add(constant.tensor().memory());
      }
    }
    size = x.shape().size();
    rows = columns == 0 ? 0 : result.shape().size() / columns;
    sumsAt = align(4 * size);
    innerAt = sumsAt + align(4 * result.shape().size());
  }

  private static long align(long bytes) {
    return (bytes + 63) & -64;
  }

  private static Bytes bytes() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Bytes();
    }
    try {
      Class<?> type = Class.forName(SumKernel.class.getPackageName() + ".LaneBytes");
      boolean fits = (boolean) type.getDeclaredMethod("fits").invoke(null);
      return fits ? (Bytes) type.getDeclaredConstructor().newInstance() : new Bytes();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException(e);
    }
  }

  static Support supports(Node node, Contract op) {
    if (!hasWeights(op)) {
      return Support.no("no sums of products with weights");
    }
    TensorType x = node.inputs().getFirst().type();
    TensorType weights = node.inputs().get(1).type();
    TensorType y = node.outputs().getFirst();
    for (TensorType type : List.of(x, y)) {
      if (!QuantizedKernels.isByte(type) || type.quant() == null) {
        return Support.no(type + ": expected 8 bits and one scale");
      }
    }
    if (weights.quant() == null || weights.dtype().bits() != 8) {
      return Support.no("weights " + weights);
    }
    for (int i = 1; i < node.inputs().size(); i++) {
      if (!(node.inputs().get(i) instanceof Value.Constant)) {
        return Support.no("weights that are not constant");
      }
    }
    if (greatest(node, op) >= EXACT) {
      return Support.no("sums that may be too great for floats");
    }
    return Providers.choose(real(node, op), Set.of()).provider().priority()
            > KernelProvider.REFERENCE
        ? Support.YES
        : Support.no("no kernel of floats");
  }

  private static boolean hasWeights(Contract op) {
    return switch (op) {
      case Contract.MatMul _, Contract.Conv _, Contract.DepthwiseConv _, Contract.ConvTranspose _ ->
          true;
      case Contract.Pool _, Contract.PoolArgMax _, Contract.Attention _ -> false;
    };
  }

  private static Activation activation(Contract op) {
    return switch (op) {
      case Contract.MatMul m -> m.activation();
      case Contract.Conv c -> c.activation();
      case Contract.DepthwiseConv c -> c.activation();
      case Contract.ConvTranspose c -> c.activation();
      case Contract.Pool p -> p.activation();
      case Contract.PoolArgMax _, Contract.Attention _ -> Activation.NONE;
    };
  }

  private static Contract plain(Contract op) {
    return switch (op) {
      case Contract.MatMul m ->
          new Contract.MatMul(m.transposeA(), m.transposeB(), Activation.NONE);
      case Contract.Conv c ->
          new Contract.Conv(c.strides(), c.padding(), c.dilations(), c.groups(), Activation.NONE);
      case Contract.DepthwiseConv c ->
          new Contract.DepthwiseConv(c.strides(), c.padding(), c.dilations(), Activation.NONE);
      case Contract.ConvTranspose c ->
          new Contract.ConvTranspose(
              c.strides(), c.padding(), c.dilations(), c.spatial(), Activation.NONE);
      case Contract.Pool _, Contract.PoolArgMax _, Contract.Attention _ -> op;
    };
  }

  /// The axis of the weights that belongs to channels of the result.
  private static int channelAxis(Contract op, Shape weights) {
    return switch (op) {
      case Contract.MatMul m -> weights.axis(m.transposeB() ? -2 : -1);
      case Contract.DepthwiseConv _ -> weights.axis(-1);
      case Contract _ -> 0;
    };
  }

  private static int zeroPoint(TensorType type) {
    Quant quant = type.quant();
    return quant == null ? 0 : quant.zeroPoint();
  }

  /// The weights less their zero points.
  private static double[] centered(Tensor weights) {
    double[] values = weights.toDoubleArray();
    Quant quant = weights.type().quant();
    if (quant != null) {
      Shape shape = weights.shape();
      long inner = quant.isPerTensor() ? 1 : shape.size(quant.axis() + 1, shape.rank());
      for (int i = 0; i < values.length; i++) {
        values[i] -= quant.zeroPoints()[(int) (i / inner % quant.scales().length)];
      }
    }
    return values;
  }

  /// The greatest that a sum can become in size, on whatever way.
  private static double greatest(Node node, Contract op) {
    TensorType x = node.inputs().getFirst().type();
    double most = x.dtype().max() - zeroPoint(x);
    double least = x.dtype().min() - zeroPoint(x);
    Tensor weights = ((Value.Constant) node.inputs().get(1)).tensor();
    double[] values = centered(weights);
    int axis = channelAxis(op, weights.shape());
    int channels = weights.shape().dim(axis);
    long inner = weights.shape().size(axis + 1, weights.shape().rank());
    double[] up = new double[channels];
    double[] down = new double[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = (int) (i / inner % channels);
      up[channel] += Math.max(values[i] * most, values[i] * least);
      down[channel] += Math.min(values[i] * most, values[i] * least);
    }
    double greatest = 0;
    Tensor bias =
        node.inputs().size() > 2 ? ((Value.Constant) node.inputs().get(2)).tensor() : null;
    for (int i = 0; i < channels; i++) {
      double begin = bias == null ? 0 : bias.get(i);
      greatest = Math.max(greatest, Math.max(0, begin) + up[i]);
      greatest = Math.max(greatest, -Math.min(0, begin) - down[i]);
    }
    return greatest;
  }

  /// The same sums, of floats.
  private static Node real(Node node, Contract op) {
    List<Value> operands = new ArrayList<>();
    operands.add(new Value.Input("x", real(node.inputs().getFirst().type())));
    for (int i = 1; i < node.inputs().size(); i++) {
      Tensor tensor = ((Value.Constant) node.inputs().get(i)).tensor();
      double[] values = i == 1 ? centered(tensor) : tensor.toDoubleArray();
      operands.add(new Value.Constant("c" + i, Tensor.of(real(tensor.type()), values)));
    }
    return new Node(node.name(), plain(op), operands, List.of(real(node.outputs().getFirst())));
  }

  private static TensorType real(TensorType type) {
    return new TensorType(DType.F32, type.shape());
  }

  @Override
  public long scratchBytes() {
    return innerAt + sums.scratchBytes();
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = outputs.getFirst();
    MemorySegment wide = scratch.asSlice(0, 4 * size);
    MemorySegment all = scratch.asSlice(sumsAt, 4 * result.shape().size());
    List<MemorySegment> operands = new ArrayList<>(List.of(wide));
    operands.addAll(constants);
    Runnable multiply = sums.bind(operands, List.of(all), scratch.asSlice(innerAt));
    int before = Math.clamp(size / GRAIN, 1, threads);
    int after = Math.clamp(result.shape().size() / GRAIN, 1, threads);
    IntConsumer widen =
        part ->
            BYTES.widen(
                x, unsigned, zeroPoint, wide, size * part / before, size * (part + 1) / before);
    IntConsumer narrow =
        part -> BYTES.narrow(all, scaling, y, rows * part / after, rows * (part + 1) / after);
    return () -> {
      Workers.run(before, widen);
      multiply.run();
      Workers.run(after, narrow);
    };
  }
}
