package dev.tendril.compile;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes nodes of a graph into a program: the one table of what each op is in StableHLO.
final class GraphLowering {
  private final HloBuilder builder;
  private final Map<Value.Constant, Hlo> constants;

  /// @param constants those that are parameters of the program
  GraphLowering(HloBuilder builder, Map<Value.Constant, Hlo> constants) {
    this.builder = builder;
    this.constants = constants;
  }

  HloBuilder builder() {
    return builder;
  }

  /// The outputs of a graph on operands.
  List<Hlo> inline(Graph graph, List<Hlo> operands) {
    Map<Value, Hlo> values = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      values.put(graph.inputs().get(i), operands.get(i));
    }
    for (Node node : graph.nodes()) {
      List<Hlo> x = node.inputs().stream().map(value -> value(values, value)).toList();
      List<Hlo> results = lower(node.op(), x, node.outputs(), node.name());
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    return graph.outputs().stream().map(value -> value(values, value)).toList();
  }

  private Hlo value(Map<Value, Hlo> values, Value value) {
    Hlo known = values.get(value);
    if (known == null && value instanceof Value.Constant constant) {
      known = constants.get(constant);
      if (known == null) {
        known = builder.constant(constant.tensor());
      }
      values.put(value, known);
    }
    if (known == null) {
      throw new IllegalStateException("no value of " + value.name());
    }
    return known;
  }

  /// The results of an op; those that an op does not lower are refused with a reason.
  List<Hlo> lower(Op op, List<Hlo> x, List<TensorType> results, String node) {
    results.forEach(HloTypes::tensor);
    return switch (op) {
      case Pointwise pointwise -> List.of(PointwiseLowering.lower(builder, pointwise, x, node));
      case Move move -> List.of(MoveLowering.lower(builder, move, x, results.getFirst()));
      case Reduce reduce ->
          List.of(ReduceLowering.lower(builder, reduce, x.getFirst(), results.getFirst()));
      case Contract contract ->
          List.of(ContractLowering.lower(builder, contract, x, results.getFirst()));
      case Index index -> IndexLowering.lower(builder, index, x, results, node);
      case Structured.Body body -> BodyLowering.lower(this, body, x, results);
      case Structured structured -> StructuredLowering.lower(builder, structured, x, results);
      case Custom custom -> throw new Unlowered("the custom op " + custom.op());
    };
  }
}
