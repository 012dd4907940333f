package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How products, convolutions and pools are written. The format has two spatial axes where Tendril
/// has one to three: one is written as two, three only as a convolution. Paddings of their own
/// become operators before.
final class Products {
  private final OperatorExport op;

  private Products(OperatorExport op) {
    this.op = op;
  }

  /// Weights as the format takes them. Those of 8 bits with a floating-point operand stay such
  /// where runtimes have kernels for that, which quantize the operand while they run; others become
  /// floats.
  private int weights(boolean hybrid) {
    Tensor tensor = op.constantOrNull(1);
    if (tensor == null || !op.dtype(0).isFloat() || tensor.type().quant() == null) {
      return op.in(1);
    }
    if (hybrid && isSymmetric(tensor.type())) {
      return op.in(1);
    }
    return op.constant(
        ReferenceKernels.run(
                new Pointwise.Dequantize(), List.of(tensor), List.of(tensor.type().with(DType.F32)))
            .getFirst());
  }

  private static boolean isSymmetric(TensorType type) {
    Quant quant = type.quant();
    return quant != null
        && type.dtype() == DType.I8
        && Arrays.stream(quant.zeroPoints()).allMatch(zero -> zero == 0);
  }

  /// Weights with their axes in another order.
  private int transposed(int weights, int... axes) {
    TensorType type = moved(op.typeOf(weights), new Move.Transpose(OperatorImport.list(axes)));
    Tensor constant = op.graph().tensorOrNull(weights);
    return constant == null
        ? op.apply("TRANSPOSE", type, weights, op.ints(axes))
        : op.constant(
            ReferenceKernels.run(
                    new Move.Transpose(OperatorImport.list(axes)), List.of(constant), List.of(type))
                .getFirst());
  }

  private int shaped(int weights, int... dims) {
    return op.reshape(weights, moved(op.typeOf(weights), new Move.Reshape(Shape.of(dims))));
  }

  private static TensorType moved(TensorType type, Move move) {
    return ShapeRules.infer(move, List.of(type)).getFirst();
  }

  private int[] operands(int x, int filter) {
    return op.has(2) ? new int[] {x, filter, op.in(2)} : new int[] {x, filter};
  }

  static void matmul(OperatorExport op, Contract.MatMul product) {
    new Products(op).matmul(product);
  }

  private void matmul(Contract.MatMul product) {
    boolean layer =
        op.constantOrNull(1) != null && op.shape(1).rank() == 2 && !product.transposeA();
    if (layer) {
      int rows = product.transposeB() ? weights(true) : transposed(weights(true), 1, 0);
      int result =
          op.apply(
              "FULLY_CONNECTED",
              OperatorExport.options(
                  "fused_activation_function",
                  OperatorExport.fused(product.activation()),
                  "keep_num_dims",
                  op.shape(0).rank() > 2,
                  "asymmetric_quantize_inputs",
                  op.dtype(0).isFloat() && op.typeOf(rows).quant() != null),
              op.out(),
              operands(op.in(0), rows));
      op.give(op.after(result, product.activation()));
      return;
    }
    if (op.type(0).quant() != null && op.has(2)) {
      throw op.refusal("a product of two computed quantized operands with a bias");
    }
    int result =
        op.apply(
            "BATCH_MATMUL",
            OperatorExport.options("adj_x", product.transposeA(), "adj_y", product.transposeB()),
            op.out(),
            op.in(0),
            op.in(1));
    if (op.has(2)) {
      result = op.apply("ADD", op.out(), result, op.in(2));
    }
    op.give(op.activate(result, product.activation()));
  }

