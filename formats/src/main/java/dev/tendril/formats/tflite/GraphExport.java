package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Operator;
import dev.tendril.formats.tflite.Layout.Subgraph;
import dev.tendril.formats.tflite.Layout.TensorEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes subgraphs of a `.tflite` file of a graph: each node is an operator or several.
///
/// What a graph keeps from run to run by an input and an output ([States] notes which) is a tensor
/// that keeps its value, where the one operator that uses it has such.
final class GraphExport {
  /// The prefix of notes that name the output which is an input in the next run.
  static final String STATE = "state ";

  private final Graph graph;
  private final List<@Nullable Subgraph> subgraphs;
  private final List<TensorEntry> tensors = new ArrayList<>();
  private final List<Operator> operators = new ArrayList<>();
  private final Map<Value, Integer> numbers = new HashMap<>();
  private final IdentityHashMap<Tensor, Integer> constants = new IdentityHashMap<>();
  private final Set<Value> variables = new HashSet<>();
  private final List<String> inputNames = new ArrayList<>();
  private final List<String> outputNames = new ArrayList<>();

  private GraphExport(Graph graph, List<@Nullable Subgraph> subgraphs) {
    this.graph = graph;
    this.subgraphs = subgraphs;
  }

  static Layout layout(Graph graph) {
    List<@Nullable Subgraph> subgraphs = new ArrayList<>();
    subgraphs.add(null);
    GraphExport made = new GraphExport(graph, subgraphs);
    Subgraph main = made.build();
    subgraphs.set(0, main);
    Layout.Signature signature =
        new Layout.Signature(
            "serving_default",
            0,
            names(made.inputNames, main.inputs()),
            names(made.outputNames, main.outputs()));
    List<Subgraph> all = new ArrayList<>();
    for (Subgraph subgraph : subgraphs) {
      if (subgraph != null) {
        all.add(subgraph);
      }
    }
    String description = graph.notes().getOrDefault("description", "Written by Tendril.");
    return new Layout(description, all, List.of(signature), Map.of());
  }

