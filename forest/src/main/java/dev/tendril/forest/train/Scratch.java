package dev.tendril.forest.train;

import java.util.ArrayDeque;
import java.util.Arrays;

/// Working memory of one thread at one node, lent and returned so that growing a tree allocates
/// next to nothing. Arrays are as long as the training table has rows.
final class Scratch {
  /// Sorted entries, `key << 32 | row`.
  final long[] sorted;

  final long[] spare;

  /// Something by row of the table, or a list.
  final int[] ints;

  /// Rows in some order.
  final int[] rows;

  final double[] score = new double[1];

  private long[] sums = new long[64];

  private float[] floats = {};

  private Scratch(int size) {
    sorted = new long[size];
    spare = new long[size];
    ints = new int[size];
    rows = new int[size];
  }

  /// As many floats as the table has rows.
  float[] floats() {
    if (floats.length == 0) {
      floats = new float[ints.length];
    }
    return floats;
  }

  /// At least so many longs, the first of them zero.
  long[] zeros(int size) {
    if (sums.length < size) {
      sums = new long[size];
    } else {
      Arrays.fill(sums, 0, size, 0);
    }
    return sums;
  }

  /// The scratches of one training run.
  static final class Pool {
    private final ArrayDeque<Scratch> idle = new ArrayDeque<>();
    private final int size;

    /// @param size the rows of the training table
    Pool(int size) {
      this.size = size;
    }

    synchronized Scratch borrow() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch(size) : scratch;
    }

    synchronized void giveBack(Scratch scratch) {
      idle.push(scratch);
    }
  }
}
