package dev.tendril.forest.train;

import java.util.Arrays;

/// A tally of any target: the sums of every bin in its layout.
final class PlainTally extends Tally {
  private final Target target;
  private final int width;
  private final long[] sums;
  private final long[] side;
  private int[] rows = {};
  private int from;
  private int to;
  private long[] whole = {};

  PlainTally(Target target, int bins) {
    super(bins);
    this.target = target;
    this.width = target.width();
    this.sums = new long[bins * width];
    this.side = new long[width];
  }

  @Override
  Target target() {
    return target;
  }

  @Override
  long[] whole() {
    return whole;
  }

  @Override
  void enter(int[] rows, int from, int to, long[] whole) {
    this.rows = rows;
    this.from = from;
    this.to = to;
    this.whole = whole;
  }

  @Override
  void add(byte[] bins, int count, long[] bits) {
    for (int i = from; i < to; i++) {
      int bin = bins[rows[i]] & 255;
      target.add(rows[i], sums, bin * width);
      bits[bin >> 6] |= 1L << bin;
    }
  }

  @Override
  void add(char[] bins, long[] bits) {
    for (int i = from; i < to; i++) {
      int bin = bins[rows[i]];
      target.add(rows[i], sums, bin * width);
      bits[bin >> 6] |= 1L << bin;
    }
  }

  @Override
  double score(int bin) {
    return target.score(sums, bin * width, whole);
  }

  @Override
  void merge(int from, int to) {
    for (int i = 0; i < width; i++) {
      sums[to * width + i] += sums[from * width + i];
      sums[from * width + i] = 0;
    }
  }

  @Override
  int cut(long[] bits, double bar) {
    Arrays.fill(side, 0);
    int last = -1;
    boolean legal = false;
    boolean found = false;
    double best = Math.nextDown(bar);
    for (int word = 0; word < bits.length; word++) {
      for (long left = bits[word]; left != 0; left &= left - 1) {
        int bin = word * Long.SIZE + Long.numberOfTrailingZeros(left);
        double at = last < 0 ? Target.ILLEGAL : target.score(side, 0, whole);
        legal |= at != Target.ILLEGAL;
        if (at > best) {
          best = at;
          below = last;
          above = bin;
          found = true;
        }
        drain(bin, side, 0);
        last = bin;
      }
      bits[word] = 0;
    }
    score = best;
    return found ? 0 : legal ? Target.BELOW_BAR : -1;
  }

  @Override
  void drain(int bin, long[] to) {
    drain(bin, to, bin * width);
  }

  private void drain(int bin, long[] to, int at) {
    for (int i = 0; i < width; i++) {
      to[at + i] += sums[bin * width + i];
      sums[bin * width + i] = 0;
    }
  }
}
