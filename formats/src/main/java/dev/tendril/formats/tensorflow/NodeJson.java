package dev.tendril.formats.tensorflow;

import com.google.protobuf.ByteString;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tensorflow.proto.AttrValue;
import dev.tendril.formats.tensorflow.proto.DataType;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import dev.tendril.formats.tensorflow.proto.TensorProto;
import dev.tendril.formats.tensorflow.proto.TensorShapeProto;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Nodes as JSON, in the way that protocol buffers are: 64-bit integers as text, bytes in base64,
/// constants by name.
///
/// TensorFlow.js computes with 32-bit floats, 32-bit integers and truth values; other types are
/// written as these.
final class NodeJson {
  private NodeJson() {}

  static NodeDef node(JsonNode json) {
    NodeDef.Builder node =
        NodeDef.newBuilder()
            .setName(json.path("name").asString(""))
            .setOp(json.path("op").asString(""));
    json.path("input").forEach(input -> node.addInput(input.asString("")));
    for (Map.Entry<String, JsonNode> entry : json.path("attr").properties()) {
      node.putAttr(entry.getKey(), attribute(entry.getValue()));
    }
    return node.build();
  }

  private static AttrValue attribute(JsonNode json) {
    AttrValue.Builder value = AttrValue.newBuilder();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      JsonNode of = entry.getValue();
      switch (entry.getKey()) {
        case "s" -> value.setS(bytes(of));
        case "i" -> value.setI(whole(of));
        case "f" -> value.setF((float) real(of));
        case "b" -> value.setB(of.asBoolean(false));
        case "type" -> value.setType(type(of));
        case "shape" -> value.setShape(shape(of));
        case "tensor" ->
            value.setTensor(
                TensorProto.newBuilder()
                    .setDtype(type(of.path("dtype")))
                    .setTensorShape(shape(of.path("tensorShape"))));
        case "list" -> value.setList(list(of));
        default -> {}
      }
    }
    return value.build();
  }

  private static AttrValue.ListValue list(JsonNode json) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    json.path("s").forEach(s -> list.addS(bytes(s)));
    json.path("i").forEach(i -> list.addI(whole(i)));
    json.path("f").forEach(f -> list.addF((float) real(f)));
    json.path("b").forEach(b -> list.addB(b.asBoolean(false)));
    json.path("type").forEach(t -> list.addType(type(t)));
    json.path("shape").forEach(s -> list.addShape(shape(s)));
    return list.build();
  }

  /// Bytes in base64, or as a list of numbers.
  private static ByteString bytes(JsonNode json) {
    if (json.isArray()) {
      byte[] bytes = new byte[json.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) whole(json.get(i));
      }
      return ByteString.copyFrom(bytes);
    }
    String text = json.asString("").replace('-', '+').replace('_', '/');
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      throw new FormatException("the text " + text + "; expected base64");
    }
  }

  static long whole(JsonNode json) {
    if (json.isIntegralNumber() && json.canConvertToLong()) {
      return json.asLong();
    }
    try {
      return Long.parseLong(json.asString(""));
    } catch (NumberFormatException _) {
      throw new FormatException("the number " + json + "; expected a whole one of 64 bits");
    }
  }

  static double real(JsonNode json) {
    if (json.isNumber()) {
      return json.asDouble();
    }
    return switch (json.asString("")) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new FormatException("the number " + json);
    };
  }

  private static DataType type(JsonNode json) {
    DataType type = null;
    if (json.isIntegralNumber()) {
      type = DataType.forNumber(json.asInt(-1));
    } else {
      for (DataType known : DataType.values()) {
        if (known.name().equals(json.asString(""))) {
          type = known;
        }
      }
    }
    return type == null ? DataType.DT_INVALID : type;
  }

  private static TensorShapeProto shape(JsonNode json) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.setUnknownRank(json.path("unknownRank").asBoolean(false));
    for (JsonNode dim : json.path("dim")) {
      JsonNode size = dim.path("size");
      shape.addDim(
          TensorShapeProto.Dim.newBuilder().setSize(size.isMissingNode() ? 0 : whole(size)));
    }
    return shape.build();
  }

  static TensorInfo info(JsonNode json) {
    TensorInfo.Builder info =
        TensorInfo.newBuilder()
            .setName(json.path("name").asString(""))
            .setDtype(type(json.path("dtype")));
    if (json.has("tensorShape")) {
      info.setTensorShape(shape(json.path("tensorShape")));
    }
    return info.build();
  }

  /// The type that TensorFlow.js has for one.
  static DataType web(DataType type) {
    return switch (type) {
      case DT_DOUBLE, DT_HALF, DT_BFLOAT16 -> DataType.DT_FLOAT;
      case DT_INT8, DT_UINT8, DT_INT16, DT_UINT16, DT_UINT32, DT_INT64, DT_UINT64 ->
          DataType.DT_INT32;
      default -> type;
    };
  }

  static ObjectNode write(NodeDef node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", node.getName()).put("op", node.getOp());
    if (node.getInputCount() > 0) {
      ArrayNode inputs = json.putArray("input");
      node.getInputList().forEach(inputs::add);
    }
    ObjectNode attributes = json.putObject("attr");
    new TreeMap<>(node.getAttrMap()).forEach((name, value) -> attributes.set(name, write(value)));
    return json;
  }

  private static ObjectNode write(AttrValue value) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (value.getValueCase()) {
      case S -> json.put("s", Base64.getEncoder().encodeToString(value.getS().toByteArray()));
      case I -> json.put("i", Long.toString(value.getI()));
      case F -> json.put("f", value.getF());
      case B -> json.put("b", value.getB());
      case TYPE -> json.put("type", web(value.getType()).name());
      case SHAPE -> json.set("shape", write(value.getShape()));
      case TENSOR -> {
        ObjectNode tensor = json.putObject("tensor");
        tensor.put("dtype", web(value.getTensor().getDtype()).name());
        tensor.set("tensorShape", write(value.getTensor().getTensorShape()));
      }
      case LIST -> {
        ObjectNode list = json.putObject("list");
        ArrayNode numbers = list.putArray("i");
        value.getList().getIList().forEach(i -> numbers.add(Long.toString(i)));
      }
      case FUNC, VALUE_NOT_SET -> {}
    }
    return json;
  }

  private static ObjectNode write(TensorShapeProto shape) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode dims = json.putArray("dim");
    shape.getDimList().forEach(d -> dims.addObject().put("size", Long.toString(d.getSize())));
    return json;
  }

  static ObjectNode write(TensorInfo info) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", info.getName()).put("dtype", web(info.getDtype()).name());
    json.set("tensorShape", write(info.getTensorShape()));
    return json;
  }
}
