package dev.tendril.core.rewrite;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules about transposes. Those that come from another layout of images (channels first) are in
/// pairs, one the inverse of the other, with ops between that do not care. So transposes sink
/// through such ops, toward the results, until they meet their inverse, or a product of matrices
/// that takes them in.
final class Transposes {
  static final List<Rule> ALL =
      List.of(
          Rule.of("transpose-of-transpose", Transposes::compose),
          Rule.of("transpose-into-matmul", Transposes::matmul),
          Rule.of("sink-transpose", Transposes::sink),
          Rule.of("transpose-into-reduction", Transposes::reduction));

  private Transposes() {}

  static List<Integer> identity(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  private static @Nullable List<Integer> axes(Value value) {
    Move.Transpose transpose = Match.op(value, Move.Transpose.class);
    return transpose == null ? null : positive(transpose);
  }

  private static List<Integer> positive(Move.Transpose transpose) {
    int rank = transpose.axes().size();
    return transpose.axes().stream().map(axis -> axis < 0 ? axis + rank : axis).toList();
  }

  private static List<Integer> inverse(List<Integer> axes) {
    return IntStream.range(0, axes.size()).mapToObj(axes::indexOf).toList();
  }

  private static @Nullable Value compose(Node node, Context context) {
    List<Integer> inner = node.inputs().isEmpty() ? null : axes(node.inputs().getFirst());
    if (inner == null || !(node.op() instanceof Move.Transpose outer)) {
      return null;
    }
    List<Integer> axes = positive(outer).stream().map(inner::get).toList();
    Value x = Match.operand(node.inputs().getFirst());
    return axes.equals(identity(axes.size())) && x.type().equals(node.outputs().getFirst())
        ? x
        : context.replace(new Move.Transpose(axes), x);
  }

  /// A transpose of the last two axes.
  private static boolean isLast(Value value) {
    List<Integer> axes = axes(value);
    if (axes == null || axes.size() < 2) {
      return false;
    }
    List<Integer> wanted = new ArrayList<>(identity(axes.size()));
    Collections.swap(wanted, axes.size() - 2, axes.size() - 1);
    return axes.equals(wanted);
  }

  private static @Nullable Value matmul(Node node, Context context) {
    if (!(node.op() instanceof Contract.MatMul op) || Match.quantized(node)) {
      return null;
    }
    Value[] operands = node.inputs().toArray(Value[]::new);
    boolean a = isLast(operands[0]);
    boolean b = isLast(operands[1]);
    if (!a && !b) {
      return null;
    }
    operands[0] = a ? Match.operand(operands[0]) : operands[0];
    operands[1] = b ? Match.operand(operands[1]) : operands[1];
    return context.replace(
        new Contract.MatMul(op.transposeA() ^ a, op.transposeB() ^ b, op.activation()), operands);
  }

  private static @Nullable Value sink(Node node, Context context) {
    if (Match.quantized(node)) {
      return null;
    }
    List<Integer> axes = null;
    for (Value value : node.inputs()) {
      axes = axes == null ? axes(value) : axes;
    }
    if (axes == null) {
      return null;
    }
    List<Integer> by = axes;
    return switch (node.op()) {
      case Pointwise op -> through(op, node, by, context);
      case Move.Concat concat -> {
        int axis = node.outputs().getFirst().shape().axis(concat.axis());
        yield through(new Move.Concat(by.get(axis)), node, by, context);
      }
      case Move.Pad pad -> {
        List<Integer> back = inverse(by);
        yield through(
            new Move.Pad(
                back.stream().map(pad.before()::get).toList(),
                back.stream().map(pad.after()::get).toList(),
                pad.mode(),
                pad.value()),
            node,
            by,
            context);
      }
      case Move _, Reduce _, Contract _, Index _, Structured _, Custom _ -> null;
    };
  }

  /// The transpose of an op of what was transposed, if all operands are, or do not care.
  private static @Nullable Value through(Op op, Node node, List<Integer> axes, Context context) {
    Value[] operands = new Value[node.inputs().size()];
    for (int i = 0; i < operands.length; i++) {
      Value value = node.inputs().get(i);
      Value before =
          axes.equals(axes(value)) && (context.isSole(value) || twice(node, value, context))
              ? Match.operand(value)
              : op instanceof Pointwise ? back(value, axes, context) : null;
      if (before == null) {
        return null;
      }
      operands[i] = before;
    }
    return context.replace(new Move.Transpose(axes), context.add(op, operands));
  }

  /// Whether all users of a value are this node.
  private static boolean twice(Node node, Value value, Context context) {
    return context.uses(value) == node.inputs().stream().filter(value::equals).count();
  }

  /// A constant as it was before it was transposed: one element is the same anywhere.
  private static @Nullable Value back(Value value, List<Integer> axes, Context context) {
    if (!(value instanceof Value.Constant(_, Tensor tensor)) || tensor.type().quant() != null) {
      return null;
    }
    if (tensor.shape().size() == 1 && tensor.shape().rank() <= axes.size()) {
      return value;
    }
    int rank = axes.size();
    if (tensor.shape().rank() > rank || tensor.shape().size() > 1 << 20) {
      return null;
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int own = i - rank + tensor.shape().rank();
      dims[i] = own < 0 ? 1 : tensor.shape().dim(own);
    }
    Tensor full = tensor.view(TensorType.of(tensor.dtype(), dims));
    List<Integer> back = inverse(axes);
    int[] moved = back.stream().mapToInt(axis -> dims[axis]).toArray();
    return context.constant(
        ReferenceKernels.run(
                new Move.Transpose(back),
                List.of(full),
                List.of(TensorType.of(tensor.dtype(), moved)))
            .getFirst());
  }

  /// A reduction over other axes, if the others stay in their order.
  private static @Nullable Value reduction(Node node, Context context) {
    if (!(node.op() instanceof Reduce.Reduction op) || Match.quantized(node)) {
      return null;
    }
    List<Integer> axes = axes(node.inputs().getFirst());
    if (axes == null) {
      return null;
    }
    Value x = Match.operand(node.inputs().getFirst());
    int rank = axes.size();
    List<Integer> reduced =
        (op.axes().isEmpty() ? identity(rank) : op.axes())
            .stream().map(axis -> axes.get(axis < 0 ? axis + rank : axis)).sorted().toList();
    List<Integer> left = axes.stream().filter(axis -> !reduced.contains(axis)).toList();
    if (op.keep() || !left.equals(left.stream().sorted().toList())) {
      return null;
    }
    return context.replace(new Reduce.Reduction(op.kind(), reduced, false), x);
  }
}
