package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.onnx.proto.GraphProto;
import dev.tendril.formats.onnx.proto.NodeProto;
import dev.tendril.formats.onnx.proto.TensorProto;
import dev.tendril.formats.onnx.proto.TensorShapeProto;
import dev.tendril.formats.onnx.proto.TypeProto;
import dev.tendril.formats.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a graph of one of a file. Operands that Tendril has as attributes (shapes, axes, paddings)
/// are computed here, so a graph is made for given shapes of its inputs.
final class OnnxImport {
  private static final int DEEPEST = 16;

  private final GraphProto proto;
  private final OnnxTensors tensors;
  private final int version;
  private final @Nullable OnnxImport outer;
  private final GraphDraft draft;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, String> missing = new HashMap<>();
  private final int depth;

  private OnnxImport(
      GraphProto proto, OnnxTensors tensors, int version, @Nullable OnnxImport outer, long budget) {
    this.proto = proto;
    this.tensors = tensors;
    this.version = version;
    this.outer = outer;
    this.draft = new GraphDraft(budget);
    this.depth = outer == null ? 0 : outer.depth + 1;
    if (depth > DEEPEST) {
      throw new FormatException("graphs within graphs, more than " + DEEPEST + " deep");
    }
    for (TensorProto tensor : proto.getInitializerList()) {
      constants.put(tensor.getName(), tensor);
    }
  }

  /// The graph of a model.
  ///
  /// @param types of the inputs; null for those that the file says, where extents that it leaves
  ///     open are 1
  /// @param budget the bytes that constants may take that are computed while reading
  static Graph graph(
      GraphProto proto,
      OnnxTensors tensors,
      int version,
      @Nullable List<TensorType> types,
      long budget) {
    OnnxImport made = new OnnxImport(proto, tensors, version, null, budget);
    return made.build(types);
  }

  private Graph build(@Nullable List<TensorType> types) {
    List<ValueInfoProto> inputs =
        proto.getInputList().stream().filter(i -> !constants.containsKey(i.getName())).toList();
    if (types != null && types.size() != inputs.size()) {
      throw new FormatException(
          types.size() + " types; the model has " + inputs.size() + " inputs");
    }
    for (int i = 0; i < inputs.size(); i++) {
      ValueInfoProto info = inputs.get(i);
      TensorType type = types == null ? type(info) : types.get(i);
      if (values.put(info.getName(), draft.input(info.getName(), type)) != null) {
        throw new FormatException("the input " + info.getName() + " occurs twice");
      }
    }
    nodes();
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (ValueInfoProto output : proto.getOutputList()) {
      outputs.put(output.getName(), value(output.getName()));
    }
    String name = proto.getName().isEmpty() ? "main" : proto.getName();
    Map<String, String> notes =
        proto.getDocString().isEmpty() ? Map.of() : Map.of("description", proto.getDocString());
    return draft.build(name, outputs, notes);
  }

  private void nodes() {
    for (int i = 0; i < proto.getNodeCount(); i++) {
      NodeProto node = proto.getNode(i);
      String name = node.getName().isEmpty() ? "" : " " + node.getName();
      String place = "node " + i + name + " (" + node.getOpType() + ")";
      draft.label(node.getOutputCount() == 0 ? "" : node.getOutput(0));
      try {
        OnnxMapping.read(new OnnxNode(this, node, version));
      } catch (TensorException e) {
        throw new FormatException(place + ": " + e.getMessage());
      } catch (ArithmeticException e) {
        throw new FormatException(place + ": sizes beyond what fits: " + e.getMessage());
      }
    }
  }

  GraphDraft draft() {
    return draft;
  }

  Tensor tensor(TensorProto of) {
    return tensors.read(of);
  }

  /// The type that the file says.
  private static TensorType type(ValueInfoProto info) {
    String what = "input " + info.getName();
    if (!info.getType().hasTensorType()) {
      throw new FormatException(what + " is no tensor");
    }
    TypeProto.Tensor tensor = info.getType().getTensorType();
    DType dtype = OnnxTypes.dtype(tensor.getElemType(), what);
    if (!tensor.hasShape()) {
      throw new FormatException(what + " of any rank; give the types of inputs");
    }
    List<Long> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : tensor.getShape().getDimList()) {
      dims.add(dim.hasDimValue() && dim.getDimValue() >= 0 ? dim.getDimValue() : 1L);
    }
    return new TensorType(dtype, OnnxTensors.shape(dims, what));
  }

  /// The value of a name.
  Value value(String name) {
    Value value = values.get(name);
    if (value != null) {
      return value;
    }
    TensorProto constant = constants.get(name);
    if (constant != null) {
      Value made = new Value.Constant(name.isEmpty() ? "c" : name, tensors.read(constant));
      values.put(name, made);
      return made;
    }
    if (outer != null && !missing.containsKey(name)) {
      Value above = outer.value(name);
      if (above instanceof Value.Constant) {
        return above;
      }
    }
    String why = missing.get(name);
    throw new FormatException(
        name
            + (why == null
                ? " is neither computed before nor a constant"
                : ": there is no " + why));
  }

  void give(String name, Value value) {
    if (!name.isEmpty()) {
      values.put(name, value);
    }
  }

  /// Notes that a result is not there, which matters if somebody needs it.
  void miss(String name, String what) {
    missing.put(name, what);
  }

  /// A subgraph whose inputs are values of this graph.
  ///
  /// @param captured what it takes from here by name
  Graph inner(GraphProto body, Set<String> captured) {
    OnnxImport made = new OnnxImport(body, tensors, version, this, 1 << 20);
    for (String name : captured) {
      made.values.put(name, made.draft.input(name, value(name).type()));
    }
    return made.build(List.of());
  }

  /// The values of this graph that subgraphs use and that are computed.
  Set<String> captured(GraphProto... bodies) {
    Set<String> names = new LinkedHashSet<>();
    for (GraphProto body : bodies) {
      collect(body, names);
    }
    names.removeIf(name -> !computed(name));
    return names;
  }

  private boolean computed(String name) {
    Value value = values.get(name);
    return value != null
        ? !(value instanceof Value.Constant)
        : outer != null && outer.computed(name);
  }

  private static void collect(GraphProto body, Set<String> names) {
    Set<String> used = new LinkedHashSet<>();
    for (NodeProto node : body.getNodeList()) {
      used.addAll(node.getInputList());
      node.getAttributeList().stream()
          .filter(a -> a.hasG())
          .forEach(attribute -> collect(attribute.getG(), used));
    }
    body.getOutputList().forEach(output -> used.add(output.getName()));
    for (NodeProto node : body.getNodeList()) {
      used.removeAll(node.getOutputList());
    }
    body.getInitializerList().forEach(tensor -> used.remove(tensor.getName()));
    used.remove("");
    names.addAll(used);
  }

  static Shape known(Value value, String what) {
    Shape shape = value.type().shape();
    if (!shape.isKnown()) {
      throw new FormatException(what + " of shape " + shape + ", which is known at run time only");
    }
    return shape;
  }
}
