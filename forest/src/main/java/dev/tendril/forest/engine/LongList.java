package dev.tendril.forest.engine;

import java.util.Arrays;

/// A growing array of longs.
final class LongList {
  private long[] array = new long[64];
  private int size;

  int size() {
    return size;
  }

  void add(long value) {
    if (size == array.length) {
      array = Arrays.copyOf(array, IntList.grown(size));
    }
    array[size++] = value;
  }

  void set(int at, long value) {
    array[at] = value;
  }

  void addAll(long[] values) {
    for (long value : values) {
      add(value);
    }
  }

  long[] toArray() {
    return Arrays.copyOf(array, size);
  }
}
