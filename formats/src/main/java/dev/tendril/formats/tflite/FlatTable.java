package dev.tendril.formats.tflite;

import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Schema.Field;
import dev.tendril.formats.tflite.Schema.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table of a FlatBuffers file. Fields are read when they are asked for, each checked against the
/// file's size; absent ones have the schema's default.
///
/// @param at where the table begins
/// @param vtable where its fields' places are listed
/// @param vtableBytes the length of the list
/// @param bytes the length of the table
/// @param path what it is in the file, for messages
record FlatTable(
    FlatFile file,
    long at,
    long vtable,
    int vtableBytes,
    int bytes,
    Schema.Table schema,
    String path) {

  static FlatTable at(FlatFile file, long at, Schema.Table schema, String path) {
    long vtable = at - file.int32(at, path);
    int vtableBytes = file.uint16(vtable, path);
    int bytes = file.uint16(vtable + 2, path);
    if (vtableBytes < 4 || vtableBytes % 2 != 0 || bytes < 4) {
      throw new FormatException(
          vtable,
          path + " with a table of fields of " + vtableBytes + " bytes for " + bytes + " bytes");
    }
    file.slice(vtable, vtableBytes, path);
    file.slice(at, bytes, path);
    return new FlatTable(file, at, vtable, vtableBytes, bytes, schema, path);
  }

  /// Where a field is; -1 when it is absent.
  private long place(Field field) {
    int slot = 4 + 2 * field.id();
    if (slot + 2 > vtableBytes) {
      return -1;
    }
    int offset = file.uint16(vtable + slot, path);
    if (offset == 0) {
      return -1;
    }
    int length = field.vector() ? 4 : field.kind().bytes();
    if (offset < 4 || offset + length > bytes) {
      throw new FormatException(
          vtable + slot,
          path + "." + field.name() + " at " + offset + " of a table of " + bytes + " bytes");
    }
    return at + offset;
  }

  private String name(Field field) {
    return path + "." + field.name();
  }

  boolean has(String name) {
    return place(schema.field(name)) >= 0;
  }

  /// The number in a field of any integer type.
  long whole(String name) {
    Field field = schema.field(name);
    long place = place(field);
    return place < 0 ? field.initial() : element(place, field.kind(), name(field));
  }

  private long element(long place, Kind kind, String what) {
    return switch (kind) {
      case BYTE -> file.int8(place, what);
      case UBYTE -> file.int8(place, what) & 0xFF;
      case BOOL -> file.int8(place, what) == 0 ? 0 : 1;
      case USHORT -> file.uint16(place, what);
      case INT -> file.int32(place, what);
      case UINT -> Integer.toUnsignedLong(file.int32(place, what));
      case LONG, ULONG -> file.int64(place, what);
      case FLOAT -> (long) file.float32(place, what);
      case STRING, UNION, TABLE -> file.reference(place, what);
    };
  }

  /// The number in a field, which must be an index below a limit.
  int index(String name, int limit) {
    long index = whole(name);
    if (index < 0 || index >= limit) {
      throw new FormatException(at, path + "." + name + " of " + index + "; there are " + limit);
    }
    return (int) index;
  }

  int integer(String name) {
    return (int) whole(name);
  }

  boolean flag(String name) {
    return whole(name) != 0;
  }

  float real(String name) {
    Field field = schema.field(name);
    long place = place(field);
    return place < 0 ? field.initial() : file.float32(place, name(field));
  }

  /// A text; empty when it is absent.
  String text(String name) {
    Field field = schema.field(name);
    long place = place(field);
    return place < 0 ? "" : text(file.reference(place, name(field)), name(field));
  }

  private String text(long start, String what) {
    long length = Integer.toUnsignedLong(file.int32(start, what));
    file.decode(start, length, what);
    MemorySegment text = file.slice(start + 4, length, what);
    return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /// The elements of a vector.
  private record Vector(long first, int count) {
    static final Vector NONE = new Vector(0, 0);
  }

  private Vector vector(Field field, int decoded) {
    long place = place(field);
    if (place < 0) {
      return Vector.NONE;
    }
    String what = name(field);
    long start = file.reference(place, what);
    long count = Integer.toUnsignedLong(file.int32(start, what));
    if (count > Integer.MAX_VALUE - 8) {
      throw new FormatException(start, what + " of " + count + " elements");
    }
    file.slice(start + 4, count * field.kind().bytes(), what);
    file.decode(start, count * decoded, what);
    return new Vector(start + 4, (int) count);
  }

  /// A vector of whole numbers; empty when it is absent.
  long[] wholes(String name) {
    Field field = schema.field(name);
    Vector vector = vector(field, 8);
    long[] values = new long[vector.count];
    for (int i = 0; i < values.length; i++) {
      long place = vector.first + (long) i * field.kind().bytes();
      values[i] = element(place, field.kind(), name(field));
    }
    return values;
  }

  int[] integers(String name) {
    Field field = schema.field(name);
    Vector vector = vector(field, 4);
    int[] values = new int[vector.count];
    for (int i = 0; i < values.length; i++) {
      long place = vector.first + (long) i * field.kind().bytes();
      values[i] = (int) element(place, field.kind(), name(field));
    }
    return values;
  }

  float[] reals(String name) {
    Field field = schema.field(name);
    Vector vector = vector(field, 4);
    float[] values = new float[vector.count];
    for (int i = 0; i < values.length; i++) {
      values[i] = file.float32(vector.first + 4L * i, name(field));
    }
    return values;
  }

  /// A vector of bytes, without a copy.
  MemorySegment segment(String name) {
    Vector vector = vector(schema.field(name), 0);
    return file.slice(vector.first, vector.count, path + "." + name);
  }

  /// A table; null when it is absent.
  @Nullable FlatTable table(String name) {
    Field field = schema.field(name);
    long place = place(field);
    return place < 0
        ? null
        : at(file, file.reference(place, name(field)), Schema.table(field.target()), name(field));
  }

  /// A member of a union as one of its tables; null when it is absent.
  @Nullable FlatTable union(String name, Schema.Table member) {
    Field field = schema.field(name);
    long place = place(field);
    return place < 0 ? null : at(file, file.reference(place, name(field)), member, name(field));
  }

  /// A vector of tables; empty when it is absent.
  List<FlatTable> tables(String name) {
    Field field = schema.field(name);
    Vector vector = vector(field, 64);
    Schema.Table target = Schema.table(field.target());
    String parent = at == 0 || path.equals("the root") ? "" : path + ".";
    List<FlatTable> tables = new ArrayList<>(vector.count);
    for (int i = 0; i < vector.count; i++) {
      String what = parent + field.name() + "[" + i + "]";
      tables.add(at(file, file.reference(vector.first + 4L * i, what), target, what));
    }
    return tables;
  }
}
