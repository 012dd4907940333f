package dev.tendril.formats.tflite;

import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model keeps from run to run. Each state is an input of the graph, after those of the
/// model, and an output, after its outputs: its value at the end, for the next run.
final class States {
  private final boolean outermost;
  private final Map<String, Value.Input> before = new LinkedHashMap<>();
  private final Map<String, Value> after = new LinkedHashMap<>();
  private final Map<String, Tensor> beginning = new LinkedHashMap<>();
  private final Map<String, TensorType> kept = new LinkedHashMap<>();

  States() {
    this(true);
  }

  private States(boolean outermost) {
    this.outermost = outermost;
  }

  /// Those of a subgraph that is called: there may be none.
  States inner() {
    return new States(false);
  }

  /// The value of a state at this place of the run.
  ///
  /// @param label what an input for it is called
  Value read(GraphImport graph, String key, String label, TensorType type) {
    Value now = after.get(key);
    return now == null ? input(graph, key, label, type) : now;
  }

  private Value.Input input(GraphImport graph, String key, String label, TensorType type) {
    if (!outermost) {
      throw new FormatException(
          "the state " + label + " in a subgraph that is called; expected states in the main one");
    }
    Value.Input known = before.get(key);
    if (known == null) {
      known = graph.input(label.isEmpty() ? "state" : label, type);
      before.put(key, known);
    }
    return known;
  }

  void change(String key, Value value) {
    if (!outermost) {
      throw new FormatException("a state is changed in a subgraph that is called");
    }
    after.put(key, value);
  }

  /// The values of states that were changed, by their keys.
  Map<String, Value> changed() {
    return after;
  }

  /// Says what a state is before the first run, where that is not zero.
  void begin(String key, Tensor tensor) {
    beginning.put(key, tensor);
  }

  /// Adds the outputs, and notes which input is which output in the next run.
  void finish(GraphImport graph, Map<String, Value> outputs, Map<String, String> notes) {
    after.forEach((key, value) -> input(graph, key, key, value.type()));
    before.forEach(
        (key, input) -> {
          String next = input.name() + "/next";
          while (outputs.containsKey(next)) {
            next += "_";
          }
          notes.put(GraphExport.STATE + input.name(), next);
          outputs.put(next, after.getOrDefault(key, input));
          kept.put(key, input.type());
        });
  }

  /// Zero, as the type stands for it.
  private static Tensor zeros(TensorType type) {
    Quant quant = type.quant();
    if (quant == null || quant.zeroPoint() == 0) {
      return Tensor.zeros(type);
    }
    double[] values = new double[Math.toIntExact(type.shape().size())];
    Arrays.fill(values, quant.zeroPoint());
    return Tensor.of(type, values);
  }

  /// The states before the first run, in the order of their inputs.
  List<Tensor> first() {
    List<Tensor> first = new ArrayList<>();
    kept.forEach(
        (key, type) -> {
          Tensor known = beginning.get(key);
          first.add(known == null ? zeros(type) : known);
        });
    return List.copyOf(first);
  }
}
