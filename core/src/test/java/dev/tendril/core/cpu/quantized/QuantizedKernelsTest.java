package dev.tendril.core.cpu.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.spi.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Kernels of 8-bit numbers against the reference, integer by integer.
class QuantizedKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final QuantizedKernels kernels = new QuantizedKernels();

  @Test
  void convolutionsAreThoseOfTheReference() {
    for (int trial = 0; trial < 60; trial++) {
      int window = 1 + 2 * random.nextInt(2);
      int channels = 1 + random.nextInt(40);
      int out = 1 + random.nextInt(40);
      List<Integer> strides = List.of(1 + random.nextInt(2), 1 + random.nextInt(2));
      Padding padding = random.nextBoolean() ? Padding.SAME : Padding.VALID;
      Op op = new Contract.Conv(strides, padding, List.of(1, 1), 1, activation());
      check(
          op,
          Shape.of(1 + random.nextInt(2), 3 + random.nextInt(9), 3 + random.nextInt(9), channels),
          Shape.of(out, window, window, channels),
          0,
          window * window * channels);
    }
  }

  @Test
  void depthwiseConvolutionsAreThoseOfTheReference() {
    for (int trial = 0; trial < 60; trial++) {
      int channels = 1 + random.nextInt(40);
      Padding padding = random.nextBoolean() ? Padding.SAME : Padding.VALID;
      List<Integer> strides = List.of(1 + random.nextInt(2), 1 + random.nextInt(2));
      Op op = new Contract.DepthwiseConv(strides, padding, List.of(1, 1), activation());
      check(
          op,
          Shape.of(1, 3 + random.nextInt(9), 3 + random.nextInt(9), channels),
          Shape.of(3, 3, channels),
          2,
          9);
    }
  }

  @Test
  void productsAreThoseOfTheReference() {
    for (int trial = 0; trial < 60; trial++) {
      int depth = 1 + random.nextInt(300);
      int out = 1 + random.nextInt(40);
      Op op = new Contract.MatMul(false, true, activation());
      check(op, Shape.of(1 + random.nextInt(20), depth), Shape.of(out, depth), 0, depth);
    }
  }

  @Test
  void sumsThatFloatsCannotHoldAreRefused() {
    Op op = new Contract.MatMul(false, true, Activation.NONE);
    TensorType type = quantized(DType.I8, 0.5f, -128, Shape.of(1, 4000));
    Tensor weights = Tensor.of(quantized(DType.I8, 0.5f, 0, Shape.of(2, 4000)), filled(8000, 127));
    Node node =
        new Node(
            "node",
            op,
            List.of(new Value.Input("x", type), new Value.Constant("w", weights)),
            List.of(quantized(DType.I8, 1000, 0, Shape.of(1, 2))));
    assertFalse(kernels.supports(node).isYes());
  }

  @Test
  void functionsAreThoseOfTheReference() {
    for (DType dtype : List.of(DType.I8, DType.U8)) {
      Shape shape = Shape.of(3, 50, 41);
      Tensor x = numbers(quantized(dtype, 0.05f, 3, shape));
      Tensor y = numbers(quantized(dtype, 0.07f, 1, shape));
      Quant to = Quant.of(0.1f, 2);
      for (BinaryKind kind : List.of(BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL)) {
        compare(new Pointwise.Binary(kind), List.of(x, y), new TensorType(dtype, shape, to), 0);
      }
      compare(
          new Pointwise.Unary(UnaryKind.HARD_SWISH),
          List.of(x),
          new TensorType(dtype, shape, to),
          0);
      compare(new Pointwise.Dequantize(), List.of(x), new TensorType(DType.F32, shape), 0);
    }
  }

  private Activation activation() {
    return List.of(Activation.NONE, Activation.RELU, Activation.RELU6).get(random.nextInt(3));
  }

  private static double[] filled(int count, double value) {
    double[] values = new double[count];
    Arrays.fill(values, value);
    return values;
  }

  private static TensorType quantized(DType dtype, float scale, int zeroPoint, Shape shape) {
    return new TensorType(dtype, shape, Quant.of(scale, zeroPoint));
  }

  private Tensor numbers(TensorType type) {
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.dtype().min() + random.nextInt(256);
    }
    return Tensor.of(type, values);
  }

  private void check(Op op, Shape x, Shape weights, int axis, int depth) {
    boolean unsigned = random.nextInt(3) == 0;
    DType dtype = unsigned ? DType.U8 : DType.I8;
    int channels = weights.dim(axis);
    float[] scales = new float[channels];
    for (int i = 0; i < channels; i++) {
      scales[i] = 0.001f + 0.01f * random.nextFloat();
    }
    TensorType filter =
        unsigned || random.nextBoolean()
            ? quantized(dtype, scales[0], unsigned ? 100 + random.nextInt(50) : 0, weights)
            : new TensorType(dtype, weights, Quant.perAxis(scales, axis));
    List<Tensor> operands = new ArrayList<>();
    operands.add(numbers(quantized(dtype, 0.02f, (int) dtype.min() + random.nextInt(256), x)));
    operands.add(numbers(filter));
    if (random.nextBoolean()) {
      double[] bias = new double[channels];
      for (int i = 0; i < channels; i++) {
        bias[i] = random.nextInt(20_000) - 10_000;
      }
      operands.add(Tensor.of(TensorType.of(DType.I32, channels), bias));
    }
    float scale = (float) (0.02 * scales[0] * Math.sqrt(depth) * (20 + random.nextInt(60)));
    Quant to = Quant.of(scale, (int) dtype.min() + random.nextInt(256));
    List<TensorType> types = operands.stream().map(Tensor::type).toList();
    TensorType result = ShapeRules.infer(op, types, List.of(to)).getFirst();
    compare(op, operands, result, operands.size() - 1);
  }

  private void compare(Op op, List<Tensor> operands, TensorType result, int constants) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(
          i >= operands.size() - constants
              ? new Value.Constant("c" + i, operands.get(i))
              : new Value.Input("x" + i, operands.get(i).type()));
    }
    Node node = new Node("node", op, values, List.of(result));
    String what = op + " of " + node.inputTypes() + " to " + result + ", seed " + seed;
    assertTrue(kernels.supports(node).isYes(), () -> what + ": " + kernels.supports(node).reason());
    Tensor expected = ReferenceKernels.run(op, operands, List.of(result)).getFirst();
    for (int threads : new int[] {1, 3}) {
      Kernel kernel = kernels.prepare(node, threads);
      Tensor actual = Tensor.allocate(result);
      actual.memory().fill((byte) 0x7f);
      MemorySegment scratch =
          Arena.ofAuto().allocate(Math.max(64, kernel.scratchBytes()), 64).fill((byte) 0x7f);
      kernel
          .bind(operands.stream().map(Tensor::memory).toList(), List.of(actual.memory()), scratch)
          .run();
      if (result.dtype().isFloat()) {
        assertArrayEquals(expected.toFloatArray(), actual.toFloatArray(), what);
      } else {
        assertArrayEquals(expected.toLongArray(), actual.toLongArray(), what);
      }
      assertEquals(result, actual.type());
    }
  }
}
