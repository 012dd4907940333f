package dev.tendril.formats.tensorflow;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.Lowering;
import dev.tendril.formats.tensorflow.proto.AttrValue;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes a graph in the words of TensorFlow. Constants are nodes without data, which are given by
/// the name of the node.
final class TfExport {
  private final List<NodeDef> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final IdentityHashMap<Tensor, String> known = new IdentityHashMap<>();
  private final Map<Value, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();

  private TfExport() {}

  static TfGraph write(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.inputTypes().stream().anyMatch(type -> type.quant() != null)
          || node.outputs().stream().anyMatch(type -> type.quant() != null)) {
        throw Lowering.refusal(node, "quantized numbers, which the format has not");
      }
    }
    TfExport export = new TfExport();
    return export.build(Lowering.lower(graph, TfWriters::has));
  }

  private TfGraph build(Graph graph) {
    Map<String, TensorInfo> inputs = new LinkedHashMap<>();
    Map<String, TensorInfo> outputs = new LinkedHashMap<>();
    for (Value.Input input : graph.inputs()) {
      String name = free(input.name());
      TensorType type = input.type();
      TfAttributes attributes =
          TfAttributes.of("dtype", type.dtype())
              .with("shape", AttrValue.newBuilder().setShape(TfTypes.shape(type.shape())));
      names.put(input, emit("Placeholder", List.of(), attributes, name));
      inputs.put(input.name(), info(name + ":0", type));
    }
    for (Node node : graph.nodes()) {
      try {
        TfWriters.write(new TfWriter(this, node));
      } catch (TensorException e) {
        throw Lowering.refusal(node, String.valueOf(e.getMessage()));
      }
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      String output = graph.outputNames().get(i);
      String name = free(output);
      TfAttributes type = TfAttributes.of("T", value.type().dtype());
      emit("Identity", List.of(name(value)), type, name);
      outputs.put(output, info(name + ":0", value.type()));
    }
    return new TfGraph(nodes, constants, inputs, outputs, Map.of());
  }

  private static TensorInfo info(String name, TensorType type) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(TfTypes.type(type.dtype()))
        .setTensorShape(TfTypes.shape(type.shape()))
        .build();
  }

  /// A name of letters, digits and what else names of nodes may have.
  String free(String wanted) {
    String plain = wanted.replaceAll("[^A-Za-z0-9_./\\\\-]", "_");
    String legal = plain.matches("[A-Za-z0-9.].*") ? plain : "n" + plain;
    String found = legal;
    while (!taken.add(found)) {
      found = legal + "_" + counts.merge(legal, 1, Integer::sum);
    }
    return found;
  }

  String name(Value value) {
    String name = names.get(value);
    if (name != null) {
      return name;
    }
    if (value instanceof Value.Constant(String wanted, Tensor tensor)) {
      String made = constant(wanted, tensor);
      names.put(value, made);
      return made;
    }
    throw new FormatException(value.name() + " is used before it is computed");
  }

  String constant(String wanted, Tensor tensor) {
    String name = known.get(tensor);
    if (name == null) {
      name = free(wanted);
      Shape shape = tensor.shape();
      AttrValue.Builder empty = AttrValue.newBuilder();
      empty
          .getTensorBuilder()
          .setDtype(TfTypes.type(tensor.dtype()))
          .setTensorShape(TfTypes.shape(shape));
      TfAttributes attributes = TfAttributes.of("dtype", tensor.dtype()).with("value", empty);
      emit("Const", List.of(), attributes, name);
      constants.put(name, tensor);
      known.put(tensor, name);
    }
    return name;
  }

  String emit(String op, List<String> inputs, TfAttributes attributes, String name) {
    nodes.add(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes.values())
            .build());
    return name;
  }

  void give(Value value, String name) {
    names.put(value, name);
  }
}
