package dev.tendril.core.quantize;

import java.util.Arrays;

/// How often numbers of ranges of equal width were seen. The range is not known beforehand: it
/// begins with the first numbers and doubles, two bins becoming one, as long as one lies beyond it.
/// So counts are exact, each number is looked at once, and the order of samples does not matter
/// beyond the width of the first.
final class Histogram {
  private static final int BINS = 8192;

  private final long[] counts = new long[BINS];
  private double limit;
  private long total;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  /// Counts finite numbers.
  void add(float[] values) {
    float greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    if (limit == 0) {
      // A power of two, so that the bins are the same whichever sample comes first.
      limit = greatest == 0 ? 0 : Math.scalb(1.0, Math.getExponent(greatest) + 1);
    }
    while (limit > 0 && greatest > limit) {
      widen();
    }
    double perBin = limit == 0 ? 0 : BINS / 2 / limit;
    for (float value : values) {
      counts[Math.clamp((long) Math.floor(value * perBin) + BINS / 2, 0, BINS - 1)]++;
    }
    total += values.length;
  }

  private void widen() {
    long[] before = counts.clone();
    Arrays.fill(counts, 0);
    for (int i = 0; i < BINS; i++) {
      counts[BINS / 2 + Math.floorDiv(i - BINS / 2, 2)] += before[i];
    }
    limit *= 2;
  }

  /// The number at which a bin begins.
  double edge(int bin) {
    return (bin - BINS / 2) * limit / (BINS / 2);
  }

  /// The bin that a number is in.
  int bin(double value) {
    return limit == 0
        ? BINS / 2
        : Math.clamp((long) Math.floor(value * (BINS / 2) / limit) + BINS / 2, 0, BINS - 1);
  }

  long count(int bin) {
    return counts[bin];
  }

  /// The numbers that were seen, from the least to the greatest.
  Range all() {
    return total == 0 ? new Range(0, 0) : new Range(min, max);
  }

  /// The range that leaves out as many numbers at either end as a percentage does not have.
  Range percentile(double percent) {
    double out = total * (100 - percent) / 100;
    Range all = all();
    int low = bin(all.min());
    for (long seen = counts[low]; seen <= out && low < BINS - 1; seen += counts[low]) {
      low++;
    }
    int high = bin(all.max());
    for (long seen = counts[high]; seen <= out && high > low; seen += counts[high]) {
      high--;
    }
    return new Range(edge(low), edge(high + 1));
  }
}
