package dev.tendril.forest.train;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Working memory of one thread at one node, as long as the longest node needs; lent and returned
/// so that growing a tree allocates next to nothing.
final class Scratch {
  final long[] sorted;
  final long[] spare;
  final int[] ints;
  final double[] score = new double[1];

  private long[] sums = new long[64];

  /// At least so many longs, the first of them zero.
  long[] zeros(int size) {
    if (sums.length < size) {
      sums = new long[size];
    } else {
      Arrays.fill(sums, 0, size, 0);
    }
    return sums;
  }

  private Scratch(int rows) {
    sorted = new long[rows];
    spare = new long[rows];
    ints = new int[rows];
  }

  /// The scratches of one training run.
  static final class Pool {
    private final ConcurrentLinkedQueue<Scratch> idle = new ConcurrentLinkedQueue<>();
    private final int rows;

    /// @param rows the rows of the training table
    Pool(int rows) {
      this.rows = rows;
    }

    Scratch borrow() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch(rows) : scratch;
    }

    void giveBack(Scratch scratch) {
      idle.add(scratch);
    }
  }
}
