package dev.tendril.formats.onnx;

import com.google.protobuf.ByteString;
import dev.tendril.formats.onnx.proto.AttributeProto;
import dev.tendril.formats.onnx.proto.GraphProto;
import java.util.ArrayList;
import java.util.List;

/// Attributes of a node that is written.
final class NodeAttributes {
  private final List<AttributeProto> list = new ArrayList<>();

  static NodeAttributes none() {
    return new NodeAttributes();
  }

  List<AttributeProto> list() {
    return list;
  }

  private NodeAttributes add(String name, AttributeProto.Type type, AttributeProto.Builder value) {
    list.add(value.setName(name).setType(type).build());
    return this;
  }

  NodeAttributes with(String name, long value) {
    return add(name, AttributeProto.Type.INT, AttributeProto.newBuilder().setI(value));
  }

  NodeAttributes with(String name, boolean value) {
    return with(name, value ? 1L : 0L);
  }

  NodeAttributes with(String name, float value) {
    return add(name, AttributeProto.Type.FLOAT, AttributeProto.newBuilder().setF(value));
  }

  NodeAttributes with(String name, String value) {
    ByteString text = ByteString.copyFromUtf8(value);
    return add(name, AttributeProto.Type.STRING, AttributeProto.newBuilder().setS(text));
  }

  NodeAttributes with(String name, List<Integer> values) {
    AttributeProto.Builder ints = AttributeProto.newBuilder();
    values.forEach(value -> ints.addInts(value));
    return add(name, AttributeProto.Type.INTS, ints);
  }

  NodeAttributes with(String name, GraphProto value) {
    return add(name, AttributeProto.Type.GRAPH, AttributeProto.newBuilder().setG(value));
  }
}
