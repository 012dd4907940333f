package dev.tendril.formats.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tendril.core.Quant;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Operator;
import dev.tendril.formats.tflite.Layout.Signature;
import dev.tendril.formats.tflite.Layout.Subgraph;
import dev.tendril.formats.tflite.Layout.TensorEntry;
import dev.tendril.formats.tflite.Schema.Field;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes the parts of a `.tflite` file. Constants are aligned to 16 bytes, as runtimes that map
/// the file expect.
final class LayoutWriter {
  private static final int VERSION = 3;
  private static final int CUSTOM = 32;
  private static final int OLD_CODES = 127;
  private static final int ALIGNMENT = 16;

  /// The most bytes of constants: offsets of the format are of 31 bits.
  private static final long LIMIT = 2_000_000_000;

  private final FlatBufferBuilder out = new FlatBufferBuilder(1 << 12);
  private final List<Integer> buffers = new ArrayList<>();
  private final Map<String, Integer> codes = new LinkedHashMap<>();
  private final List<Integer> codeTables = new ArrayList<>();
  private long constants;

  private LayoutWriter() {}

  static byte[] write(Layout layout) {
    return new LayoutWriter().model(layout);
  }

  /// An offset of what was written before.
  private record Reference(int offset) {}

  private byte[] model(Layout layout) {
    buffers.add(table("Buffer", Map.of()));
    List<Integer> subgraphs = new ArrayList<>();
    for (Subgraph subgraph : layout.subgraphs()) {
      subgraphs.add(subgraph(subgraph));
    }
    List<Integer> metadata = new ArrayList<>();
    layout
        .metadata()
        .forEach(
            (name, data) ->
                metadata.add(
                    table("Metadata", Map.of("name", text(name), "buffer", (long) buffer(data)))));
    List<Integer> signatures = new ArrayList<>();
    for (Signature signature : layout.signatures()) {
      signatures.add(signature(signature));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", (long) VERSION);
    fields.put("operator_codes", references(codeTables));
    fields.put("subgraphs", references(subgraphs));
    fields.put("description", text(layout.description()));
    fields.put("buffers", references(buffers));
    fields.put("metadata", references(metadata));
    fields.put("signature_defs", references(signatures));
    out.finish(table("Model", fields), "TFL3");
    return out.sizedByteArray();
  }

  private int subgraph(Subgraph subgraph) {
    List<Integer> tensors = new ArrayList<>();
    for (TensorEntry tensor : subgraph.tensors()) {
      tensors.add(tensor(tensor));
    }
    List<Integer> operators = new ArrayList<>();
    for (Operator operator : subgraph.operators()) {
      operators.add(operator(operator));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tensors", references(tensors));
    fields.put("inputs", integers(subgraph.inputs()));
    fields.put("outputs", integers(subgraph.outputs()));
    fields.put("operators", references(operators));
    fields.put("name", text(subgraph.name()));
    return table("SubGraph", fields);
  }

  private int tensor(TensorEntry tensor) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("shape", integers(tensor.shape()));
    fields.put("type", (long) tensor.type().code());
    fields.put("buffer", tensor.data() == null ? 0L : (long) buffer(tensor.data()));
    fields.put("name", text(tensor.name()));
    if (tensor.quant() != null) {
      fields.put("quantization", new Reference(quantization(tensor.quant())));
    }
    fields.put("is_variable", tensor.variable() ? 1L : 0L);
    fields.put("has_rank", 1L);
    if (!tensor.signature().isEmpty()) {
      fields.put("shape_signature", integers(tensor.signature()));
    }
    return table("Tensor", fields);
  }

  private int quantization(Quant quant) {
    int[] bits = new int[quant.scales().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(quant.scales()[i]);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("scale", ints(bits));
    fields.put("zero_point", longs(quant.zeroPoints()));
    fields.put("quantized_dimension", quant.isPerTensor() ? 0L : (long) quant.axis());
    return table("QuantizationParameters", fields);
  }

  private int buffer(MemorySegment data) {
    constants += data.byteSize();
    if (constants > LIMIT) {
      throw new FormatException("more than " + LIMIT + " bytes of constants");
    }
    buffers.add(table("Buffer", Map.of("data", bytes(data))));
    return buffers.size() - 1;
  }

  private int operator(Operator operator) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("opcode_index", (long) code(operator));
    fields.put("inputs", integers(operator.inputs()));
    fields.put("outputs", integers(operator.outputs()));
    Schema.Table options = operator.options().schema();
    if (options != null) {
      Reference table = new Reference(table(options, references(operator.options())));
      String field = options.second() ? "builtin_options_2" : "builtin_options";
      fields.put(field + "_type", (long) options.ordinal());
      fields.put(field, table);
    }
    if (operator.customOptions().length > 0) {
      fields.put("custom_options", new Reference(out.createByteVector(operator.customOptions())));
    }
    return table("Operator", fields);
  }

  /// Options whose vectors and texts are written.
  private Map<String, Object> references(Options options) {
    Map<String, Object> fields = new LinkedHashMap<>();
    options
        .values()
        .forEach(
            (name, value) ->
                fields.put(
                    name,
                    switch (value) {
                      case int[] numbers -> ints(numbers);
                      case float[] reals -> {
                        int[] bits = new int[reals.length];
                        for (int i = 0; i < bits.length; i++) {
                          bits[i] = Float.floatToIntBits(reals[i]);
                        }
                        yield ints(bits);
                      }
                      case byte[] bytes -> new Reference(out.createByteVector(bytes));
                      case String text -> text(text);
                      default -> value;
                    }));
    return fields;
  }

  private int code(Operator operator) {
    int code = operator.builtin().code();
    String key = code + "/" + operator.version() + "/" + operator.custom();
    Integer known = codes.get(key);
    if (known != null) {
      return known;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("deprecated_builtin_code", (long) Math.min(code, OLD_CODES));
    if (code == CUSTOM) {
      fields.put("custom_code", text(operator.custom()));
    }
    fields.put("version", (long) operator.version());
    fields.put("builtin_code", (long) code);
    codeTables.add(table("OperatorCode", fields));
    codes.put(key, codes.size());
    return codes.size() - 1;
  }

  private int signature(Signature signature) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("inputs", names(signature.inputs()));
    fields.put("outputs", names(signature.outputs()));
    fields.put("signature_key", text(signature.key()));
    fields.put("subgraph_index", (long) signature.subgraph());
    return table("SignatureDef", fields);
  }

  private Reference names(Map<String, Integer> tensors) {
    List<Integer> tables = new ArrayList<>();
    tensors.forEach(
        (name, tensor) ->
            tables.add(
                table("TensorMap", Map.of("name", text(name), "tensor_index", (long) tensor))));
    return references(tables);
  }

  private Reference text(String text) {
    return new Reference(out.createString(text));
  }

  private Reference integers(List<Integer> values) {
    return ints(values.stream().mapToInt(Integer::intValue).toArray());
  }

  private Reference ints(int[] values) {
    out.startVector(4, values.length, 4);
    for (int i = values.length - 1; i >= 0; i--) {
      out.addInt(values[i]);
    }
    return new Reference(out.endVector());
  }

  private Reference longs(int[] values) {
    out.startVector(8, values.length, 8);
    for (int i = values.length - 1; i >= 0; i--) {
      out.addLong(values[i]);
    }
    return new Reference(out.endVector());
  }

  private Reference bytes(MemorySegment data) {
    ByteBuffer to = out.createUnintializedVector(1, Math.toIntExact(data.byteSize()), ALIGNMENT);
    to.put(data.asByteBuffer());
    return new Reference(out.endVector());
  }

  private Reference references(List<Integer> tables) {
    return new Reference(
        out.createVectorOfTables(tables.stream().mapToInt(Integer::intValue).toArray()));
  }

  private int table(String name, Map<String, ?> fields) {
    return table(Schema.table(name), fields);
  }

  /// A table of fields by their names; what the schema has as default is left out.
  private int table(Schema.Table schema, Map<String, ?> fields) {
    out.startTable(schema.fields().size());
    fields.forEach(
        (name, value) -> {
          Field field = schema.field(name);
          switch (value) {
            case Reference reference -> out.addOffset(field.id(), reference.offset, 0);
            case Float real -> out.addFloat(field.id(), real, (double) field.initial());
            case Long whole -> add(field, whole);
            default -> throw new IllegalArgumentException(name + ": " + value);
          }
        });
    return out.endTable();
  }

  private void add(Field field, long value) {
    switch (field.kind()) {
      case BYTE, UBYTE -> out.addByte(field.id(), (byte) value, (int) field.initial());
      case BOOL -> out.addBoolean(field.id(), value != 0, field.initial() != 0);
      case USHORT -> out.addShort(field.id(), (short) value, (int) field.initial());
      case INT, UINT -> out.addInt(field.id(), (int) value, (int) field.initial());
      case LONG, ULONG -> out.addLong(field.id(), value, field.initial());
      case FLOAT, STRING, UNION, TABLE ->
          throw new IllegalArgumentException(field.name() + " is no whole number");
    }
  }
}
