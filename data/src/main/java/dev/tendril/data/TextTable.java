package dev.tendril.data;

import java.util.ArrayList;
import java.util.List;

/// Distinct strings in order of first appearance, found by a range of characters: a string is made
/// only the first time. Open addressing with linear probing over a table that is at most half full.
/// Not thread-safe.
final class TextTable {
  private final List<String> values = new ArrayList<>();
  private int[] hashes = new int[64];
  private int[] slots = new int[64];
  private int used;

  /// The code of a text, 1 for the first.
  int code(char[] text, int offset, int length) {
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = step(hash, text[i]);
    }
    hash = finish(hash);
    int at = hash & (slots.length - 1);
    while (slots[at] != 0) {
      if (hashes[at] == hash && same(values.get(slots[at] - 1), text, offset, length)) {
        return slots[at];
      }
      at = (at + 1) & (slots.length - 1);
    }
    values.add(new String(text, offset, length));
    return insert(at, hash);
  }

  int code(String text) {
    int hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = step(hash, text.charAt(i));
    }
    hash = finish(hash);
    int at = hash & (slots.length - 1);
    while (slots[at] != 0) {
      if (hashes[at] == hash && values.get(slots[at] - 1).equals(text)) {
        return slots[at];
      }
      at = (at + 1) & (slots.length - 1);
    }
    values.add(text);
    return insert(at, hash);
  }

  List<String> values() {
    return values;
  }

  private int insert(int at, int hash) {
    slots[at] = values.size();
    hashes[at] = hash;
    used++;
    if (2 * used > slots.length) {
      grow();
    }
    return values.size();
  }

  private void grow() {
    int[] oldHashes = hashes;
    int[] oldSlots = slots;
    hashes = new int[2 * oldSlots.length];
    slots = new int[2 * oldSlots.length];
    for (int i = 0; i < oldSlots.length; i++) {
      if (oldSlots[i] != 0) {
        int at = oldHashes[i] & (slots.length - 1);
        while (slots[at] != 0) {
          at = (at + 1) & (slots.length - 1);
        }
        slots[at] = oldSlots[i];
        hashes[at] = oldHashes[i];
      }
    }
  }

  private static int step(int hash, char c) {
    return (Integer.rotateLeft(hash, 5) ^ c) * 0x9E3779B1;
  }

  private static int finish(int hash) {
    return hash ^ (hash >>> 15);
  }

  private static boolean same(String value, char[] text, int offset, int length) {
    if (value.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (value.charAt(i) != text[offset + i]) {
        return false;
      }
    }
    return true;
  }
}
