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
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Operator;
import dev.tendril.formats.tflite.Layout.Subgraph;
import dev.tendril.formats.tflite.Layout.TensorEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a graph of a subgraph of a `.tflite` file.
///
/// Operators of the format take many things as tensors that are attributes of Tendril's ops:
/// shapes, axes, paddings. Where they are constants, or follow from shapes that are known, they are
/// computed here; so a graph is made for given shapes of its inputs, and made anew for others.
///
/// What a model keeps from run to run (states of recurrences, variables) becomes an input and an
/// output of the graph: [States] joins them.
final class GraphImport {
  /// Integers that are computed while reading: shapes and the like, no data.
  private static final long FOLDED = 4096;

  private final Layout layout;
  private final int number;
  private final Subgraph subgraph;
  private final Set<Integer> within;
  private final States states;
  private final @Nullable Value[] values;
  private final Map<Integer, String> resources = new HashMap<>();
  private final List<Value.Input> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private GraphImport(Layout layout, int number, Set<Integer> outer, States states) {
    this.layout = layout;
    this.number = number;
    this.subgraph = layout.subgraphs().get(number);
    this.within = new HashSet<>(outer);
    this.states = states;
    this.values = new Value[subgraph.tensors().size()];
    if (!within.add(number)) {
      throw new FormatException("subgraph " + number + " calls itself");
    }
  }

  /// The graph of a subgraph.
  ///
  /// @param types of the inputs; null for those that the file says
  /// @param states gets the states of the graph
  static Graph graph(
      Layout layout,
      int number,
      List<String> inputNames,
      List<String> outputNames,
      @Nullable List<TensorType> types,
      States states) {
    GraphImport made = new GraphImport(layout, number, Set.of(), states);
    return made.build(inputNames, outputNames, types);
  }

  /// The graph of another subgraph, which is called from this one.
  Graph called(int other, List<TensorType> types) {
    GraphImport made = new GraphImport(layout, index(other), within, states.inner());
    return made.build(List.of(), List.of(), types);
  }

  private Graph build(
      List<String> inputNames, List<String> outputNames, @Nullable List<TensorType> types) {
    if (types != null && types.size() != subgraph.inputs().size()) {
      throw new FormatException(
          where() + ": " + types.size() + " types; it has " + subgraph.inputs().size() + " inputs");
    }
    for (int i = 0; i < subgraph.inputs().size(); i++) {
      int tensor = subgraph.inputs().get(i);
      TensorEntry entry = subgraph.tensors().get(tensor);
      String wanted = inputNames.isEmpty() ? entry.name() : inputNames.get(i);
      TensorType type = types == null ? type(entry, tensor) : types.get(i);
      if (types != null && type.quant() == null && type.dtype().isInteger()) {
        type = type.with(entry.quant());
      }
      Value.Input input = new Value.Input(free(wanted.isEmpty() ? "input" + i : wanted), type);
      inputs.add(input);
      values[tensor] = input;
    }
    for (int i = 0; i < subgraph.operators().size(); i++) {
      read(i, subgraph.operators().get(i));
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 0; i < subgraph.outputs().size(); i++) {
      int tensor = subgraph.outputs().get(i);
      String wanted =
          outputNames.isEmpty() ? subgraph.tensors().get(tensor).name() : outputNames.get(i);
      String name = wanted.isEmpty() ? "output" + i : wanted;
      for (int k = 1; outputs.containsKey(name); k++) {
        name = wanted + "_" + k;
      }
      outputs.put(name, value(tensor, "output " + i));
    }
    Map<String, String> notes = new LinkedHashMap<>();
    if (!layout.description().isEmpty()) {
      notes.put("description", layout.description());
    }
    states.finish(this, outputs, notes);
    String name = subgraph.name().isEmpty() ? "main" : subgraph.name();
    return new Graph(
        name, inputs, List.copyOf(outputs.values()), List.copyOf(outputs.keySet()), nodes, notes);
  }

  private String where() {
    return "subgraph " + number;
  }

  private void read(int index, Operator operator) {
    String place = where() + ", operator " + index + " (" + operator.name() + ")";
    try {
      Mapping.read(new OperatorImport(this, operator));
    } catch (FormatException e) {
      throw new FormatException(place + ": " + e.getMessage());
    } catch (TensorException e) {
      throw new FormatException(place + ": " + e.getMessage());
    }
  }

  TensorEntry entry(int tensor) {
    return subgraph.tensors().get(tensor);
  }

  /// The type that the file says.
  TensorType type(TensorEntry entry, int tensor) {
    try {
      DType dtype = entry.type().dtype();
      return new TensorType(
          dtype, Shape.of(entry.shape()), dtype.isInteger() ? entry.quant() : null);
    } catch (TensorException e) {
      throw new FormatException(named(tensor) + ": " + e.getMessage());
    }
  }

  private String named(int tensor) {
    return "tensor " + tensor + " (" + subgraph.tensors().get(tensor).name() + ")";
  }

  /// The value of a tensor.
  Value value(int tensor, String what) {
    Value value = values[tensor];
    if (value != null) {
      return value;
    }
    TensorEntry entry = subgraph.tensors().get(tensor);
    if (entry.data() != null) {
      Value constant = new Value.Constant(constantName(entry), constant(entry, tensor));
      values[tensor] = constant;
      return constant;
    }
    if (entry.variable()) {
      return state(tensor);
    }
    if (entry.shape().contains(0)) {
      Value none = new Value.Constant(constantName(entry), Tensor.zeros(type(entry, tensor)));
      values[tensor] = none;
      return none;
    }
    throw new FormatException(
        what + " is " + named(tensor) + ", which is neither computed before nor a constant");
  }

