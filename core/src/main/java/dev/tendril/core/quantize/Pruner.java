package dev.tendril.core.quantize;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes weights away that matter least: those of least magnitude in each layer, two of every four,
/// or whole output channels, which makes the graph smaller.
///
/// Single weights become 0 where they are: files compress, and kernels for sparse weights gain. Of
/// a channel nothing is left: filters that make it, and weights of all that read it. That goes
/// where the channel reaches only ops that keep channels apart, and at last other weights; the
/// layers before a sum or an output keep all of theirs. Channels go by the sum of the magnitudes of
/// their filter (Li et al. 2017, "Pruning Filters for Efficient ConvNets").
public final class Pruner {
  private Pruner() {}

  /// Sets the weights of least magnitude of each layer to 0.
  ///
  /// @param sparsity the share of each layer's weights, at least 0 and below 1
  public static Pruned magnitude(Graph graph, double sparsity) {
    share(sparsity);
    return zeroed(
        graph,
        (values, node) -> {
          float[] sizes = new float[values.length];
          for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.abs(values[i]);
          }
          Arrays.sort(sizes);
          int gone = (int) Math.round(sparsity * values.length);
          float limit = gone == 0 ? -1 : sizes[gone - 1];
          for (int i = 0; i < values.length && gone > 0; i++) {
            if (Math.abs(values[i]) <= limit) {
              values[i] = 0;
              gone--;
            }
          }
        });
  }

  /// Sets two of every four weights to 0 that are multiplied with neighboring inputs: those of
  /// least magnitude.
  public static Pruned twoOfFour(Graph graph) {
    return zeroed(
        graph,
        (values, node) -> {
          Shape shape = node.inputs().get(1).type().shape();
          boolean columns = node.op() instanceof Contract.MatMul product && !product.transposeB();
          int step = columns ? shape.dim(-1) : 1;
          int length = columns ? shape.dim(-2) : shape.dim(-1);
          for (int line = 0; line < values.length / length; line++) {
            int first = columns ? line / step * step * length + line % step : line * length;
            for (int group = 0; group + 4 <= length; group += 4) {
              leastTwo(values, first + group * step, step);
            }
          }
        });
  }

  private static void leastTwo(float[] values, int first, int step) {
    for (int i = 0; i < 4; i++) {
      int larger = 0;
      for (int k = 0; k < 4; k++) {
        float a = Math.abs(values[first + i * step]);
        float b = Math.abs(values[first + k * step]);
        larger += b > a || (b == a && k < i && b != 0) ? 1 : 0;
      }
      if (larger >= 2) {
        values[first + i * step] = 0;
      }
    }
  }

  private static void share(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "a sparsity of " + value + "; expected a share of at least 0 and below 1");
    }
  }

  private interface Zeroing {
    void apply(float[] values, Node node);
  }

  /// The weights of a node with constant ones; null for others.
  static Value.@Nullable Constant weights(Node node) {
    return node.op() instanceof Contract
            && node.inputs().size() > 1
            && node.inputs().get(1) instanceof Value.Constant constant
            && constant.type().dtype().isFloat()
        ? constant
        : null;
  }

  private static Pruned zeroed(Graph graph, Zeroing zeroing) {
    Graph floats = Preparation.floats(graph);
    Map<Value, Tensor> changed = new HashMap<>();
    List<Pruned.Layer> layers = new ArrayList<>();
    for (Node node : floats.nodes()) {
      Value.Constant weights = weights(node);
      if (weights == null) {
        continue;
      }
      float[] values = weights.tensor().toFloatArray();
      if (!changed.containsKey(weights)) {
        zeroing.apply(values, node);
        changed.put(weights, Tensor.of(values, weights.type().shape().dims()));
      }
      layers.add(layer(node, values.length, changed.getOrDefault(weights, weights.tensor())));
    }
    Map<String, Value> made = new LinkedHashMap<>();
    Graph pruned =
        new Rebuild(floats)
            .write(
                (node, operand) ->
                    node.inputs().get(operand) instanceof Value.Constant constant
                        ? changed.getOrDefault(constant, constant.tensor())
                        : null,
                Node::op,
                made);
    return new Pruned(pruned, floats, layers, made);
  }

  private static Pruned.Layer layer(Node node, long before, Tensor tensor) {
    long after = 0;
    for (float value : tensor.toFloatArray()) {
      after += value == 0 ? 0 : 1;
    }
    return new Pruned.Layer(node.name(), node.op().name(), before, after);
  }

  /// Takes output channels away whose filters have the least magnitude.
  ///
  /// @param share of each layer's channels where they can go, at least 0 and below 1; one stays
  public static Pruned channels(Graph graph, double share) {
    share(share);
    Graph floats = Preparation.floats(graph);
    ChannelCuts cuts = new ChannelCuts(floats);
    for (Node node : floats.nodes()) {
      cuts.cut(node, share);
    }
    Map<String, Value> made = new LinkedHashMap<>();
    Graph smaller = cuts.apply(made);
    Map<String, Node> nodes = new HashMap<>();
    smaller.nodes().forEach(node -> nodes.put(node.name(), node));
    List<Pruned.Layer> layers = new ArrayList<>();
    for (Node node : floats.nodes()) {
      Value.Constant before = weights(node);
      Node now = nodes.get(node.name());
      Value.Constant after = now == null ? null : weights(now);
      if (before != null && after != null) {
        layers.add(layer(node, before.type().shape().size(), after.tensor()));
      }
      if (now == null || !now.outputs().equals(node.outputs())) {
        made.remove(node.name());
      }
    }
    return new Pruned(smaller, floats, layers, made);
  }
}
