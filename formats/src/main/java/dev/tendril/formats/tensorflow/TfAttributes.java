package dev.tendril.formats.tensorflow;

import com.google.protobuf.ByteString;
import dev.tendril.core.DType;
import dev.tendril.formats.tensorflow.proto.AttrValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Attributes of a node that is written.
final class TfAttributes {
  private final Map<String, AttrValue> values = new TreeMap<>();

  static TfAttributes none() {
    return new TfAttributes();
  }

  static TfAttributes of(String name, DType dtype) {
    return none().with(name, dtype);
  }

  Map<String, AttrValue> values() {
    return values;
  }

  TfAttributes with(String name, AttrValue.Builder value) {
    values.put(name, value.build());
    return this;
  }

  TfAttributes with(String name, DType dtype) {
    return with(name, AttrValue.newBuilder().setType(TfTypes.type(dtype)));
  }

  TfAttributes with(String name, boolean value) {
    return with(name, AttrValue.newBuilder().setB(value));
  }

  TfAttributes with(String name, int value) {
    return with(name, AttrValue.newBuilder().setI(value));
  }

  TfAttributes with(String name, float value) {
    return with(name, AttrValue.newBuilder().setF(value));
  }

  TfAttributes with(String name, String value) {
    return with(name, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)));
  }

  TfAttributes with(String name, List<Integer> values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    values.forEach(value -> list.addI(value));
    return with(name, AttrValue.newBuilder().setList(list));
  }
}
