package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;

/// What the splits of a tree are to tell apart, in the form of sums over rows.
///
/// **Sums of integers.** Whatever is added up during the search for a split (counts, weights, class
/// weights, gradients) is held in fixed point: real values are scaled once so that the largest uses
/// 30 bits, and sums are 64-bit integers. That is finer than the 24 bits of the floats behind them,
/// cannot overflow below 2^31 rows, and makes addition commute: presorted or sorted in the node, on
/// one thread or many, the same rows give the same sums, therefore the same scores and the same
/// tree, bit for bit.
///
/// **The layout of sums.** A node or a bucket of rows is [#width] longs: the number of examples,
/// then what the kind of target needs. The other side of a split is the node minus this side.
///
/// **Scores** are in the unit that YDF reports: information gain in nats for classes, reduction of
/// variance for numbers, what Newton steps gain for gradients with hessians. [#ILLEGAL] means that
/// a side would have fewer than the least number of examples.
abstract class Target {
  /// There are legal cuts, but all are below the bar.
  static final int BELOW_BAR = -2;

  /// Nodes with fewer rows are scanned cut by cut.
  static final int SMALL = 512;

  /// Rows that a scan looks at together.
  static final int BLOCK = 32;

  /// The score of a split that is not allowed.
  static final double ILLEGAL = Double.NEGATIVE_INFINITY;

  /// How often each row counts, as drawn by bootstrap; null when each counts once.
  final int @org.jspecify.annotations.Nullable [] multiplicity;

  final int minExamples;

  Target(int @org.jspecify.annotations.Nullable [] multiplicity, int minExamples) {
    this.multiplicity = multiplicity;
    this.minExamples = minExamples;
  }

  /// The target of splits on categories, whose score may differ.
  Target categorical() {
    return this;
  }

  /// This target for a node whose leaves have to stay within bounds.
  Target within(Bounds bounds) {
    if (!bounds.none()) {
      throw new IllegalStateException("no bounds on this kind of target");
    }
    return this;
  }

  /// This target for splits on a feature that predictions have to follow: the positive side must
  /// not have the lower step. Its scores take the sums of the negative side.
  ///
  /// @param direction 1: rising; -1: falling; 0: none
  Target toward(int direction) {
    if (direction != 0) {
      throw new IllegalStateException("no directions on this kind of target");
    }
    return this;
  }

  /// The Newton step that a sum calls for.
  double step(long[] sums) {
    throw new IllegalStateException("no steps with this kind of target");
  }

  /// The number of longs of a sum.
  abstract int width();

  /// Adds rows to one sum.
  abstract void sum(int[] rows, int from, int to, long[] sums);

  /// Adds each row to the sum of its bucket.
  ///
  /// @param buckets by row of the table
  /// @param count the number of buckets
  abstract void sumByBucket(int[] rows, int from, int to, int[] buckets, int count, long[] sums);

  /// Adds one row to the sum that starts at an offset.
  abstract void add(int row, long[] sums, int at);

  /// Takes one row out of the sum that starts at an offset.
  abstract void subtract(int row, long[] sums, int at);

  /// The score of splitting a node into one side and the rest, [#ILLEGAL] when either has fewer
  /// than the least number of examples.
  ///
  /// @param side sums of one side, starting at an offset
  /// @param whole sums of the node
  final double score(long[] side, int at, long[] whole) {
    return legal(side[at], whole[0]) ? gain(side, at, whole) : ILLEGAL;
  }

  /// The score of a split whose sides may be of any size but empty.
  abstract double gain(long[] side, int at, long[] whole);

  /// The best cut of rows in the order of a numerical attribute: the lowest of equals, never
  /// between equal keys.
  ///
  /// @param sorted `key << 32 | row`, ascending
  /// @param whole sums of the node
  /// @param bar a score; cuts that are clearly below it may be passed over
  /// @param score receives the score at index 0
  /// @return the position of the first row above the cut, -1 when no cut is legal, or [#BELOW_BAR]
  abstract int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score);

  /// The number of orders in which the buckets of a categorical attribute are to be cut.
  abstract int orders();

  /// The place of a bucket in one of the orders; buckets above a cut become positive.
  ///
  /// @param whole sums of the node
  abstract double place(int order, long[] sums, int at, long[] whole);

  /// Whether no split can gain anything, since all rows have the same truth.
  abstract boolean pure(long[] whole);

  /// What a node with these rows predicts.
  abstract Output output(int[] rows, int from, int to);

  /// What a node with these rows and sums predicts.
  Output output(int[] rows, int from, int to, long[] sums) {
    return output(rows, from, to);
  }

  /// The total weight of a sum, in the unit of the user's weights.
  abstract double weight(long[] sums);

  final boolean legal(long count, long wholeCount) {
    return count >= minExamples && wholeCount - count >= minExamples;
  }

  /// Scales reals to integers of at most 30 bits by a power of two, which loses nothing but what
  /// lies below 2^-30 of the largest.
  ///
  /// @return the exponent: an integer is the real times 2^exponent
  static int quantize(float[] values, int[] quantized) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    int exponent = exponent(largest);
    double scale = Math.scalb(1.0, exponent);
    for (int i = 0; i < values.length; i++) {
      quantized[i] = (int) Math.rint(values[i] * scale);
    }
    return exponent;
  }

  /// The exponent that brings the largest magnitude to 30 bits.
  static int exponent(float largest) {
    return largest == 0 ? 0 : 29 - Math.getExponent(largest);
  }
}
