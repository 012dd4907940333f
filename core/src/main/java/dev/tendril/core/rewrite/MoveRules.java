package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.plan.Views;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Moves that do nothing, or that one move can do. They hold for quantized values too.
final class MoveRules {
  static final List<Rule> ALL =
      List.of(
          Rule.of("no-op", MoveRules::nothing),
          Rule.of("reshape-of-reshape", MoveRules::reshapes),
          Rule.of("transpose-as-reshape", MoveRules::transposeAsReshape),
          Rule.of("slice-of-slice", MoveRules::slices),
          Rule.of("broadcast-of-broadcast", MoveRules::broadcasts),
          new NeedlessBroadcast(),
          Rule.of("pad-into-window", MoveRules::pad));

  private MoveRules() {}

  private static @Nullable Value nothing(Node node, Context context) {
    if (node.inputs().isEmpty()) {
      return null;
    }
    Value x = node.inputs().getFirst();
    if (!x.type().equals(node.outputs().getFirst())) {
      return null;
    }
    boolean nothing =
        switch (node.op()) {
          case Move.Pad pad -> zeros(pad.before()) && zeros(pad.after());
          case Move.Slice slice ->
              zeros(slice.begin())
                  && slice.step().stream().allMatch(s -> s == 1)
                  && (x.type().shape().isKnown()
                      || slice.end().stream().allMatch(e -> e == Move.Slice.END));
          case Move.Transpose transpose ->
              transpose.axes().equals(Transposes.identity(transpose.axes().size()))
                  || (Match.known(node) && Views.isWhole(node));
          case Pointwise.Cast _ -> true;
          case Move _ -> Match.known(node) && Views.isWhole(node);
          case Pointwise _, Reduce _, Contract _, Index _, Structured _, Custom _ -> false;
        };
    return nothing ? x : null;
  }

  private static boolean zeros(List<Integer> numbers) {
    return numbers.stream().allMatch(n -> n == 0);
  }

  private static @Nullable Value reshapes(Node node, Context context) {
    return node.op() instanceof Move.Reshape reshape
            && Match.op(node.inputs().getFirst(), Move.Reshape.class) != null
        ? context.replace(reshape, Match.operand(node.inputs().getFirst()))
        : null;
  }

  /// One that moves only axes of one element.
  private static @Nullable Value transposeAsReshape(Node node, Context context) {
    return node.op() instanceof Move.Transpose
            && Match.known(node)
            && node.inputs().getFirst().type().quant() == null
            && Views.isWhole(node)
        ? context.replace(
            new Move.Reshape(node.outputs().getFirst().shape()), node.inputs().getFirst())
        : null;
  }

  private static @Nullable Value slices(Node node, Context context) {
    if (!(node.op() instanceof Move.Slice outer)) {
      return null;
    }
    Move.Slice inner = Match.op(node.inputs().getFirst(), Move.Slice.class);
    if (inner == null || !Match.known(node)) {
      return null;
    }
    List<Integer> begin = new ArrayList<>();
    List<Integer> end = new ArrayList<>();
    List<Integer> step = new ArrayList<>();
    for (int axis = 0; axis < outer.begin().size(); axis++) {
      int stride = inner.step().get(axis) * outer.step().get(axis);
      int first = inner.begin().get(axis) + outer.begin().get(axis) * inner.step().get(axis);
      int count = node.outputs().getFirst().shape().dim(axis);
      if (inner.begin().get(axis) < 0 || outer.begin().get(axis) < 0 || count == 0) {
        return null;
      }
      begin.add(first);
      end.add(first + (count - 1) * stride + 1);
      step.add(stride);
    }
    return context.replace(
        new Move.Slice(begin, end, step), Match.operand(node.inputs().getFirst()));
  }

  private static @Nullable Value broadcasts(Node node, Context context) {
    return node.op() instanceof Move.Broadcast broadcast
            && Match.op(node.inputs().getFirst(), Move.Broadcast.class) != null
        ? context.replace(broadcast, Match.operand(node.inputs().getFirst()))
        : null;
  }