  private static Map<String, Integer> names(List<String> names, List<Integer> tensors) {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      all.put(names.get(i), tensors.get(i));
    }
    return all;
  }

  private Subgraph build() {
    findVariables();
    List<Integer> inputs = new ArrayList<>();
    for (Value.Input input : graph.inputs()) {
      boolean variable = variables.contains(input);
      int tensor = add(input.name(), input.type(), null, variable);
      numbers.put(input, tensor);
      if (!variable) {
        inputs.add(tensor);
        inputNames.add(input.name());
      }
    }
    for (Node node : graph.nodes()) {
      try {
        Mapping.write(new OperatorExport(this, node));
      } catch (TensorException e) {
        throw new FormatException(
            "node " + node.name() + " (" + node.op().name() + "): " + e.getMessage());
      }
    }
    List<Integer> outputs = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      if (isNext(value)) {
        continue;
      }
      outputs.add(output(value, outputs));
      outputNames.add(graph.outputNames().get(i));
    }
    return compact(inputs, outputs);
  }

  /// The subgraph without tensors that nothing uses, such as weights that are written with other
  /// axes.
  private Subgraph compact(List<Integer> inputs, List<Integer> outputs) {
    Set<Integer> used = new TreeSet<>(inputs);
    used.addAll(outputs);
    for (Operator operator : operators) {
      used.addAll(operator.inputs());
      used.addAll(operator.outputs());
    }
    Map<Integer, Integer> places = new HashMap<>();
    List<TensorEntry> kept = new ArrayList<>();
    for (int tensor : used) {
      places.put(tensor, kept.size());
      kept.add(tensors.get(tensor));
    }
    List<Operator> moved = new ArrayList<>();
    for (Operator operator : operators) {
      moved.add(
          new Operator(
              operator.builtin(),
              operator.custom(),
              operator.version(),
              moved(operator.inputs(), places),
              moved(operator.outputs(), places),
              operator.options(),
              operator.customOptions(),
              List.of()));
    }
    return new Subgraph(graph.name(), kept, moved(inputs, places), moved(outputs, places), moved);
  }

  private static List<Integer> moved(List<Integer> numbers, Map<Integer, Integer> places) {
    List<Integer> moved = new ArrayList<>();
    for (int number : numbers) {
      moved.add(places.getOrDefault(number, number));
    }
    return moved;
  }

  /// An output is computed, and another tensor than other outputs.
  private int output(Value value, List<Integer> before) {
    int tensor = number(value);
    if (value instanceof Value.Result && !before.contains(tensor)) {
      return tensor;
    }
    int copy = add(value.name() + "/copy", value.type(), null, false);
    int[] dims = value.type().shape().dims();
    int shape = constant(Tensor.vector(dims));
    emit("RESHAPE", 1, Map.of("new_shape", dims), List.of(tensor, shape), List.of(copy));
    return copy;
  }

  /// States of filters: used by them alone, and changed by them alone.
  private void findVariables() {
    graph
        .notes()
        .forEach(
            (key, output) -> {
              if (!key.startsWith(STATE)) {
                return;
              }
              Value.Input input = graph.input(key.substring(STATE.length()));
              int index = graph.outputNames().indexOf(output);
              if (input != null
                  && index >= 0
                  && graph.outputs().get(index) instanceof Value.Result(Node node, int result)
                  && result == 1
                  && node.op() instanceof Structured.Svdf
                  && node.inputs().get(4).equals(input)) {
                variables.add(input);
                variables.add(graph.outputs().get(index));
              }
            });
  }

  private boolean isNext(Value value) {
    return value instanceof Value.Result && variables.contains(value);
  }

  boolean isVariable(Value value) {
    return variables.contains(value);
  }

  /// The tensor of a value.
  int number(Value value) {
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    if (value instanceof Value.Constant constant) {
      int number = constant(constant.tensor(), constant.name());
      numbers.put(value, number);
      return number;
    }
    throw new FormatException(value.name() + " is used before it is computed");
  }

  void put(Value value, int tensor) {
    numbers.put(value, tensor);
  }

  int constant(Tensor tensor) {
    return constant(tensor, "c" + tensors.size());
  }

  private int constant(Tensor tensor, String name) {
    Integer known = constants.get(tensor);
    if (known != null) {
      return known;
    }
    int number = add(name, tensor.type(), tensor.memory(), false);
    constants.put(tensor, number);
    return number;
  }

  /// The values of a tensor; null where they are computed.
  @Nullable Tensor tensorOrNull(int number) {
    for (Map.Entry<Tensor, Integer> entry : constants.entrySet()) {
      if (entry.getValue() == number) {
        return entry.getKey();
      }
    }
    return null;
  }

  int add(String name, TensorType type) {
    return add(name, type, null, false);
  }

  private int add(String name, TensorType type, @Nullable MemorySegment data, boolean variable) {
    List<Integer> shape = new ArrayList<>();
    List<Integer> signature = new ArrayList<>();
    for (int dim : type.shape().dims()) {
      shape.add(dim == Shape.ANY ? 1 : dim);
      signature.add(dim);
    }
    Quant quant = type.quant();
    tensors.add(
        new TensorEntry(
            name,
            ElementType.of(type.dtype()),
            shape,
            type.shape().isKnown() ? List.of() : signature,
            data,
            quant,
            null,
            null,
            variable));
    return tensors.size() - 1;
  }

  TensorType type(int tensor) {
    TensorEntry entry = tensors.get(tensor);
    DType dtype = entry.type().dtype();
    return new TensorType(dtype, Shape.of(entry.shape()), entry.quant());
  }

  void emit(
      String builtin,
      int version,
      Map<String, Object> options,
      List<Integer> inputs,
      List<Integer> outputs) {
    Schema.Builtin operator = Schema.builtin(builtin);
    Schema.Table table = operator.options();
    operators.add(
        new Operator(
            operator,
            "",
            version,
            inputs,
            outputs,
            table == null ? Options.NONE : new Options(table, options),
            new byte[0],
            List.of()));
  }

  void emitCustom(String name, byte[] options, List<Integer> inputs, List<Integer> outputs) {
    operators.add(
        new Operator(
            Schema.builtin("CUSTOM"), name, 1, inputs, outputs, Options.NONE, options, List.of()));
  }

  /// Another subgraph of the file; its number.
  int subgraph(Graph other) {
    int number = subgraphs.size();
    subgraphs.add(null);
    subgraphs.set(number, new GraphExport(other, subgraphs).build());
    return number;
  }

  /// The nodes of another graph among those of this one.
  List<Integer> inline(Graph other, List<Integer> operands) {
    List<Value.Input> inputs = other.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      numbers.put(inputs.get(i), operands.get(i));
    }
    for (Node node : other.nodes()) {
      Mapping.write(new OperatorExport(this, node));
    }
    return other.outputs().stream().map(this::number).toList();
  }
}
