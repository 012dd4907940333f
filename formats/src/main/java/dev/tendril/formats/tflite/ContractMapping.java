package dev.tendril.formats.tflite;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Operators that sum products or pool.
final class ContractMapping {
  private ContractMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "CONV_2D" -> conv(op);
      case "DEPTHWISE_CONV_2D" -> depthwise(op);
      case "TRANSPOSE_CONV" -> transpose(op);
      case "CONV_3D" -> conv3(op);
      case "CONV_3D_TRANSPOSE" -> transpose3(op);
      case "FULLY_CONNECTED" -> fullyConnected(op);
      case "BATCH_MATMUL" ->
          op.give(
              op.add(
                  new Contract.MatMul(
                      op.options().flag("adj_x"), op.options().flag("adj_y"), Activation.NONE),
                  op.in(0),
                  op.in(1)));
      case "MAX_POOL_2D" -> op.give(op.add(pool(op, Reduce.Kind.MAX), op.in(0)));
      case "AVERAGE_POOL_2D" -> op.give(op.add(pool(op, Reduce.Kind.MEAN), op.in(0)));
      case "L2_POOL_2D" -> {
        Value square = op.plain(new Pointwise.Unary(UnaryKind.SQUARE), op.in(0));
        Contract.Pool pool = pool(op, Reduce.Kind.MEAN);
        Value mean =
            op.plain(
                new Contract.Pool(
                    pool.kind(), pool.window(), pool.strides(), pool.padding(), Activation.NONE),
                square);
        Value root = op.plain(new Pointwise.Unary(UnaryKind.SQRT), mean);
        op.give(op.activate(root, op.activation()));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> pair(OperatorImport op, String first, String second) {
    return List.of(op.options().integer(first), op.options().integer(second));
  }

  private static List<Integer> triple(OperatorImport op, String field) {
    return List.of(
        op.options().integer(field.replace('?', 'd')),
        op.options().integer(field.replace('?', 'h')),
        op.options().integer(field.replace('?', 'w')));
  }

  /// The operands from one on, a bias last if there is one.
  private static Value[] operands(OperatorImport op, Value x, Value weights, int bias) {
    List<Value> operands = new ArrayList<>(List.of(x, weights));
    if (op.has(bias)) {
      operands.add(flat(op, op.in(bias)));
    }
    return operands.toArray(Value[]::new);
  }

  /// A bias as a vector.
  private static Value flat(OperatorImport op, Value bias) {
    Shape shape = bias.type().shape();
    return shape.rank() == 1 ? bias : op.reshape(bias, Math.toIntExact(shape.size()));
  }

  private static void conv(OperatorImport op) {
    int channels = op.rank(0) == 4 ? op.shape(0).dim(3) : 0;
    int ofGroup = op.rank(1) == 4 ? op.shape(1).dim(3) : 0;
    if (ofGroup < 1 || channels < 1 || channels % ofGroup != 0) {
      throw new FormatException("x of " + op.shape(0) + " and a filter of " + op.shape(1));
    }
    op.give(
        op.add(
            new Contract.Conv(
                pair(op, "stride_h", "stride_w"),
                op.padding(),
                pair(op, "dilation_h_factor", "dilation_w_factor"),
                channels / ofGroup,
                op.activation()),
            operands(op, op.in(0), op.in(1), 2)));
  }

  private static void depthwise(OperatorImport op) {
    Shape filter = op.shape(1);
    if (filter.rank() != 4 || filter.dim(0) != 1) {
      throw new FormatException("a filter of " + filter + "; expected [1, h, w, channels]");
    }
    Value plane = op.reshape(op.in(1), filter.dim(1), filter.dim(2), filter.dim(3));
    op.give(
        op.add(
            new Contract.DepthwiseConv(
                pair(op, "stride_h", "stride_w"),
                op.padding(),
                pair(op, "dilation_h_factor", "dilation_w_factor"),
                op.activation()),
            operands(op, op.in(0), plane, 2)));
  }

  /// The spatial extents of the result: the operand that says it, less batch and channels. Where it
  /// is not a constant, the file's word on the result.
  private static Shape spatial(OperatorImport op, int axes) {
    int[] dims =
        op.isConstant(0) ? op.ints(0, "the shape of the result") : op.resultType(0).shape().dims();
    if (dims.length != axes + 2) {
      throw new FormatException("a result of " + dims.length + " axes; expected " + (axes + 2));
    }
    return Shape.of(Arrays.copyOfRange(dims, 1, axes + 1));
  }

  private static void transpose(OperatorImport op) {
    op.give(
        op.add(
            new Contract.ConvTranspose(
                pair(op, "stride_h", "stride_w"),
                op.padding(),
                List.of(1, 1),
                spatial(op, 2),
                op.activation()),
            operands(op, op.in(2), op.in(1), 3)));
  }

  /// Filters of three axes have their output channels last, or last but one.
  private static void conv3(OperatorImport op) {
    Value filter = op.plain(new Move.Transpose(List.of(4, 0, 1, 2, 3)), op.in(1));
    int channels = op.shape(0).dim(-1);
    int ofGroup = filter.type().shape().dim(-1);
    op.give(
        op.add(
            new Contract.Conv(
                triple(op, "stride_?"),
                op.padding(),
                triple(op, "dilation_?_factor"),
                ofGroup < 1 ? 1 : channels / ofGroup,
                op.activation()),
            operands(op, op.in(0), filter, 2)));
  }

  private static void transpose3(OperatorImport op) {
    Value filter = op.plain(new Move.Transpose(List.of(3, 0, 1, 2, 4)), op.in(1));
    op.give(
        op.add(
            new Contract.ConvTranspose(
                triple(op, "stride_?"),
                op.padding(),
                triple(op, "dilation_?_factor"),
                spatial(op, 3),
                op.activation()),
            operands(op, op.in(2), filter, 3)));
  }

  /// Rows of as many numbers as the weights have columns, whatever the axes of the operand.
  private static void fullyConnected(OperatorImport op) {
    if (op.options().integer("weights_format") != 0) {
      throw new FormatException("weights in shuffled order, which are not read");
    }
    Value x = op.in(0);
    Value weights = op.in(1);
    Shape shape = x.type().shape();
    Shape matrix = weights.type().shape();
    if (matrix.rank() != 2) {
      throw new FormatException("weights of " + matrix + "; expected two axes");
    }
    Value rows =
        shape.rank() == 2 && shape.dim(1) == matrix.dim(1)
            ? x
            : op.reshape(x, Shape.ANY, matrix.dim(1));
    Contract.MatMul product = new Contract.MatMul(false, true, op.activation());
    Value result = op.add(product, operands(op, rows, weights, 2));
    if (op.options().flag("keep_num_dims")) {
      int[] dims = shape.dims();
      dims[dims.length - 1] = matrix.dim(0);
      result = op.reshape(result, dims);
    }
    op.give(result);
  }

  private static Contract.Pool pool(OperatorImport op, Reduce.Kind kind) {
    return new Contract.Pool(
        kind,
        pair(op, "filter_height", "filter_width"),
        pair(op, "stride_h", "stride_w"),
        op.padding(),
        op.activation());
  }

  static void write(OperatorExport op, Contract contract) {
    switch (contract) {
      case Contract.MatMul product -> Products.matmul(op, product);
      case Contract.Conv conv -> Products.conv(op, conv);
      case Contract.DepthwiseConv conv -> Products.depthwise(op, conv);
      case Contract.ConvTranspose conv -> Products.transpose(op, conv);
      case Contract.Pool pool -> Products.pool(op, pool);
      case Contract.Attention attention -> Products.attention(op, attention);
      case Contract.PoolArgMax _ ->
          throw op.refusal("the places of greatest elements, which the format has not");
    }
  }
}