  /// An operand with explicit padding around its spatial axes, as an operator of its own.
  private int padded(int x, Padding padding, TensorType type) {
    if (padding.kind() != Padding.Kind.EXPLICIT) {
      return x;
    }
    int rank = type.shape().rank();
    int[] both = new int[2 * rank];
    Shape shape = type.shape();
    for (int axis = 0; axis < padding.before().size(); axis++) {
      both[2 * axis + 2] = padding.before().get(axis);
      both[2 * axis + 3] = padding.after().get(axis);
      shape = shape.with(axis + 1, shape.dim(axis + 1) + both[2 * axis + 2] + both[2 * axis + 3]);
    }
    if (Arrays.stream(both).allMatch(p -> p == 0)) {
      return x;
    }
    return op.apply("PAD", type.with(shape), x, op.constant(Tensor.of(both, rank, 2)));
  }

  /// A picture of one row, of a sequence.
  private static TensorType row(TensorType type) {
    int[] dims = type.shape().dims();
    return new TensorType(type.dtype(), Shape.of(dims[0], 1, dims[1], dims[2]), type.quant());
  }

  static void conv(OperatorExport op, Contract.Conv conv) {
    new Products(op).conv(conv);
  }

  private void conv(Contract.Conv conv) {
    int axes = conv.strides().size();
    int x = padded(op.in(0), conv.padding(), op.type(0));
    long padding = op.padding(conv.padding());
    int filter = weights(axes < 3 && conv.groups() == 1);
    if (axes == 3) {
      if (op.type(0).quant() != null || conv.groups() != 1) {
        throw op.refusal("a convolution of three axes in groups or of quantized numbers");
      }
      int result =
          op.apply(
              "CONV_3D",
              OperatorExport.options(
                  "padding", padding,
                  "stride_d", conv.strides().get(0),
                  "stride_h", conv.strides().get(1),
                  "stride_w", conv.strides().get(2),
                  "dilation_d_factor", conv.dilations().get(0),
                  "dilation_h_factor", conv.dilations().get(1),
                  "dilation_w_factor", conv.dilations().get(2),
                  "fused_activation_function", OperatorExport.fused(conv.activation())),
              op.out(),
              operands(x, transposed(filter, 1, 2, 3, 4, 0)));
      op.give(op.after(result, conv.activation()));
      return;
    }
    TensorType out = op.out();
    List<Integer> strides = conv.strides();
    List<Integer> dilations = conv.dilations();
    if (axes == 1) {
      x = op.reshape(x, row(op.typeOf(x)));
      int[] dims = op.shape(1).dims();
      filter = shaped(filter, dims[0], 1, dims[1], dims[2]);
      out = row(out);
      strides = List.of(1, strides.getFirst());
      dilations = List.of(1, dilations.getFirst());
    }
    int result =
        op.apply(
            "CONV_2D",
            OperatorExport.options(
                "padding", padding,
                "stride_h", strides.get(0),
                "stride_w", strides.get(1),
                "dilation_h_factor", dilations.get(0),
                "dilation_w_factor", dilations.get(1),
                "fused_activation_function", OperatorExport.fused(conv.activation())),
            out,
            operands(x, filter));
    op.give(op.after(op.reshape(result, op.out()), conv.activation()));
  }

  static void depthwise(OperatorExport op, Contract.DepthwiseConv conv) {
    new Products(op).depthwise(conv);
  }

  private void depthwise(Contract.DepthwiseConv conv) {
    int x = padded(op.in(0), conv.padding(), op.type(0));
    int filter = weights(true);
    int[] dims = op.shape(1).dims();
    int result =
        op.apply(
            "DEPTHWISE_CONV_2D",
            OperatorExport.options(
                "padding", op.padding(conv.padding()),
                "stride_h", conv.strides().get(0),
                "stride_w", conv.strides().get(1),
                "depth_multiplier", dims[2] / op.shape(0).dim(3),
                "dilation_h_factor", conv.dilations().get(0),
                "dilation_w_factor", conv.dilations().get(1),
                "fused_activation_function", OperatorExport.fused(conv.activation())),
            op.out(),
            operands(x, shaped(filter, 1, dims[0], dims[1], dims[2])));
    op.give(op.after(result, conv.activation()));
  }

