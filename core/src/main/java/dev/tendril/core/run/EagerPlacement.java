package dev.tendril.core.run;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.place.Fallbacks;
import dev.tendril.core.place.Placement;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.Executable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Computes single ops where there are other devices than the host's. An op on them is a graph of
/// one node, made ready once.
final class EagerPlacement {
  private static final int KEPT = 4096;
  private static final CompileOptions PLAIN = CompileOptions.DEFAULT.withRewrite(false);
  private static final ConcurrentMap<Key, Chosen> CHOSEN = new ConcurrentHashMap<>();

  private EagerPlacement() {}

  /// @param wanted the device that was asked for; null for the best
  private record Key(
      Registry registry, Op op, List<TensorType> types, @Nullable DeviceName wanted) {}

  /// @param executable null for the host
  private record Chosen(Node node, @Nullable Executable executable) {}

  /// The results; none when the host is to compute them, in its own way.
  static List<Tensor> run(Registry registry, Op op, List<TensorType> types, List<Tensor> operands) {
    Key key = new Key(registry, op, types, Scope.wanted());
    Chosen chosen = CHOSEN.get(key);
    if (chosen == null) {
      chosen = choose(key);
      if (CHOSEN.size() >= KEPT) {
        CHOSEN.clear();
      }
      CHOSEN.put(key, chosen);
    }
    if (chosen.executable != null) {
      return chosen.executable.run(operands);
    }
    if (key.wanted == null) {
      for (Tensor operand : operands) {
        if (operand.remote() != null) {
          Fallbacks.implicit(
              registry.softPlacement(),
              chosen.node,
              DeviceName.parse(operand.device()).toString(),
              DeviceName.HOST.toString());
          break;
        }
      }
    }
    return List.of();
  }

  private static Chosen choose(Key key) {
    GraphBuilder builder = Graph.builder(key.op.name());
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < key.types.size(); i++) {
      inputs.add(builder.input("x" + i, key.types.get(i)));
    }
    List<Value> results = builder.add(key.op, inputs);
    for (int i = 0; i < results.size(); i++) {
      builder.output("y" + i, results.get(i));
    }
    Graph graph = builder.build();
    Node node = graph.nodes().getFirst();
    Device device = Placement.of(graph, key.registry, key.wanted).device(node);
    if (device.equals(key.registry.host())) {
      if (!device.supports(node).isYes()) {
        throw new TensorException(node + ": " + device.supports(node).reason());
      }
      return new Chosen(node, null);
    }
    return new Chosen(node, device.compile(graph, PLAIN));
  }
}
