package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.onnx.proto.AttributeProto;
import dev.tendril.formats.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a file while it is read: its operands, its attributes, and the nodes that are made of
/// it.
final class OnnxNode {
  private final OnnxImport graph;
  private final NodeProto proto;
  private final int version;

  OnnxNode(OnnxImport graph, NodeProto proto, int version) {
    this.graph = graph;
    this.proto = proto;
    this.version = version;
  }

  OnnxImport graph() {
    return graph;
  }

  NodeProto proto() {
    return proto;
  }

  GraphDraft draft() {
    return graph.draft();
  }

  String type() {
    return proto.getOpType();
  }

  /// The version of the set of operators.
  int version() {
    return version;
  }

  int count() {
    return proto.getInputCount();
  }

  boolean has(int i) {
    return i < proto.getInputCount() && !proto.getInput(i).isEmpty();
  }

  boolean gives(int i) {
    return i < proto.getOutputCount() && !proto.getOutput(i).isEmpty();
  }

  int results() {
    return proto.getOutputCount();
  }

  Value in(int i) {
    if (!has(i)) {
      throw new FormatException("no operand " + i);
    }
    return graph.value(proto.getInput(i));
  }

  List<Value> all() {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      values.add(in(i));
    }
    return values;
  }

  Shape shape(int i) {
    return in(i).type().shape();
  }

  int rank(int i) {
    return shape(i).rank();
  }

  DType dtype(int i) {
    return in(i).type().dtype();
  }

  int[] ints(int i, String what) {
    return GraphDraft.ints(in(i), what);
  }

  @Nullable AttributeProto attribute(String name) {
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    return null;
  }

  boolean hasAttribute(String name) {
    return attribute(name) != null;
  }

  int integer(String name, int otherwise) {
    AttributeProto attribute = attribute(name);
    return attribute == null
        ? otherwise
        : Math.clamp(attribute.getI(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  boolean flag(String name) {
    return integer(name, 0) != 0;
  }

  float real(String name, float otherwise) {
    AttributeProto attribute = attribute(name);
    return attribute == null ? otherwise : attribute.getF();
  }

  String text(String name, String otherwise) {
    AttributeProto attribute = attribute(name);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  /// Whole numbers; null when there are none.
  int @Nullable [] integers(String name) {
    AttributeProto attribute = attribute(name);
    return attribute == null
        ? null
        : attribute.getIntsList().stream()
            .mapToInt(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
            .toArray();
  }

  /// Axes as an attribute, or in newer versions as an operand; null when there are none.
  int @Nullable [] axes(int operand) {
    return has(operand) ? ints(operand, "the axes") : integers("axes");
  }

  /// An axis counted from 0.
  int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new FormatException("axis " + axis + " of " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }

  FormatException refusal(String reason) {
    return new FormatException(reason);
  }

  void give(Value... results) {
    give(List.of(results));
  }

  void give(List<Value> results) {
    for (int i = 0; i < Math.min(results.size(), results()); i++) {
      graph.give(proto.getOutput(i), results.get(i));
    }
    for (int i = results.size(); i < results(); i++) {
      if (gives(i)) {
        graph.miss(proto.getOutput(i), "result " + i + " of " + type());
      }
    }
  }
}
