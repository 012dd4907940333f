package dev.tendril.formats.tflite;

import dev.tendril.formats.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What tables and operators of `.tflite` files are made of, as `schema.txt` beside this class
/// lists it. Reader and writer go by the same list, field by field by its name.
final class Schema {
  private static final Schema LOADED = load();

  private final Map<String, Table> tables = new HashMap<>();
  private final Map<Integer, Table> options = new HashMap<>();
  private final Map<Integer, Table> options2 = new HashMap<>();
  private final Map<Integer, Builtin> builtins = new HashMap<>();
  private final Map<String, Builtin> byName = new HashMap<>();

  /// Kinds of fields; vectors have the kind of their elements.
  enum Kind {
    BYTE(1),
    UBYTE(1),
    BOOL(1),
    USHORT(2),
    INT(4),
    UINT(4),
    FLOAT(4),
    LONG(8),
    ULONG(8),
    STRING(4),
    UNION(4),
    TABLE(4);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }

    /// The bytes that a field or an element takes; those of references are theirs, not the
    /// target's.
    int bytes() {
      return bytes;
    }

    boolean isReference() {
      return this == STRING || this == UNION || this == TABLE;
    }
  }

  /// A field of a table.
  ///
  /// @param target the table that it refers to, empty when it refers to none
  /// @param initial what an absent field means
  record Field(int id, String name, Kind kind, boolean vector, String target, long initial) {}

  /// A table.
  ///
  /// @param ordinal its number in a union of options, 0 for a table of its own
  /// @param second whether the union is BuiltinOptions2
  record Table(String name, Map<String, Field> fields, int ordinal, boolean second) {
    Field field(String field) {
      Field found = fields.get(field);
      if (found == null) {
        throw new IllegalArgumentException("table " + name + " has no field " + field);
      }
      return found;
    }
  }

  /// A builtin operator.
  record Builtin(int code, String name, @Nullable Table options) {}

  private Schema() {}

  /// A table by its name.
  static Table table(String name) {
    Table table = LOADED.tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("no table " + name);
    }
    return table;
  }

  /// A member of a union of options; null when there is none of that number.
  static @Nullable Table options(int ordinal, boolean second) {
    return (second ? LOADED.options2 : LOADED.options).get(ordinal);
  }

  /// The operator of a code; null when there is none.
  static @Nullable Builtin builtin(int code) {
    return LOADED.builtins.get(code);
  }

  /// The operator of a name.
  static Builtin builtin(String name) {
    Builtin builtin = LOADED.byName.get(name);
    if (builtin == null) {
      throw new IllegalArgumentException("no operator " + name);
    }
    return builtin;
  }

  private static Schema load() {
    Schema schema = new Schema();
    try (InputStream in = Schema.class.getResourceAsStream("schema.txt")) {
      if (in == null) {
        throw new FormatException("schema.txt is not in the module of formats");
      }
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(schema::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return schema;
  }

  private void add(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "table" -> tables.put(words[1], table(words[1], words, 2, 0, false));
      case "options", "options2" -> {
        boolean second = words[0].equals("options2");
        int ordinal = Integer.parseInt(words[1]);
        Table table = table(words[2], words, 3, ordinal, second);
        tables.put(words[2], table);
        (second ? options2 : options).put(ordinal, table);
      }
      case "operator" -> {
        Table table = words.length > 3 ? tables.get(words[3]) : null;
        Builtin builtin = new Builtin(Integer.parseInt(words[1]), words[2], table);
        builtins.put(builtin.code(), builtin);
        byName.put(builtin.name(), builtin);
      }
      default -> {}
    }
  }

  private static Table table(String name, String[] words, int from, int ordinal, boolean second) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (int i = from; i < words.length; i++) {
      int colon = words[i].indexOf(':');
      int equals = words[i].indexOf('=');
      String type = words[i].substring(colon + 1, equals < 0 ? words[i].length() : equals);
      long initial = equals < 0 ? 0 : Long.parseLong(words[i].substring(equals + 1));
      boolean vector = type.startsWith("[");
      String element = vector ? type.substring(1, type.length() - 1) : type;
      Kind kind =
          switch (element) {
            case "byte" -> Kind.BYTE;
            case "ubyte" -> Kind.UBYTE;
            case "bool" -> Kind.BOOL;
            case "ushort" -> Kind.USHORT;
            case "int" -> Kind.INT;
            case "uint" -> Kind.UINT;
            case "float" -> Kind.FLOAT;
            case "long" -> Kind.LONG;
            case "ulong" -> Kind.ULONG;
            case "string" -> Kind.STRING;
            case "union" -> Kind.UNION;
            default -> Kind.TABLE;
          };
      String target = kind == Kind.TABLE ? element : "";
      String field = words[i].substring(0, colon);
      fields.put(field, new Field(i - from, field, kind, vector, target, initial));
    }
    return new Table(name, fields, ordinal, second);
  }
}