  /// Pointwise ops broadcast themselves.
  private static final class NeedlessBroadcast implements Rule {
    @Override
    public String name() {
      return "needless-broadcast";
    }

    @Override
    public @Nullable List<Value> apply(Node node, Context context) {
      if (!(node.op() instanceof Pointwise.Binary || node.op() instanceof Pointwise.Select)
          || Match.quantized(node)) {
        return null;
      }
      for (int i = 0; i < node.inputs().size(); i++) {
        if (Match.op(node.inputs().get(i), Move.Broadcast.class) == null) {
          continue;
        }
        Value[] operands = node.inputs().toArray(Value[]::new);
        operands[i] = Match.operand(operands[i]);
        Value result = context.replace(node.op(), operands);
        if (result.type().equals(node.outputs().getFirst())) {
          return List.of(result);
        }
        context.at(node);
      }
      return null;
    }
  }

  /// Zeros around an image are the window's own padding; for the greatest of a window, `-∞`.
  private static @Nullable Value pad(Node node, Context context) {
    if (!(node.op() instanceof Contract op) || node.inputs().isEmpty() || Match.quantized(node)) {
      return null;
    }
    Move.Pad pad = Match.op(node.inputs().getFirst(), Move.Pad.class);
    double neutral =
        op instanceof Contract.Pool pool && pool.kind() == Reduce.Kind.MAX
            ? Double.NEGATIVE_INFINITY
            : 0;
    if (pad == null || pad.mode() != Move.Pad.Mode.CONSTANT || pad.value() != neutral) {
      return null;
    }
    Contract merged =
        switch (op) {
          case Contract.Conv c -> {
            Padding padding = around(pad, c.padding());
            yield padding == null
                ? null
                : new Contract.Conv(
                    c.strides(), padding, c.dilations(), c.groups(), c.activation());
          }
          case Contract.DepthwiseConv c -> {
            Padding padding = around(pad, c.padding());
            yield padding == null
                ? null
                : new Contract.DepthwiseConv(c.strides(), padding, c.dilations(), c.activation());
          }
          case Contract.Pool p -> {
            Padding padding = p.kind() == Reduce.Kind.MAX ? around(pad, p.padding()) : null;
            // A window of padding alone has no greatest element.
            boolean inside = padding != null && narrow(padding, p.window());
            yield padding == null || !inside
                ? null
                : new Contract.Pool(p.kind(), p.window(), p.strides(), padding, p.activation());
          }
          case Contract.MatMul _,
              Contract.ConvTranspose _,
              Contract.PoolArgMax _,
              Contract.Attention _ ->
              null;
        };
    if (merged == null) {
      return null;
    }
    Value[] operands = node.inputs().toArray(Value[]::new);
    operands[0] = Match.operand(operands[0]);
    return context.replace(merged, operands);
  }

  private static boolean narrow(Padding padding, List<Integer> window) {
    for (int axis = 0; axis < window.size(); axis++) {
      if (padding.before().get(axis) >= window.get(axis)
          || padding.after().get(axis) >= window.get(axis)) {
        return false;
      }
    }
    return true;
  }

  /// A window's padding with more around it; null where it cannot be said.
  private static @Nullable Padding around(Move.Pad pad, Padding padding) {
    int axes = pad.before().size() - 2;
    int last = axes + 1;
    if (padding.kind() == Padding.Kind.SAME
        || axes < 1
        || pad.before().getFirst() != 0
        || pad.after().getFirst() != 0
        || pad.before().get(last) != 0
        || pad.after().get(last) != 0) {
      return null;
    }
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    boolean valid = padding.kind() == Padding.Kind.VALID;
    for (int axis = 0; axis < axes; axis++) {
      before.add(pad.before().get(axis + 1) + (valid ? 0 : padding.before().get(axis)));
      after.add(pad.after().get(axis + 1) + (valid ? 0 : padding.after().get(axis)));
    }
    return Padding.explicit(before, after);
  }
}
