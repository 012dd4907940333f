package dev.tendril.plugin.layout;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where the fields of a structure of C are, by the rules of 64-bit machines: each at a multiple of
/// its size. Declared once for an interface; tests compare with what a C compiler makes of its
/// header.
public final class Struct {
  private final String name;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private long end;
  private long alignment = 1;

  /// @param bytes its size
  public record Field(long offset, long bytes) {}

  public Struct(String name) {
    this.name = name;
  }

  /// A structure that begins with its size and `ext`.
  public static Struct sized(String name) {
    return new Struct(name).longs("struct_size").pointers("ext");
  }

  /// The arguments of a function.
  public static Struct arguments(String name) {
    return sized(name).pointers("message").longs("message_size");
  }

  public Struct pointers(String... names) {
    return add(8, 8, names);
  }

  public Struct longs(String... names) {
    return add(8, 8, names);
  }

  public Struct doubles(String... names) {
    return add(8, 8, names);
  }

  public Struct ints(String... names) {
    return add(4, 4, names);
  }

  /// Fields of one byte, such as `bool`.
  public Struct bytes(String... names) {
    return add(1, 1, names);
  }

  public Struct longArray(String field, int count) {
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

  public String name() {
    return name;
  }

  public Map<String, Field> fields() {
    return fields;
  }

  /// Where the last field ends.
  public long end() {
    return end;
  }

  /// As `sizeof` has it.
  public long size() {
    return Math.ceilDiv(end, alignment) * alignment;
  }

  public long offset(String field) {
    Field found = fields.get(field);
    if (found == null) {
      throw new IllegalStateException(name + " has no field " + field);
    }
    return found.offset;
  }

  /// Whether a structure that somebody else filled in has a field.
  public boolean has(MemorySegment memory, String field) {
    Field found = fields.get(field);
    return found != null && memory.get(ValueLayout.JAVA_LONG, 0) >= found.offset + found.bytes;
  }
}
