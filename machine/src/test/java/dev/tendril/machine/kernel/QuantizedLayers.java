package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Draws quantized layers: ordinary ones, and such that rounding, saturation, wrapping sums, tails
/// and borders meet their extremes.
final class QuantizedLayers {
  private final Random random;

  QuantizedLayers(long seed) {
    random = new Random(seed);
  }

  /// A node with its operands, of which all but the first few are constants of it.
  record Layer(Node node, List<Tensor> operands) {}

  /// One of any kind; small.
  Layer draw() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> product();
      case 2, 3 -> conv();
      case 4, 5 -> depthwise();
      case 6 -> resize();
      case 7 -> conversion();
      default -> pointwise();
    };
  }

  Layer product() {
    boolean transposed = random.nextBoolean();
    int rows = extent(20);
    int depth = extent(40);
    int columns = extent(70);
    Tensor x =
        bytes(
            byteType(),
            random.nextInt(3) == 0 ? new int[] {2, rows, depth} : new int[] {rows, depth});
    Tensor w =
        weights(
            transposed ? new int[] {columns, depth} : new int[] {depth, columns},
            transposed ? 0 : 1);
    return layer(new Contract.MatMul(false, transposed, activation()), x, w, columns, depth);
  }

  Layer conv() {
    int rows = random.nextInt(1, 4);
    int columns = random.nextInt(1, 4);
    int channels = extent(20);
    int out = extent(40);
    boolean signal = random.nextInt(8) == 0;
    boolean pointwise = random.nextInt(3) == 0;
    if (pointwise) {
      rows = 1;
      columns = 1;
    }
    List<Integer> strides = signal ? List.of(stride()) : List.of(stride(), stride());
    List<Integer> dilations = signal ? List.of(dilation()) : List.of(dilation(), dilation());
    if (pointwise && random.nextInt(4) > 0) {
      strides = signal ? List.of(1) : List.of(1, 1);
    }
    int axes = strides.size();
    Padding padding = padding(axes);
    int[] image = image(channels, signal, (rows - 1) * 3 + 1, (columns - 1) * 3 + 1);
    Tensor x = bytes(byteType(), image);
    int[] filter =
        signal ? new int[] {out, columns, channels} : new int[] {out, rows, columns, channels};
    Tensor w = weights(filter, 0);
    return layer(
        new Contract.Conv(strides, padding, dilations, 1, activation()),
        x,
        w,
        out,
        rows * columns * channels);
  }

  Layer depthwise() {
    int rows = random.nextInt(1, 6);
    int columns = random.nextInt(1, 6);
    int channels = random.nextInt(8, 40);
    int[] image = image(channels, false, (rows - 1) * 3 + 1, (columns - 1) * 3 + 1);
    Tensor x = bytes(byteType(), image);
    Tensor w = weights(new int[] {rows, columns, channels}, 2);
    return layer(
        new Contract.DepthwiseConv(
            List.of(stride(), stride()), padding(2), List.of(dilation(), dilation()), activation()),
        x,
        w,
        channels,
        rows * columns);
  }

  Layer resize() {
    Tensor x = bytes(DType.I8, random.nextInt(1, 3), extent(8), extent(8), extent(40));
    boolean corners = random.nextInt(3) == 0;
    Op op =
        new Structured.Resize(
            Structured.Resize.Method.BILINEAR,
            extent(16),
            extent(16),
            corners,
            !corners && random.nextBoolean());
    TensorType result =
        ShapeRules.infer(op, List.of(x.type()), List.<@Nullable Quant>of(quant(x))).getFirst();
    return new Layer(node(op, List.of(x), 1, result), List.of(x));
  }

  /// From floats to bytes and back.
  Layer conversion() {
    int rows = extent(20);
    int run = extent(70);
    Tensor bytes = bytes(byteType(), rows, run);
    TensorType real = TensorType.of(DType.F32, rows, run);
    if (random.nextInt(3) > 0) {
      Op op = random.nextBoolean() ? new Pointwise.Dequantize() : new Pointwise.Cast(DType.F32);
      return new Layer(node(op, List.of(bytes), 1, real), List.of(bytes));
    }
    float scale = random.nextInt(3) == 0 ? 1 : quant(bytes).scale();
    Tensor x = Tensor.allocate(real);
    for (int i = 0; i < rows * run; i++) {
      float value =
          switch (random.nextInt(8)) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            case 2 -> -1e30f;
            case 3 -> scale * Math.nextDown(0.5f);
            case 4, 5 -> scale * (random.nextInt(-300, 300) + 0.5f);
            default -> scale * random.nextFloat(-300, 300);
          };
      x.memory().setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
    }
    DType to = bytes.dtype();
    Quant quant = Quant.of(scale, zeroPoint(to));
    TensorType result = new TensorType(to, x.shape(), quant);
    return new Layer(node(new Pointwise.Quantize(to), List.of(x), 1, result), List.of(x));
  }

  /// Two operands that meet in one of the usual ways, or one and a table.
  Layer pointwise() {
    int rows = extent(20);
    int run = extent(70);
    DType dtype = byteType();
    Tensor a = bytes(dtype, rows, run);
    int[] with =
        switch (random.nextInt(5)) {
          case 0 -> new int[] {1};
          case 1 -> new int[] {run};
          case 2 -> new int[] {rows, 1};
          default -> new int[] {rows, run};
        };
    Tensor b = bytes(dtype, with);
    if (random.nextInt(4) == 0) {
      b = Tensor.wrap(b.memory(), b.type().with(Quant.of(quant(a).scale(), quant(b).zeroPoint())));
    }
    boolean alone = random.nextInt(5) == 0;
    BinaryKind kind =
        List.of(BinaryKind.ADD, BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL)
            .get(random.nextInt(4));
    Op op =
        alone
            ? random.nextBoolean()
                ? new Pointwise.Quantize(dtype)
                : new Pointwise.Unary(UnaryKind.SIGMOID)
            : new Pointwise.Binary(kind);
    boolean swapped = !alone && kind != BinaryKind.SUB && random.nextInt(3) == 0;
    List<Tensor> operands = alone ? List.of(a) : swapped ? List.of(b, a) : List.of(a, b);
    float scale =
        kind == BinaryKind.MUL && !alone
            ? quant(a).scale() * quant(b).scale() * 100
            : Math.max(quant(a).scale(), quant(b).scale());
    Quant to = Quant.of(scale * (float) Math.exp(random.nextDouble(-2, 2)), zeroPoint(dtype));
    TensorType result = new TensorType(dtype, a.shape(), to);
    int variables = !alone && !swapped && random.nextBoolean() ? 1 : operands.size();
    return new Layer(node(op, operands, variables, result), operands);
  }

  private int[] image(int channels, boolean signal, int rows, int columns) {
    int width = columns + random.nextInt(12);
    return signal
        ? new int[] {random.nextInt(1, 3), width, channels}
        : new int[] {random.nextInt(1, 3), rows + random.nextInt(8), width, channels};
  }

  private Padding padding(int axes) {
    return switch (random.nextInt(4)) {
      case 0 -> Padding.VALID;
      case 1 -> {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
          before.add(random.nextInt(3));
          after.add(random.nextInt(3));
        }
        yield Padding.explicit(before, after);
      }
      default -> Padding.SAME;
    };
  }

  private int stride() {
    return random.nextInt(3) > 0 ? 1 : random.nextInt(1, 4);
  }

  private int dilation() {
    return random.nextInt(4) > 0 ? 1 : random.nextInt(1, 4);
  }

  private int extent(int most) {
    return switch (random.nextInt(8)) {
      case 0 -> 1;
      case 1 -> 8 * random.nextInt(1, 1 + Math.max(1, most / 8));
      default -> random.nextInt(1, most + 1);
    };
  }

  private Activation activation() {
    return switch (random.nextInt(5)) {
      case 0 -> Activation.RELU;
      case 1 -> Activation.RELU6;
      case 2 -> Activation.RELU_N1_TO_1;
      default -> Activation.NONE;
    };
  }

  private DType byteType() {
    return random.nextInt(4) > 0 ? DType.I8 : DType.U8;
  }

  private int zeroPoint(DType dtype) {
    return switch (random.nextInt(4)) {
      case 0 -> (int) dtype.min();
      case 1 -> (int) dtype.max();
      case 2 -> dtype == DType.I8 ? 0 : 128;
      default -> random.nextInt((int) dtype.min(), (int) dtype.max() + 1);
    };
  }

  /// Bytes of a scale; sometimes the greatest and the least alone.
  Tensor bytes(DType dtype, int... dims) {
    Quant quant = Quant.of(scale(), zeroPoint(dtype));
    return fill(Tensor.allocate(new TensorType(dtype, Shape.of(dims), quant)));
  }

  private Tensor fill(Tensor tensor) {
    byte[] values = new byte[(int) tensor.type().bytes()];
    random.nextBytes(values);
    int kind = random.nextInt(6);
    byte least = (byte) tensor.dtype().min();
    byte greatest = (byte) tensor.dtype().max();
    for (int i = 0; i < values.length && kind < 3; i++) {
      values[i] =
          switch (kind) {
            case 0 -> greatest;
            case 1 -> least;
            default -> random.nextBoolean() ? least : greatest;
          };
    }
    tensor.memory().copyFrom(java.lang.foreign.MemorySegment.ofArray(values));
    return tensor;
  }

  private float scale() {
    return (float) Math.exp(random.nextDouble(-6, 1));
  }

  private Tensor weights(int[] dims, int axis) {
    DType dtype = random.nextInt(6) > 0 ? DType.I8 : DType.U8;
    float[] scales = new float[random.nextBoolean() ? 1 : dims[axis]];
    int[] zeroPoints = new int[scales.length];
    boolean powers = random.nextInt(6) == 0;
    boolean moved = random.nextInt(4) == 0;
    for (int i = 0; i < scales.length; i++) {
      scales[i] = powers ? Math.scalb(1f, random.nextInt(-10, 0)) : scale() / 50;
      zeroPoints[i] = moved ? zeroPoint(dtype) : 0;
    }
    boolean one = scales.length == 1 && random.nextBoolean();
    Quant quant = new Quant(scales, zeroPoints, one ? Quant.PER_TENSOR : axis);
    if (!one && scales.length != dims[axis]) {
      quant = Quant.of(scales[0], zeroPoints[0]);
    }
    return fill(Tensor.allocate(new TensorType(dtype, Shape.of(dims), quant)));
  }

  /// @param depth the products that a sum has
  private Layer layer(Op op, Tensor x, Tensor weights, int channels, int depth) {
    Quant from = quant(x);
    Quant scales = quant(weights);
    DType dtype = byteType();
    double typical = (double) from.scale() * scales.scale() * 5000 * Math.sqrt(depth) / 100;
    float scale =
        switch (random.nextInt(8)) {
          case 0 -> (float) (typical * Math.exp(random.nextDouble(-12, 12)));
          case 1 ->
              (float)
                  ((double) from.scale()
                      * scales.scale()
                      * Math.scalb(1.0, random.nextInt(-6, 14)));
          default -> (float) (typical * Math.exp(random.nextDouble(-1, 1)));
        };
    Quant to = Quant.of(scale, zeroPoint(dtype));
    List<Tensor> operands = new ArrayList<>(List.of(x, weights));
    if (random.nextInt(4) > 0) {
      operands.add(bias(channels, depth));
    }
    TensorType type =
        ShapeRules.infer(
                op, operands.stream().map(Tensor::type).toList(), List.<@Nullable Quant>of(to))
            .getFirst();
    TensorType result = new TensorType(dtype, type.shape(), to);
    return new Layer(node(op, operands, 1, result), operands);
  }

  static Node node(Op op, List<Tensor> operands, int variables, TensorType result) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(
          i < variables
              ? new Value.Input("x" + i, operands.get(i).type())
              : new Value.Constant("c" + i, operands.get(i)));
    }
    return new Node("layer", op, values, List.of(result));
  }

  static Quant quant(Tensor tensor) {
    Quant quant = tensor.type().quant();
    if (quant == null) {
      throw new IllegalArgumentException(tensor.toString());
    }
    return quant;
  }

  private Tensor bias(int channels, int depth) {
    int[] values = new int[channels];
    int kind = random.nextInt(8);
    for (int i = 0; i < channels; i++) {
      values[i] =
          switch (kind) {
            case 0 -> random.nextInt();
            case 1 -> random.nextBoolean() ? Integer.MAX_VALUE : Integer.MIN_VALUE;
            case 2 -> (1 << random.nextInt(31)) * (random.nextBoolean() ? 1 : -1);
            default -> (int) (random.nextGaussian() * 3000 * Math.sqrt(depth));
          };
    }
    Tensor tensor = Tensor.allocate(TensorType.of(DType.I32, channels));
    for (int i = 0; i < channels; i++) {
      tensor.memory().setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, values[i]);
    }
    return tensor;
  }
}
