package dev.tendril.formats.onnx;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.List;

/// Recurrences. The format has a direction as an axis of weights and results, and gates in another
/// order.
final class RecurrentNodes {
  /// The gates of the format in Tendril's order: input, forget, cell, output.
  private static final int[] LSTM_GATES = {0, 2, 3, 1};

  private final OnnxNode node;
  private final GraphDraft d;
  private final int gates;
  private final int units;
  private final int batch;

  private RecurrentNodes(OnnxNode node, int gates) {
    this.node = node;
    this.d = node.draft();
    this.gates = gates;
    this.units = node.shape(2).dim(-1);
    this.batch = node.shape(0).dim(1);
  }

  static boolean read(OnnxNode node) {
    switch (node.type()) {
      case "LSTM" -> new RecurrentNodes(node, 4).read();
      case "GRU" -> new RecurrentNodes(node, 3).read();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void read() {
    if (node.rank(0) != 3 || node.rank(1) != 3 || node.rank(2) != 3 || units < 1) {
      throw node.refusal("operands " + node.in(0).type() + ", " + node.in(1).type());
    }
    if (node.flag("layout") || node.has(4) || node.has(7) || node.hasAttribute("clip")) {
      throw node.refusal("another layout, lengths of sequences, peepholes or a clip");
    }
    AttributeProto functions = node.attribute("activations");
    for (int i = 0; functions != null && i < functions.getStringsCount(); i++) {
      String wanted = i % (gates - 1) == 0 ? "Sigmoid" : "Tanh";
      if (!functions.getStrings(i).toStringUtf8().equals(wanted)) {
        throw node.refusal("the function " + functions.getStrings(i).toStringUtf8());
      }
    }
    String direction = node.text("direction", "forward");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    List<List<Value>> results = new ArrayList<>();
    for (int i = 0; i < directions; i++) {
      results.add(one(i, direction.equals("reverse") || i == 1));
    }
    List<Value> all = new ArrayList<>();
    for (int result = 0; result < gates - 1; result++) {
      int axis = result == 0 ? 1 : 0;
      List<Value> parts = new ArrayList<>();
      for (List<Value> of : results) {
        Value part = of.get(result);
        parts.add(d.reshape(part, part.type().shape().inserted(axis, 1)));
      }
      all.add(directions == 1 ? parts.getFirst() : d.concat(axis, parts));
    }
    node.give(all);
  }

  private List<Value> one(int direction, boolean backward) {
    Value x = node.in(0);
    if (backward) {
      x = d.add(new Move.Reverse(List.of(0)), x);
    }
    Value weights = ordered(part(node.in(1), direction), 1);
    Value recurrent = ordered(part(node.in(2), direction), 1);
    Value first = node.has(5) ? part(node.in(5), direction) : zeros(batch, units);
    List<Value> results;
    if (gates == 4) {
      Value both = node.has(3) ? ordered(part(node.in(3), direction), 2) : zeros(8 * units);
      Value bias =
          d.binary(
              dev.tendril.core.op.BinaryKind.ADD,
              d.slice(both, 0, 0, 4 * units),
              d.slice(both, 0, 4 * units, 8 * units));
      Value state = node.has(6) ? part(node.in(6), direction) : zeros(batch, units);
      results = d.addAll(new Structured.Lstm(), List.of(x, weights, recurrent, bias, first, state));
    } else {
      Value bias = node.has(3) ? part(node.in(3), direction) : zeros(6 * units);
      Structured.Gru op = new Structured.Gru(node.flag("linear_before_reset"));
      results = d.addAll(op, List.of(x, weights, recurrent, bias, first));
    }
    if (!backward) {
      return results;
    }
    List<Value> turned = new ArrayList<>(results);
    turned.set(0, d.add(new Move.Reverse(List.of(0)), results.getFirst()));
    return turned;
  }

  private Value zeros(int... dims) {
    return d.broadcast(d.number(0, node.dtype(0)), Shape.of(dims));
  }

  private Value part(Value value, int direction) {
    Value part = d.slice(value, 0, direction, direction + 1);
    TensorType type = part.type();
    return d.reshape(part, type.shape().without(0));
  }

  /// Rows of gates in Tendril's order.
  ///
  /// @param times how often the gates occur
  private Value ordered(Value value, int times) {
    if (gates == 3) {
      return value;
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      for (int gate : LSTM_GATES) {
        int at = (4 * i + gate) * units;
        parts.add(d.slice(value, 0, at, at + units));
      }
    }
    return d.concat(0, parts);
  }
}
