package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.tensorflow.proto.AttrValue;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import java.util.List;

/// A node of a file while it is read.
final class TfNode {
  private final TfImport graph;
  private final NodeDef proto;
  private final List<Value> operands;

  TfNode(TfImport graph, NodeDef proto, List<Value> operands) {
    this.graph = graph;
    this.proto = proto;
    this.operands = operands;
  }

  TfImport graph() {
    return graph;
  }

  GraphDraft draft() {
    return graph.draft();
  }

  NodeDef proto() {
    return proto;
  }

  String op() {
    return proto.getOp();
  }

  int count() {
    return operands.size();
  }

  List<Value> all() {
    return operands;
  }

  Value in(int i) {
    int at = i < 0 ? operands.size() + i : i;
    if (at < 0 || at >= operands.size()) {
      throw new FormatException("no operand " + i);
    }
    return operands.get(at);
  }

  Shape shape(int i) {
    return in(i).type().shape();
  }

  Shape known(int i) {
    Shape shape = shape(i);
    if (!shape.isKnown()) {
      throw new FormatException(
          "operand " + i + " of shape " + shape + ", which is known at run time only");
    }
    return shape;
  }

  DType dtype(int i) {
    return in(i).type().dtype();
  }

  int[] ints(int i, String what) {
    return GraphDraft.ints(in(i), what);
  }

  int one(int i, String what) {
    return GraphDraft.one(in(i), what);
  }

  private AttrValue attribute(String name) {
    return proto.getAttrOrDefault(name, AttrValue.getDefaultInstance());
  }

  boolean has(String name) {
    return proto.containsAttr(name);
  }

  boolean flag(String name) {
    return attribute(name).getB();
  }

  int integer(String name) {
    return Math.clamp(attribute(name).getI(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  float real(String name, float otherwise) {
    return has(name) ? attribute(name).getF() : otherwise;
  }

  String text(String name) {
    return attribute(name).getS().toStringUtf8();
  }

  String function(String name) {
    return attribute(name).getFunc().getName();
  }

  DType dtype(String name, DType otherwise) {
    return has(name) ? TfTypes.dtype(attribute(name).getType(), name) : otherwise;
  }

  Shape shape(String name) {
    return TfTypes.shape(attribute(name).getShape(), name);
  }

  Tensor tensor(String name) {
    return TfTensors.read(attribute(name).getTensor(), "the value");
  }

  List<String> texts(String name) {
    return attribute(name).getList().getSList().stream().map(s -> s.toStringUtf8()).toList();
  }

  int[] integers(String name) {
    return attribute(name).getList().getIList().stream()
        .mapToInt(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .toArray();
  }

  /// Whether pictures have channels first.
  boolean channelsFirst() {
    return text("data_format").startsWith("NC");
  }

  FormatException refusal(String reason) {
    return new FormatException(reason);
  }

  void give(Value... results) {
    graph.give(proto.getName(), List.of(results));
  }

  void give(List<Value> results) {
    graph.give(proto.getName(), results);
  }
}
