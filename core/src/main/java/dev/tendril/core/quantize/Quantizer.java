package dev.tendril.core.quantize;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Quantizes graphs of floats after training.
///
/// ```java
/// List<List<Tensor>> samples = Samples.of(graph, Npy.read(Path.of("samples.npy")));
/// Quantized small = Quantizer.quantize(graph, samples, QuantizeOptions.INT8);
/// TfliteModel.of(small.graph()).write(Path.of("small.tflite"));
/// ```
///
/// Values become integers by scales that the samples tell, weights by scales of their channels, as
/// TensorFlow Lite's specification of 8-bit quantization has it. What has no kernel for integers,
/// and what the options keep, is computed in float, with conversions around it.
///
/// One quantizer sees the samples once, and quantizes in any ways that differ in what is kept.
/// Thread-safe, since immutable.
public final class Quantizer {
  private static final String STATE = "state ";

  private final Graph graph;
  private final QuantizeOptions options;
  private final Calibrator.Statistics statistics;

  private Quantizer(Graph graph, QuantizeOptions options, Calibrator.Statistics statistics) {
    this.graph = graph;
    this.options = options;
    this.statistics = statistics;
  }

  /// Quantizes a graph.
  ///
  /// @param samples tensors for its inputs, several times; of modes that need no calibration none
  ///     are looked at
  /// @throws TensorException when the graph is quantized already, there are no samples, one does
  ///     not fit, or there is no node of a name that is to be kept
  public static Quantized quantize(
      Graph graph, List<List<Tensor>> samples, QuantizeOptions options) {
    return of(graph, samples, options).quantize(options.keep());
  }

  /// A quantizer of a graph.
  public static Quantizer of(Graph graph, List<List<Tensor>> samples, QuantizeOptions options) {
    if (!options.mode().needsCalibration()) {
      return new Quantizer(Preparation.floats(graph), options, Calibrator.Statistics.NONE);
    }
    Graph parts = Preparation.parts(graph);
    return new Quantizer(parts, options, Calibrator.run(parts, samples, options));
  }

  /// Checks that a graph is one of floats.
  ///
  /// @throws TensorException when it is quantized already
  public static void requireFloats(Graph graph) {
    Preparation.refuseQuantized(graph);
  }

  /// The graph in float whose nodes can be kept.
  public Graph floats() {
    return graph;
  }

  /// The ranges that were found, by the names of inputs and nodes.
  public Map<String, Range> ranges() {
    Map<String, Range> named = new LinkedHashMap<>();
    for (Value value : Probe.floats(graph)) {
      Range range = statistics.ranges().get(value);
      if (range != null) {
        named.put(value.name(), range);
      }
    }
    return named;
  }

  /// Quantizes all nodes that can be but some.
  ///
  /// @param keep their names
  /// @throws TensorException when there is no node of a name
  public Quantized quantize(Set<String> keep) {
    Set<String> unknown = new HashSet<>(keep);
    graph.nodes().forEach(node -> unknown.remove(node.name()));
    if (!unknown.isEmpty()) {
      throw new TensorException(
          "keeping "
              + unknown.stream().sorted().toList()
              + " of graph "
              + graph.name()
              + " in float: no such node; it has "
              + graph.nodes().stream().map(Node::name).limit(20).toList()
              + (graph.nodes().size() > 20 ? " and more" : ""));
    }
    QuantizeOptions chosen = options.withKeep(keep);
    Map<String, Value> values = new LinkedHashMap<>();
    List<Quantized.Decision> decisions = new ArrayList<>();
    if (!options.mode().needsCalibration()) {
      Graph written = StoredWeights.write(graph, chosen, values, decisions);
      return new Quantized(written, graph, chosen, decisions, values);
    }
    Scales scales = new Scales(graph, statistics.ranges(), chosen);
    Graph written = IntegerGraph.write(graph, scales, statistics, chosen, values);
    for (Node node : graph.nodes()) {
      Treatment treatment = scales.treatment(node);
      if (!(treatment instanceof Treatment.Plain)) {
        String reason = treatment instanceof Treatment.Real(String why) ? why : "";
        decisions.add(new Quantized.Decision(node.name(), node.op().name(), reason));
      }
    }
    return new Quantized(written, graph, chosen, decisions, values);
  }

  /// The inputs of a graph that are outputs of its last run.
  static Set<String> states(Graph graph) {
    return graph.notes().keySet().stream()
        .filter(key -> key.startsWith(STATE))
        .map(key -> key.substring(STATE.length()))
        .collect(Collectors.toSet());
  }
}
