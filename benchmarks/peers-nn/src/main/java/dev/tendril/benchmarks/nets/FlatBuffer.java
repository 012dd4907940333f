package dev.tendril.benchmarks.nets;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a FlatBuffer, from its end to its beginning: what is referred to is written before what
/// refers to it. A place in it is given as the number of bytes from there to the end, which does
/// not change when it grows.
final class FlatBuffer {
  private ByteBuffer bytes = room(1 << 16);
  private int used;

  /// A field of a table.
  ///
  /// @param id its number in the schema
  /// @param size 1 or 4 bytes
  /// @param value a number, or the place of what it refers to
  record Field(int id, int size, int value, boolean reference) {
    static Field number(int id, int value) {
      return new Field(id, 4, value, false);
    }

    static Field small(int id, int value) {
      return new Field(id, 1, value, false);
    }

    static Field reference(int id, int place) {
      return new Field(id, 4, place, true);
    }
  }

  private static ByteBuffer room(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Fills with zeros so that after `length` more bytes the place is a multiple of `alignment`.
  private void align(int length, int alignment) {
    int padding = Math.floorMod(-(used + length), alignment);
    reserve(padding + length + 16);
    used += padding;
  }

  private void reserve(int length) {
    int size = bytes.capacity();
    if (used + length > size) {
      ByteBuffer larger = room(Math.max(2 * size, size + length));
      larger.put(larger.capacity() - used, bytes, size - used, used);
      bytes = larger;
    }
  }

  private void pushByte(int value) {
    reserve(1);
    used += 1;
    bytes.put(bytes.capacity() - used, (byte) value);
  }

  private void pushShort(int value) {
    reserve(2);
    used += 2;
    bytes.putShort(bytes.capacity() - used, (short) value);
  }

  private void pushInt(int value) {
    reserve(4);
    used += 4;
    bytes.putInt(bytes.capacity() - used, value);
  }

  private void pushReference(int place) {
    pushInt(used + 4 - place);
  }

  /// A vector of bytes, the first of them at a multiple of 16.
  int bytes(byte[] values) {
    align(values.length, 16);
    used += values.length;
    bytes.put(bytes.capacity() - used, values);
    pushInt(values.length);
    return used;
  }

  int text(String text) {
    byte[] values = text.getBytes(StandardCharsets.UTF_8);
    align(values.length + 1, 4);
    pushByte(0);
    used += values.length;
    bytes.put(bytes.capacity() - used, values);
    pushInt(values.length);
    return used;
  }

  int numbers(int... values) {
    align(4 * values.length, 4);
    for (int i = values.length - 1; i >= 0; i--) {
      pushInt(values[i]);
    }
    pushInt(values.length);
    return used;
  }

  int references(List<Integer> places) {
    align(4 * places.size(), 4);
    for (int place : places.reversed()) {
      pushReference(place);
    }
    pushInt(places.size());
    return used;
  }

  int table(Field... fields) {
    int end = used;
    int last = -1;
    for (Field field : fields) {
      last = Math.max(last, field.id);
    }
    int[] places = new int[last + 1];
    for (Field field : fields) {
      align(field.size, field.size);
      if (field.size == 1) {
        pushByte(field.value);
      } else if (field.reference) {
        pushReference(field.value);
      } else {
        pushInt(field.value);
      }
      places[field.id] = used;
    }
    align(4, 4);
    pushInt(0);
    int table = used;
    for (int id = last; id >= 0; id--) {
      pushShort(places[id] == 0 ? 0 : table - places[id]);
    }
    pushShort(table - end);
    pushShort(4 + 2 * places.length);
    bytes.putInt(bytes.capacity() - table, used - table);
    return table;
  }

  /// The whole, with a table as its root.
  ///
  /// @param identifier four letters
  byte[] finish(int root, String identifier) {
    align(8, 16);
    for (int i = 3; i >= 0; i--) {
      pushByte(identifier.charAt(i));
    }
    pushReference(root);
    byte[] whole = new byte[used];
    bytes.get(bytes.capacity() - used, whole);
    return whole;
  }
}
