package dev.tendril.compile;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes graphs as StableHLO (version 1.0 of its ops and later), the language that compilers of
/// accelerators take.
///
/// The text is MLIR in its generic form, shapes are all known, and numbers of 16 bits are computed
/// in 32 where an op takes several steps. Constants of more than a few numbers are parameters of
/// the program, so that a text does not grow with a model. What StableHLO has no words for is
/// refused by node.
public final class StableHloEmitter {
  private static final int INLINE_ELEMENTS = 16;

  private StableHloEmitter() {}

  /// Whether a node can be written, or why not.
  public static Support supports(Node node) {
    try {
      lower(node);
      return Support.YES;
    } catch (Unlowered e) {
      return Support.no(String.valueOf(e.getMessage()));
    }
  }

  private static void lower(Node node) {
    node.inputTypes().forEach(HloTypes::tensor);
    HloBuilder builder = new HloBuilder();
    List<Hlo> operands =
        IntStream.range(0, node.inputs().size())
            .mapToObj(i -> new Hlo("%arg" + i, node.inputs().get(i).type()))
            .toList();
    Map<Value.Constant, Hlo> constants = new HashMap<>();
    if (node.op() instanceof Structured.Body body) {
      large(bodies(body)).forEach(c -> constants.put(c, new Hlo("%argc", c.type())));
    }
    new GraphLowering(builder, constants).lower(node.op(), operands, node.outputs(), node.name());
  }

  /// @param donated names of inputs whose memory the program may take for its results
  /// @throws TensorException when a node cannot be written; it names the node and the reason
  public static StableHloProgram emit(Graph graph, Set<String> donated) {
    for (Node node : graph.nodes()) {
      String reason = supports(node).reason();
      if (reason != null) {
        throw new TensorException(
            "graph " + graph.name() + ": node " + node.name() + " as StableHLO: " + reason);
      }
    }
    List<Value.Constant> large = List.copyOf(large(List.of(graph)));
    List<String> parameters = new ArrayList<>();
    List<Hlo> inputs = new ArrayList<>();
    graph
        .inputs()
        .forEach(
            input ->
                inputs.add(parameter(parameters, input.type(), donated.contains(input.name()))));
    Map<Value.Constant, Hlo> constants = new HashMap<>();
    large.forEach(c -> constants.put(c, parameter(parameters, c.type(), false)));
    HloBuilder builder = new HloBuilder();
    List<Hlo> results =
        new ArrayList<>(new GraphLowering(builder, constants).inline(graph, inputs));
    results.addAll(builder.checks());
    builder.end("func.return", results);
    String text =
        "module @"
            + symbol(graph.name())
            + " attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {\n"
            + "  func.func public @main("
            + String.join(", ", parameters)
            + ") -> "
            + HloTypes.tensors(results.stream().map(Hlo::type).toList())
            + " {\n"
            + builder.text()
            + "  }\n}\n";
    return new StableHloProgram(
        text, graph.parameters(), graph.outputTypes(), large, builder.failures());
  }

  /// @throws TensorException when a node cannot be written; it names the node and the reason
  public static StableHloProgram emit(Graph graph) {
    return emit(graph, Set.of());
  }

  private static Hlo parameter(List<String> parameters, TensorType type, boolean isDonated) {
    Hlo parameter = new Hlo("%arg" + parameters.size(), type);
    parameters.add(
        parameter.id()
            + ": "
            + HloTypes.tensor(type)
            + (isDonated ? " {jax.buffer_donor = true}" : ""));
    return parameter;
  }

  /// A name that MLIR takes without quotes.
  private static String symbol(String name) {
    String plain =
        name.chars()
            .mapToObj(c -> c < 128 && Character.isLetterOrDigit(c) ? (char) c + "" : "_")
            .collect(Collectors.joining());
    return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "m_" + plain : plain;
  }

  private static List<Graph> bodies(Structured.Body op) {
    List<Graph> graphs = new ArrayList<>();
    var bodies =
        switch (op) {
          case Structured.If(var then, var otherwise) -> List.of(then, otherwise);
          case Structured.While(var condition, var body) -> List.of(condition, body);
          case Structured.Call(var body) -> List.of(body);
          case Structured.Fused(var body) -> List.of(body);
        };
    for (var body : bodies) {
      if (body instanceof Graph graph) {
        graphs.add(graph);
      }
    }
    return graphs;
  }

  /// The constants of graphs and their subgraphs that are too large for a text.
  private static Set<Value.Constant> large(List<Graph> graphs) {
    Set<Value.Constant> found = new LinkedHashSet<>();
    for (Graph graph : graphs) {
      graph.constants().stream()
          .filter(constant -> constant.type().shape().size() > INLINE_ELEMENTS)
          .forEach(found::add);
      for (Node node : graph.nodes()) {
        if (node.op() instanceof Structured.Body body) {
          found.addAll(large(bodies(body)));
        }
      }
    }
    return found;
  }
}
