package dev.tendril.core.quantize;

import java.util.Arrays;

/// How often samples of a class were taken for which.
public final class ClassCounts {
  private long[][] table = new long[0][0];

  void add(int label, int predicted) {
    if (label < 0) {
      throw new IllegalArgumentException("the label " + label + "; expected 0 or more");
    }
    int needed = Math.max(label, predicted) + 1;
    if (needed > table.length) {
      long[][] wider = new long[needed][];
      for (int i = 0; i < needed; i++) {
        wider[i] = i < table.length ? Arrays.copyOf(table[i], needed) : new long[needed];
      }
      table = wider;
    }
    table[label][predicted]++;
  }

  /// The number of classes.
  public int classes() {
    return table.length;
  }

  /// How many samples of a class were taken for another, or the same.
  public long count(int label, int predicted) {
    return table[label][predicted];
  }

  /// The number of samples.
  public long total() {
    return Arrays.stream(table).flatMapToLong(Arrays::stream).sum();
  }

  /// The share of samples whose class was found.
  public double accuracy() {
    long right = 0;
    for (int i = 0; i < table.length; i++) {
      right += table[i][i];
    }
    return (double) right / Math.max(total(), 1);
  }

  /// The share of a class's samples that were found; NaN where it has none.
  public double recall(int label) {
    long all = Arrays.stream(table[label]).sum();
    return all == 0 ? Double.NaN : (double) table[label][label] / all;
  }
}
