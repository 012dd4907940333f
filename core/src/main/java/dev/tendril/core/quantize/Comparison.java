package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How much a graph lost when it became smaller: at its outputs, by class where samples have
/// labels, and layer by layer.
///
/// @param outcome what came out
/// @param layers the noise of each layer, in the order of the graph
public record Comparison(Outcome outcome, List<Layer> layers) {
  public Comparison {
    layers = List.copyOf(layers);
  }

  /// What came out.
  ///
  /// @param outputs the outputs that have elements
  /// @param before classes by the float graph; null without labels
  /// @param after classes by the other
  public record Outcome(
      List<Output> outputs, @Nullable ClassCounts before, @Nullable ClassCounts after) {
    public Outcome {
      outputs = List.copyOf(outputs);
    }

    /// What was lost, in percent: points of accuracy where there are labels, else of the outputs'
    /// ranges the greatest [Output#error].
    public double loss() {
      if (before != null && after != null) {
        return 100 * (before.accuracy() - after.accuracy());
      }
      return 100 * error();
    }

    /// The greatest error of an output as a fraction of its range.
    public double error() {
      return outputs.stream().mapToDouble(Output::error).max().orElse(0);
    }
  }

  /// How far an output is off.
  ///
  /// @param range of the float output over all samples
  /// @param mean the mean difference in size
  /// @param rms the root of the mean square of differences
  /// @param greatest the greatest difference
  public record Output(String name, Range range, double mean, double rms, double greatest) {
    /// [#rms] as a fraction of the range, zero being part of it.
    public double error() {
      double width = range.width();
      return width > 0 ? rms / width : rms;
    }
  }

  /// A layer's noise.
  ///
  /// @param node its name
  /// @param op the name of its op
  /// @param decibels the ratio of the squares of its values in float to those of the differences;
  ///     infinite without any
  public record Layer(String node, String op, double decibels) {}

  /// Compares a quantized graph with what it was made of.
  ///
  /// @param labels the class of each sample, or null
  /// @throws dev.tendril.core.TensorException when samples do not fit
  public static Comparison of(
      Quantized quantized, List<List<Tensor>> samples, int @Nullable [] labels) {
    return of(quantized.floats(), quantized.graph(), quantized.values(), samples, labels);
  }

  /// Compares what a graph gives, and what its nodes give on the way, with another.
  ///
  /// @param floats the one that is right
  /// @param values what first results of its nodes are in the other, by the node's name
  /// @param labels the class of each sample, or null
  /// @throws dev.tendril.core.TensorException when samples do not fit
  public static Comparison of(
      Graph floats,
      Graph graph,
      Map<String, Value> values,
      List<List<Tensor>> samples,
      int @Nullable [] labels) {
    Calibrator.check(floats, samples);
    Outcome outcome = new Reference(floats, samples, labels).compare(graph);
    return new Comparison(outcome, layers(floats, graph, values, samples));
  }

  private static final class Noise {
    private double signal;
    private double noise;

    void add(float[] expected, float[] found) {
      for (int i = 0; i < expected.length; i++) {
        double off = (double) found[i] - expected[i];
        signal += (double) expected[i] * expected[i];
        noise += off * off;
      }
    }

    double decibels() {
      return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }
  }

  private static List<Layer> layers(
      Graph floats, Graph graph, Map<String, Value> values, List<List<Tensor>> samples) {
    List<Node> nodes = new ArrayList<>();
    List<Value> before = new ArrayList<>();
    List<Value> after = new ArrayList<>();
    for (Node node : floats.nodes()) {
      Value value = values.get(node.name());
      boolean real = !node.outputs().isEmpty() && node.outputs().getFirst().dtype() == DType.F32;
      if (real && value != null && !(value instanceof Value.Constant)) {
        nodes.add(node);
        before.add(node.output());
        after.add(value);
      }
    }
    Probe first = new Probe(floats, before);
    Probe second = new Probe(graph, after);
    Map<Integer, Noise> noise = new HashMap<>();
    for (List<Tensor> sample : samples) {
      List<float[]> expected = new ArrayList<>();
      first.run(sample, (_, tensor) -> expected.add(Ends.reals(tensor)));
      int[] at = {0};
      second.run(
          Samples.fit(graph, sample),
          (_, tensor) -> {
            noise
                .computeIfAbsent(at[0], _ -> new Noise())
                .add(expected.get(at[0]), Ends.reals(tensor));
            at[0]++;
          });
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Noise one = noise.getOrDefault(i, new Noise());
      layers.add(new Layer(nodes.get(i).name(), nodes.get(i).op().name(), one.decibels()));
    }
    return layers;
  }
}
