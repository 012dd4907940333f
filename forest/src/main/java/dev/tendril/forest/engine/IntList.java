package dev.tendril.forest.engine;

import java.util.Arrays;

/// A growing array of integers.
final class IntList {
  private int[] array = new int[64];
  private int size;

  int size() {
    return size;
  }

  void add(int value) {
    if (size == array.length) {
      array = Arrays.copyOf(array, grown(size));
    }
    array[size++] = value;
  }

  void addAll(int[] values) {
    for (int value : values) {
      add(value);
    }
  }

  int get(int at) {
    return array[at];
  }

  void set(int at, int value) {
    array[at] = value;
  }

  int[] toArray() {
    return Arrays.copyOf(array, size);
  }

  /// A capacity half as large again.
  static int grown(int size) {
    long wanted = size + (size >> 1) + 64L;
    if (size >= Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("the forest is too large for one compiled array");
    }
    return (int) Math.min(wanted, Integer.MAX_VALUE - 64);
  }
}
