package dev.tendril.core.spi;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A contraction and what is done to its result, element by element, before it is stored: how
/// kernels read a node that is a [Structured.Fused] region with a contraction in it. A contraction
/// on its own is one with nothing after it, so that a kernel needs to know but one form.
///
/// ```text
/// fused(x, w, b, r) { c = conv(x, w, b);  s = add(c, r);  y = relu(s) }
///   contraction  conv, with the node's own values as operands: constants are there to be packed
///   operands     0, 1, 2      where its operands are among the node's
///   others       3            where those of the rest are
///   rest         (c, r) -> relu(add(c, r))
///   sum          residual 3, from 0 to infinity
/// ```
///
/// What it comes to is the body op by op: an activation of the contraction itself acts before the
/// rest.
///
/// @param contraction as a node of its own
/// @param operands for each operand of the contraction its place among those of the node
/// @param others for each operand of the rest but the first its place among those of the node
/// @param rest pointwise ops; its first operand is the contraction's result. Without a node when
///     nothing is to be done
public record Epilogue(Node contraction, List<Integer> operands, List<Integer> others, Graph rest) {
  public Epilogue {
    operands = List.copyOf(operands);
    others = List.copyOf(others);
  }

  /// The common case: `min(max(c + residual, low), high)`.
  ///
  /// @param residual the place of what is added among the operands of the node, whose type is that
  ///     of the result; -1 for none
  /// @param low the least result, minus infinity where there is none
  /// @param high the greatest result
  public record Sum(int residual, float low, float high) {
    /// Whether results are kept to a range.
    public boolean cuts() {
      return low != Float.NEGATIVE_INFINITY || high != Float.POSITIVE_INFINITY;
    }
  }

  /// Reads a node; null when it is neither a contraction nor a region with exactly one, whose
  /// operands come from outside and whose result nobody but the region needs.
  public static @Nullable Epilogue of(Node node) {
    if (node.op() instanceof Contract) {
      return node.outputs().size() == 1 ? alone(node) : null;
    }
    if (!(node.op() instanceof Structured.Fused(Graph body)) || body.outputs().size() != 1) {
      return null;
    }
    Node inner = null;
    for (Node each : body.nodes()) {
      if (each.op() instanceof Contract && inner == null && each.outputs().size() == 1) {
        inner = each;
      } else if (!(each.op() instanceof Pointwise)) {
        return null;
      }
    }
    if (inner == null
        || body.nodes().size() < 2
        || body.outputs().getFirst().equals(inner.output())) {
      return null;
    }
    return read(node, body.withTypes(node.inputTypes()));
  }

  private static Epilogue alone(Node node) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      places.add(i);
    }
    var rest = Graph.builder(node.name());
    rest.output("y", rest.input("c", node.outputs().getFirst()));
    return new Epilogue(node, places, List.of(), rest.build());
  }

  private static @Nullable Epilogue read(Node node, Graph body) {
    List<Value.Input> inputs = body.inputs();
    List<Integer> places = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    Map<Value, Value> values = new HashMap<>();
    Node contraction = null;
    var rest = Graph.builder(node.name());
    for (Node each : body.nodes()) {
      if (each.op() instanceof Contract) {
        for (Value value : each.inputs()) {
          if (!(value instanceof Value.Input input)) {
            return null;
          }
          places.add(inputs.indexOf(input));
        }
        List<Value> own = places.stream().map(node.inputs()::get).toList();
        contraction = new Node(node.name(), each.op(), own, each.outputs());
        values.put(each.output(), rest.input("c", each.outputs().getFirst()));
      }
    }
    for (Node each : body.nodes()) {
      if (each.op() instanceof Pointwise) {
        for (Value value : each.inputs()) {
          if (value instanceof Value.Input input && !values.containsKey(value)) {
            others.add(inputs.indexOf(input));
            values.put(value, rest.input("x" + others.size(), value.type()));
          }
        }
        List<Value> own =
            each.inputs().stream().map(value -> values.getOrDefault(value, value)).toList();
        values.put(each.output(), rest.add(each.op(), own).getFirst());
      }
    }
    Value result = values.get(body.outputs().getFirst());
    return contraction == null || result == null
        ? null
        : new Epilogue(contraction, places, others, rest.output("y", result).build());
  }

  /// The contraction's op.
  public Op op() {
    return contraction.op();
  }

  /// Whether there is nothing after the contraction.
  public boolean isEmpty() {
    return rest.nodes().isEmpty();
  }

  /// The rest as a sum that is kept to a range; null when it is anything else.
  public @Nullable Sum sum() {
    Value now = rest.inputs().getFirst();
    int residual = -1;
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    boolean ranged = false;
    for (Node node : rest.nodes()) {
      Pointwise.Clamp range = range(node);
      if (node.op().equals(new Pointwise.Binary(BinaryKind.ADD)) && residual < 0 && !ranged) {
        int own = node.inputs().indexOf(now);
        int other =
            own < 0 || !(node.inputs().get(1 - own) instanceof Value.Input input)
                ? 0
                : rest.inputs().indexOf(input);
        if (other < 1 || !rest.inputs().get(other).type().equals(now.type())) {
          return null;
        }
        residual = others.get(other - 1);
      } else if (range != null && node.inputs().getFirst().equals(now)) {
        low = Math.clamp(low, range.low(), range.high());
        high = Math.clamp(high, range.low(), range.high());
        ranged = true;
      } else {
        return null;
      }
      now = node.output();
    }
    return rest.outputs().getFirst().equals(now)
        ? new Sum(residual, (float) low, (float) high)
        : null;
  }

  private static Pointwise.@Nullable Clamp range(Node node) {
    return node.op().equals(new Pointwise.Unary(UnaryKind.RELU))
        ? new Pointwise.Clamp(0, Double.POSITIVE_INFINITY)
        : node.op() instanceof Pointwise.Clamp clamp ? clamp : null;
  }

  /// The operands of the contraction, of those of the node.
  public List<MemorySegment> pick(List<MemorySegment> all) {
    return operands.stream().map(all::get).toList();
  }
}
