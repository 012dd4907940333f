package dev.tendril.formats.onnx;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.graph.Layouts;
import dev.tendril.formats.graph.Lowering;
import dev.tendril.formats.graph.RealNumbers;
import dev.tendril.formats.onnx.proto.GraphProto;
import dev.tendril.formats.onnx.proto.NodeProto;
import dev.tendril.formats.onnx.proto.TensorShapeProto;
import dev.tendril.formats.onnx.proto.TypeProto;
import dev.tendril.formats.onnx.proto.ValueInfoProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes a graph of the format of one of Tendril's.
///
/// Convolutions have channels first there and last here. A value has a name for each order of axes
/// that somebody needs; the other is made by a transpose when it is first asked for. Ops that do
/// not care go on in the order that is there, so that there are transposes only at the borders.
final class OnnxExport {
  private final Graph graph;
  private final GraphProto.Builder proto = GraphProto.newBuilder();
  private final Map<Value, String> names = new HashMap<>();
  private final Map<Value, String> firsts = new HashMap<>();
  private final IdentityHashMap<Tensor, String> constants = new IdentityHashMap<>();
  private final Set<String> taken;
  private final Map<String, Integer> counts = new HashMap<>();

  private OnnxExport(Graph graph, Set<String> taken) {
    this.graph = graph;
    this.taken = taken;
  }

  static GraphProto write(Graph graph) {
    Graph real = RealNumbers.between(graph);
    Graph lowered = Lowering.lower(real, OnnxWriters::has);
    OnnxExport export = new OnnxExport(lowered, new HashSet<>(lowered.outputNames()));
    for (Value.Input input : lowered.inputs()) {
      String name = export.free(input.name());
      export.names.put(input, name);
      export.proto.addInput(info(name, input.type()));
    }
    String description = graph.notes().get("description");
    if (description != null) {
      export.proto.setDocString(description);
    }
    return export.build();
  }

  /// A graph within this one, which takes its operands from here by their names.
  GraphProto inner(Graph body, List<Value> operands) {
    Graph real = RealNumbers.between(body);
    Graph lowered = Lowering.lower(real, OnnxWriters::has);
    OnnxExport export = new OnnxExport(lowered, taken);
    for (int i = 0; i < operands.size(); i++) {
      export.names.put(lowered.inputs().get(i), last(operands.get(i)));
    }
    return export.build();
  }

  private GraphProto build() {
    proto.setName(graph.name());
    for (Node node : graph.nodes()) {
      try {
        OnnxWriters.write(new OnnxWriter(this, node));
      } catch (TensorException e) {
        throw Lowering.refusal(node, String.valueOf(e.getMessage()));
      }
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      String name = graph.outputNames().get(i);
      String output = taken.add(name) || isOuter() ? name : free(name);
      emit("Identity", List.of(last(graph.outputs().get(i))), NodeAttributes.none(), output);
      proto.addOutput(info(output, graph.outputTypes().get(i)));
    }
    return proto.build();
  }

  private boolean isOuter() {
    return proto.getInputCount() > 0 || graph.inputs().isEmpty();
  }

  private static ValueInfoProto info(String name, TensorType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    int axis = 0;
    for (int dim : type.shape().dims()) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim == Shape.ANY ? one.setDimParam(name + "_" + axis) : one.setDimValue(dim));
      axis++;
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxTypes.number(type.dtype()))
                        .setShape(shape)))
        .build();
  }

  private String free(String wanted) {
    String found = wanted;
    while (!taken.add(found)) {
      found = wanted + "_" + counts.merge(wanted, 1, Integer::sum);
    }
    return found;
  }

  /// Whether a value is there with channels first only.
  boolean isFirst(Value value) {
    return firsts.containsKey(value) && !names.containsKey(value);
  }

  /// The name of a value as it is in Tendril.
  String last(Value value) {
    String known = names.get(value);
    if (known != null) {
      return known;
    }
    if (value instanceof Value.Constant(String name, Tensor tensor)) {
      String made = constant(name, tensor);
      names.put(value, made);
      return made;
    }
    String first = firsts.get(value);
    if (first == null) {
      throw new TensorException(value.name() + " is used before it is computed");
    }
    String made = transposed(first, Layouts.toLast(value.type().shape().rank()), value.name());
    names.put(value, made);
    return made;
  }

  /// The name of a value with channels first.
  String first(Value value) {
    String known = firsts.get(value);
    if (known != null) {
      return known;
    }
    int[] axes = Layouts.toFirst(value.type().shape().rank());
    String made =
        value instanceof Value.Constant(String name, Tensor tensor)
            ? constant(name, MoveNodes.transposed(tensor, axes))
            : transposed(last(value), axes, value.name());
    firsts.put(value, made);
    return made;
  }

  private String transposed(String name, int[] axes, String label) {
    NodeAttributes order = NodeAttributes.none().with("perm", Arrays.stream(axes).boxed().toList());
    return emit("Transpose", List.of(name), order, free(label));
  }

  String constant(String name, Tensor tensor) {
    String known = constants.get(tensor);
    if (known == null) {
      known = free(name);
      proto.addInitializer(OnnxTensors.write(known, tensor));
      constants.put(tensor, known);
    }
    return known;
  }

  /// A node with one result.
  String emit(String type, List<String> inputs, NodeAttributes attributes, String output) {
    return emitAll(type, inputs, attributes, List.of(output)).getFirst();
  }

  List<String> emitAll(
      String type, List<String> inputs, NodeAttributes attributes, List<String> outputs) {
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(outputs.getFirst())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(attributes.list()));
    return outputs;
  }

  String named(String wanted) {
    return free(wanted);
  }

  void give(Value value, String name, boolean first) {
    (first ? firsts : names).put(value, name);
  }
}
