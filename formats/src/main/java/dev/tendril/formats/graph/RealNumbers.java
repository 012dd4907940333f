package dev.tendril.formats.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Quantized graphs for formats that have no arithmetic of quantized numbers: what was computed
/// with integers is computed with the real numbers that they stand for, and rounded to integers
/// again. Results are off by a step where the rules of integers round otherwise.
public final class RealNumbers {
  private RealNumbers() {}

  /// A graph with the same inputs and outputs in which only quantizations and ops that move
  /// elements have quantized operands.
  public static Graph between(Graph graph) {
    if (graph.nodes().stream().noneMatch(RealNumbers::computes)) {
      return graph;
    }
    GraphDraft draft = new GraphDraft(0);
    Map<Value, Value> values = new HashMap<>();
    graph.inputs().forEach(input -> values.put(input, draft.adopt(input)));
    for (Node node : graph.nodes()) {
      List<Value> operands =
          node.inputs().stream().<Value>map(v -> values.getOrDefault(v, v)).toList();
      List<Value> results =
          computes(node) ? real(draft, node, operands) : copy(draft, node, operands);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      outputs.put(graph.outputNames().get(i), values.getOrDefault(value, value));
    }
    return draft.build(graph.name(), outputs, graph.notes());
  }

  private static List<Value> copy(GraphDraft draft, Node node, List<Value> operands) {
    List<@Nullable Quant> quants = new ArrayList<>();
    node.outputs().forEach(type -> quants.add(type.quant()));
    return draft.addAll(node.name(), node.op(), operands, quants);
  }

  /// Whether a node computes with quantized numbers.
  private static boolean computes(Node node) {
    boolean quantized =
        node.inputTypes().stream().anyMatch(type -> type.quant() != null)
            || node.outputs().stream().anyMatch(type -> type.quant() != null);
    return quantized
        && switch (node.op()) {
          case Pointwise.Quantize _ -> node.inputTypes().getFirst().quant() != null;
          case Pointwise.Dequantize _, Pointwise.Cast _ -> false;
          case Move.Pad _, Move.Concat _ -> true;
          case Move _ -> !node.inputTypes().getFirst().equals(with(node));
          case Index _ -> false;
          case Pointwise _, Reduce _, Contract _, Structured _, Custom _ -> true;
        };
  }

  /// The type of a moved operand, with the quantization of the result.
  private static TensorType with(Node node) {
    TensorType from = node.inputTypes().getFirst();
    Quant quant = node.outputs().getFirst().quant();
    boolean whole = from.quant() != null && quant != null && !quant.isPerTensor();
    return whole ? from : from.with(quant);
  }

  private static List<Value> real(GraphDraft draft, Node node, List<Value> operands) {
    draft.label(node.name());
    List<Value> reals = new ArrayList<>();
    for (Value operand : operands) {
      reals.add(
          operand.type().quant() == null
              ? operand
              : draft.add(new Pointwise.Dequantize(), operand));
    }
    if (node.op() instanceof Pointwise.Quantize) {
      return List.of(quantized(draft, reals.getFirst(), node.outputs().getFirst()));
    }
    List<Value> results = draft.addAll(node.name(), real(node.op()), reals, List.of());
    List<Value> rounded = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      TensorType type = node.outputs().get(i);
      rounded.add(type.quant() == null ? results.get(i) : quantized(draft, results.get(i), type));
    }
    return rounded;
  }

  private static Value quantized(GraphDraft draft, Value value, TensorType type) {
    Quant quant = type.quant();
    Value real = draft.cast(value, DType.F32);
    return quant == null
        ? value
        : draft.addQuantized(new Pointwise.Quantize(type.dtype()), quant, real);
  }

  private static Op real(Op op) {
    return op instanceof Structured.Softmax softmax
        ? new Structured.Softmax(softmax.axis(), softmax.beta())
        : op;
  }
}
