package dev.tendril.data;

import java.util.Arrays;

/// Chooses the boundaries of a discretized column.
///
/// With no more distinct values than bins, every value gets its own bin: boundaries lie midway
/// between neighbours. Otherwise bins are filled in ascending order. A value that alone is as
/// frequent as a bin would be under an equal division gets a bin of its own; the others are
/// gathered until the bin holds its share of what is left, and at least [#MIN_OBSERVATIONS]. Zero
/// and the mean, which stand for "nothing" and for a missing value, get bins that hold nothing
/// else. (The rules are those of YDF's discretized numerical columns.)
final class Discretizer {
  static final int MIN_OBSERVATIONS = 3;

  private Discretizer() {}

  static Field describe(String name, boolean manual, float[] values, int maxBins) {
    if (maxBins < 2 || maxBins > DiscretizedColumn.MISSING) {
      throw new IllegalArgumentException(
          "a discretized column has 2 to "
              + (int) DiscretizedColumn.MISSING
              + " bins; got "
              + maxBins);
    }
    float[] sorted = new float[values.length];
    int n = 0;
    for (float value : values) {
      if (!Float.isNaN(value)) {
        sorted[n++] = value == 0 ? 0f : value;
      }
    }
    Arrays.sort(sorted, 0, n);
    float[] distinct = new float[n];
    int[] counts = new int[n];
    int size = 0;
    for (int i = 0; i < n; i++) {
      if (size == 0 || distinct[size - 1] != sorted[i]) {
        distinct[size++] = sorted[i];
      }
      counts[size - 1]++;
    }
    Field.Numerical numerical = NumericalColumn.statistics(values);
    float[] boundaries =
        size <= maxBins
            ? between(distinct, size)
            : quantiles(distinct, counts, size, maxBins, (float) numerical.mean());
    return new Field(
        name,
        manual,
        values.length,
        values.length - (long) n,
        new Field.Discretized(numerical, boundaries, size, maxBins));
  }

  private static float[] between(float[] distinct, int size) {
    float[] boundaries = new float[Math.max(0, size - 1)];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = midway(distinct[i], distinct[i + 1]);
    }
    return boundaries;
  }

  /// A boundary that keeps a below and b not below.
  private static float midway(float a, float b) {
    float middle = (float) (a + ((double) b - a) / 2);
    return middle > a && middle <= b ? middle : b;
  }

  private static float[] quantiles(
      float[] distinct, int[] counts, int size, int maxBins, float mean) {
    float[] special = special(distinct, size, maxBins, mean);
    int bins = maxBins - special.length;
    long total = 0;
    for (int i = 0; i < size; i++) {
      total += counts[i];
    }
    float[] boundaries = new float[maxBins + special.length];
    int used = 0;
    long left = total;
    long filled = 0;
    int binsLeft = bins;
    for (int i = 0; i + 1 < size && binsLeft > 1; i++) {
      filled += counts[i];
      long share = Math.max(MIN_OBSERVATIONS, (left + binsLeft - 1) / binsLeft);
      boolean full = filled >= share;
      boolean nextIsHeavy =
          counts[i + 1] >= Math.max(1, total / bins) && filled >= MIN_OBSERVATIONS;
      if (full || nextIsHeavy) {
        boundaries[used++] = midway(distinct[i], distinct[i + 1]);
        left -= filled;
        filled = 0;
        binsLeft--;
      }
    }
    System.arraycopy(special, 0, boundaries, used, special.length);
    used += special.length;
    Arrays.sort(boundaries, 0, used);
    int kept = 0;
    for (int i = 0; i < used; i++) {
      if (kept == 0 || boundaries[kept - 1] != boundaries[i]) {
        boundaries[kept++] = boundaries[i];
      }
    }
    return Arrays.copyOf(boundaries, kept);
  }

  /// The two boundaries around each special value that lies inside the range, if there are bins to
  /// spare.
  private static float[] special(float[] distinct, int size, int maxBins, float mean) {
    float[] boundaries = new float[4];
    int used = 0;
    for (float value : mean == 0 ? new float[] {0} : new float[] {0, mean}) {
      if (used + 2 <= maxBins - 2 && value > distinct[0] && value < distinct[size - 1]) {
        boundaries[used++] = value;
        boundaries[used++] = Math.nextUp(value);
      }
    }
    return Arrays.copyOf(boundaries, used);
  }
}
