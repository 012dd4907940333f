package dev.tendril.plugin;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the fields of a structure of `tendril_plugin.h` are, by the rules of C on 64-bit machines:
/// each at a multiple of its size. Declared once, in [Abi]; a test compiles the header and
/// compares.
final class Struct {
  private final String name;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private long end;
  private long alignment = 1;

  /// @param bytes its size
  record Field(long offset, long bytes) {}

  Struct(String name) {
    this.name = name;
  }

  /// A structure that begins with its size and `ext`.
  static Struct sized(String name) {
    return new Struct(name).longs("struct_size").pointers("ext");
  }

  /// The arguments of a function.
  static Struct arguments(String name) {
    return sized(name).pointers("message").longs("message_size");
  }

  Struct pointers(String... names) {
    return add(8, 8, names);
  }

  Struct longs(String... names) {
    return add(8, 8, names);
  }

  Struct doubles(String... names) {
    return add(8, 8, names);
  }

  Struct ints(String... names) {
    return add(4, 4, names);
  }

  Struct longArray(String field, int count) {
    return add(8L * count, 8, field);
  }

  private Struct add(long bytes, long align, String... names) {
    for (String field : names) {
      end = Math.ceilDiv(end, align) * align;
      if (fields.put(field, new Field(end, bytes)) != null) {
        throw new IllegalStateException(name + "." + field + " occurs twice");
      }
      end += bytes;
      alignment = Math.max(alignment, align);
    }
    return this;
  }

  String name() {
    return name;
  }

  Map<String, Field> fields() {
    return fields;
  }

  /// As `sizeof` has it.
  long size() {
    return Math.ceilDiv(end, alignment) * alignment;
  }

  long offset(String field) {
    Field found = fields.get(field);
    if (found == null) {
      throw new IllegalStateException(name + " has no field " + field);
    }
    return found.offset;
  }

  /// Whether a structure that somebody else filled in has a field.
  boolean has(MemorySegment memory, String field) {
    Field found = fields.get(field);
    return found != null && memory.get(ValueLayout.JAVA_LONG, 0) >= found.offset + found.bytes;
  }
}