  /// The value of a tensor that is kept from run to run.
  Value state(int tensor) {
    Value known = values[tensor];
    if (known == null) {
      TensorEntry entry = subgraph.tensors().get(tensor);
      known = states.read(this, stateKey(tensor), entry.name(), type(entry, tensor));
      values[tensor] = known;
    }
    return known;
  }

  void changeState(int tensor, Value value) {
    values[tensor] = value;
    states.change(stateKey(tensor), value);
  }

  private static String stateKey(int tensor) {
    return "tensor " + tensor;
  }

  /// The value of a variable at this place of the run.
  Value read(String variable, TensorType type) {
    return states.read(this, variable, variable, type);
  }

  void assign(String variable, Value value) {
    states.change(variable, value);
  }

  /// Runs a subgraph that gives variables their first values.
  void initialize(int other) {
    States assigned = new States();
    GraphImport made = new GraphImport(layout, index(other), within, assigned);
    for (int i = 0; i < made.subgraph.operators().size(); i++) {
      made.read(i, made.subgraph.operators().get(i));
    }
    Map<String, Value> changed = assigned.changed();
    Graph graph =
        new Graph(
            "initialization",
            made.inputs,
            List.copyOf(changed.values()),
            List.copyOf(changed.keySet()),
            made.nodes,
            Map.of());
    if (!graph.inputs().isEmpty()) {
      throw new FormatException("an initialization that depends on what it initializes");
    }
    List<Tensor> values = graph.evaluate(List.of());
    int i = 0;
    for (String variable : changed.keySet()) {
      states.begin(variable, values.get(i++));
    }
  }

  private int index(int other) {
    if (other < 0 || other >= layout.subgraphs().size()) {
      throw new FormatException(
          "a call of subgraph " + other + "; there are " + layout.subgraphs().size());
    }
    return other;
  }

  /// An input for a state.
  Value.Input input(String name, TensorType type) {
    Value.Input input = new Value.Input(free(name), type);
    inputs.add(input);
    return input;
  }

  void give(int tensor, Value value) {
    values[tensor] = value;
  }

  /// Which variable a tensor of a resource is.
  Map<Integer, String> resources() {
    return resources;
  }

  private static String constantName(TensorEntry entry) {
    return entry.name().isEmpty() ? "c" : entry.name();
  }

  private Tensor constant(TensorEntry entry, int tensor) {
    MemorySegment data = entry.data();
    TensorType type = type(entry, tensor);
    if (data == null) {
      throw new FormatException(named(tensor) + " is no constant");
    }
    if (entry.sparsity() != null) {
      return dense(entry, type, data, tensor);
    }
    long bytes = type.bytes();
    if (data.byteSize() != bytes) {
      throw new FormatException(
          named(tensor) + " of type " + type + " with " + data.byteSize() + " bytes of data");
    }
    if (data.isNative() && data.address() % Math.max(type.dtype().bits() / 8, 1) == 0) {
      return Tensor.wrap(data, type);
    }
    Tensor copy = Tensor.allocate(type);
    copy.memory().copyFrom(data);
    return copy;
  }

  private Tensor dense(TensorEntry entry, TensorType type, MemorySegment data, int tensor) {
    long bytes = type.bytes();
    if (type.dtype().bits() < 8 || entry.sparsity() == null) {
      throw new FormatException(named(tensor) + ": a sparse constant of " + type);
    }
    if (bytes / 1024 > data.byteSize() + 1024) {
      throw new FormatException(
          named(tensor) + ": a sparse constant of " + data.byteSize() + " bytes for " + type);
    }
    Tensor dense = Tensor.zeros(type);
    try {
      SparseData.expand(
          entry.sparsity(), type.shape().dims(), type.dtype().bits() / 8, data, dense.memory());
    } catch (FormatException e) {
      throw new FormatException(named(tensor) + ": " + e.getMessage());
    }
    return dense;
  }

  /// Adds a node. Small integers of constants are computed at once.
  ///
  /// @param quants how results are quantized, null where it follows from the operands
  List<Value> add(
      String name, Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    List<TensorType> types =
        ShapeRules.infer(op, operands.stream().map(Value::type).toList(), quants);
    if (isFolded(op, operands, types)) {
      List<Value> results = new ArrayList<>();
      List<Tensor> tensors = new ArrayList<>();
      for (Value operand : operands) {
        if (operand instanceof Value.Constant constant) {
          tensors.add(constant.tensor());
        }
      }
      for (Tensor result : ReferenceKernels.run(op, tensors, types)) {
        results.add(new Value.Constant(name, result));
      }
      return results;
    }
    return add(name, op, operands, types, types.size());
  }

  private List<Value> add(
      String name, Op op, List<Value> operands, List<TensorType> types, int count) {
    Node node = new Node(free(name.isEmpty() ? op.name() : name), op, operands, types);
    nodes.add(node);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(node.output(i));
    }
    return results;
  }

  private static boolean isFolded(Op op, List<Value> operands, List<TensorType> types) {
    if (op instanceof Structured || op instanceof Custom) {
      return false;
    }
    for (Value operand : operands) {
      if (!(operand instanceof Value.Constant) || !isSmall(operand.type())) {
        return false;
      }
    }
    return types.stream().allMatch(GraphImport::isSmall);
  }

  private static boolean isSmall(TensorType type) {
    return !type.dtype().isFloat()
        && type.quant() == null
        && type.shape().isKnown()
        && type.shape().size() <= FOLDED;
  }

  /// Adds a node of a custom op, whose results have the types that the file says.
  List<Value> addCustom(String name, Custom op, List<Value> operands, List<TensorType> types) {
    return add(name, op, operands, types, types.size());
  }

  private String free(String wanted) {
    String found = wanted;
    for (int i = 1; !names.add(found); i++) {
      found = wanted + "_" + i;
    }
    return found;
  }
}