  static void transpose(OperatorExport op, Contract.ConvTranspose conv) {
    new Products(op).transpose(conv);
  }

  private void transpose(Contract.ConvTranspose conv) {
    if (conv.strides().size() != 2
        || conv.padding().kind() == Padding.Kind.EXPLICIT
        || !conv.dilations().equals(List.of(1, 1))) {
      throw op.refusal(
          "a transposed convolution of other than two axes, with dilations or explicit padding");
    }
    if (op.type(0).quant() != null && conv.activation() != Activation.NONE) {
      throw op.refusal("a transposed convolution of quantized numbers with an activation");
    }
    List<Integer> operands =
        new ArrayList<>(List.of(op.ints(op.out().shape().dims()), weights(false), op.in(0)));
    if (op.has(2)) {
      operands.add(op.in(2));
    }
    int result =
        op.apply(
            "TRANSPOSE_CONV",
            OperatorExport.options(
                "padding", op.padding(conv.padding()),
                "stride_h", conv.strides().get(0),
                "stride_w", conv.strides().get(1)),
            op.out(),
            operands.stream().mapToInt(Integer::intValue).toArray());
    op.give(op.activate(result, conv.activation()));
  }

  static void pool(OperatorExport op, Contract.Pool pool) {
    new Products(op).pool(pool);
  }

  private void pool(Contract.Pool pool) {
    int axes = pool.window().size();
    if (axes == 3 || pool.padding().kind() == Padding.Kind.EXPLICIT) {
      throw op.refusal("a pool of three axes or with explicit padding");
    }
    if (op.type(0).quant() == null && op.dtype(0) != DType.F32) {
      throw op.refusal("a pool of " + op.type(0));
    }
    boolean line = axes == 1;
    int x = line ? op.reshape(op.in(0), row(op.type(0))) : op.in(0);
    int result =
        op.apply(
            pool.kind() == Reduce.Kind.MAX ? "MAX_POOL_2D" : "AVERAGE_POOL_2D",
            OperatorExport.options(
                "padding", op.padding(pool.padding()),
                "stride_h", line ? 1 : pool.strides().getFirst(),
                "stride_w", pool.strides().getLast(),
                "filter_height", line ? 1 : pool.window().getFirst(),
                "filter_width", pool.window().getLast(),
                "fused_activation_function", OperatorExport.fused(pool.activation())),
            line ? row(op.out()) : op.out(),
            x);
    op.give(op.after(op.reshape(result, op.out()), pool.activation()));
  }

  static void attention(OperatorExport op, Contract.Attention attention) {
    new Products(op).attention(attention);
  }

  private void attention(Contract.Attention attention) {
    int[] query = op.shape(0).dims();
    int rows = query[query.length - 2];
    int columns = op.shape(1).dim(-2);
    query[query.length - 1] = columns;
    TensorType scores = new TensorType(op.dtype(0), Shape.of(query));
    int product =
        op.apply("BATCH_MATMUL", OperatorExport.options("adj_y", true), scores, op.in(0), op.in(1));
    int scaled = op.apply("MUL", scores, product, op.scalar(DType.F32, attention.scale()));
    if (op.has(3)) {
      scaled = op.apply("ADD", scores, scaled, op.in(3));
    }
    if (attention.causal()) {
      if (columns < rows) {
        throw op.refusal("rows that see nothing, which the format gives no zeros for");
      }
      Tensor hidden = Tensor.zeros(TensorType.of(DType.F32, rows, columns));
      for (int i = 0; i < rows; i++) {
        for (int j = i + columns - rows + 1; j < columns; j++) {
          Elements.setDouble(hidden.memory(), DType.F32, (long) i * columns + j, -1e30);
        }
      }
      scaled = op.apply("ADD", scores, scaled, op.constant(hidden));
    }
    int weights = op.apply("SOFTMAX", Map.of("beta", 1f), scores, scaled);
    op.give(op.apply("BATCH_MATMUL", op.out(), weights, op.in(2)));
  }
}
