package dev.tendril.formats.tflite;

import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of an operator: what is set in a table, by the names of its fields.
///
/// @param schema the table; null for an operator without options
/// @param values `Long` for whole numbers and flags, `Float`, `String`, and arrays of `int`,
///     `float` and `byte`
record Options(Schema.@Nullable Table schema, Map<String, Object> values) {
  static final Options NONE = new Options(null, Map.of());

  Options {
    values = Map.copyOf(values);
  }

  /// All fields of a table.
  static Options of(FlatTable table) {
    Map<String, Object> values = new HashMap<>();
    for (Schema.Field field : table.schema().fields().values()) {
      String name = field.name();
      if (!table.has(name)) {
        continue;
      }
      Object value =
          switch (field.kind()) {
            case FLOAT -> field.vector() ? table.reals(name) : (Object) table.real(name);
            case STRING -> table.text(name);
            case BYTE, UBYTE, BOOL, USHORT, INT, UINT, LONG, ULONG -> {
              if (!field.vector()) {
                yield table.whole(name);
              }
              yield field.kind().bytes() == 1
                  ? table.segment(name).toArray(ValueLayout.JAVA_BYTE)
                  : table.integers(name);
            }
            case UNION, TABLE ->
                throw new IllegalArgumentException(field.name() + " refers to a table");
          };
      values.put(name, value);
    }
    return new Options(table.schema(), values);
  }

  private long initial(String name) {
    return schema == null ? 0 : schema.field(name).initial();
  }

  long whole(String name) {
    return values.get(name) instanceof Long value ? value : initial(name);
  }

  int integer(String name) {
    return (int) whole(name);
  }

  boolean flag(String name) {
    return whole(name) != 0;
  }

  float real(String name) {
    return values.get(name) instanceof Float value ? value : initial(name);
  }

  String text(String name) {
    return values.get(name) instanceof String value ? value : "";
  }

  int[] integers(String name) {
    return values.get(name) instanceof int[] value ? value.clone() : new int[0];
  }

  float[] reals(String name) {
    return values.get(name) instanceof float[] value ? value.clone() : new float[0];
  }
}
