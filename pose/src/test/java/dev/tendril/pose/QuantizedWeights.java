package dev.tendril.pose;

import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.pose.movenet.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the integers of the published quantized network stand for, layer by layer: layers are found
/// by their shapes and by what they follow, in the order of the file, which has regressions last.
final class QuantizedWeights implements Weights {
  private final Map<String, Tensor> tensors = new HashMap<>();

  QuantizedWeights(Graph published, Graph network) {
    Map<String, List<Node>> layers = new HashMap<>();
    for (Node node : published.nodes()) {
      if (isLayer(node)) {
        layers.computeIfAbsent(key(node), _ -> new ArrayList<>()).add(node);
      }
    }
    List<Node> ordered = new ArrayList<>(network.nodes());
    ordered.sort(Comparator.comparing(node -> node.name().startsWith("regress")));
    for (Node node : ordered) {
      if (isLayer(node)) {
        Node source = Objects.requireNonNull(layers.get(key(node))).removeFirst();
        tensors.put(node.name() + "/kernel", floats(source.inputs().get(1), source, -1));
        if (node.inputs().size() > 2) {
          tensors.put(node.name() + "/bias", floats(source.inputs().get(2), source, 0));
        }
      }
    }
    layers.forEach(
        (key, rest) -> {
          if (!rest.isEmpty()) {
            throw new IllegalStateException("layers left over: " + key);
          }
        });
  }

  private static boolean isLayer(Node node) {
    return node.op() instanceof Contract.Conv || node.op() instanceof Contract.DepthwiseConv;
  }

  private static String key(Node node) {
    Value x = node.inputs().getFirst();
    boolean after = x instanceof Value.Result r && r.node().op() instanceof Contract.DepthwiseConv;
    return node.op().name() + node.inputs().get(1).type().shape() + x.type().shape() + after;
  }

  private static Quant quant(Value value) {
    return Objects.requireNonNull(value.type().quant());
  }

  /// @param axis of the scales of a bias, which are those of its products; -1 for a filter
  private static Tensor floats(Value value, Node node, int axis) {
    Tensor tensor = ((Value.Constant) value).tensor();
    Quant own = quant(value);
    Quant x = quant(node.inputs().get(0));
    Quant weights = quant(node.inputs().get(1));
    Shape shape = tensor.shape();
    long inner = axis == 0 || weights.axis() == shape.rank() - 1 ? 1 : shape.size() / shape.dim(0);
    float[] numbers = new float[(int) shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      int channel = (int) (i / inner % weights.scales().length);
      double scale = weights.scales()[channel];
      numbers[i] =
          (float)
              (axis == 0
                  ? tensor.getLong(i) * (double) x.scale() * scale
                  : (tensor.getLong(i) - own.zeroPoint()) * scale);
    }
    return Tensor.of(numbers, shape.dims());
  }

  @Override
  public Tensor get(String name, int... shape) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
