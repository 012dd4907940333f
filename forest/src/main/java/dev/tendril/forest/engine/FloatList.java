package dev.tendril.forest.engine;

import java.util.Arrays;

/// A growing array of floats.
final class FloatList {
  private float[] array = new float[64];
  private int size;

  int size() {
    return size;
  }

  void add(float value) {
    if (size == array.length) {
      array = Arrays.copyOf(array, IntList.grown(size));
    }
    array[size++] = value;
  }

  void addAll(float[] values) {
    for (float value : values) {
      add(value);
    }
  }

  float[] copy(int from, int to) {
    return Arrays.copyOfRange(array, from, to);
  }

  float[] toArray() {
    return Arrays.copyOf(array, size);
  }
}
