package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import org.jspecify.annotations.Nullable;

/// A numerical column, cut at a random place between its smallest and its largest value in a node.
record IsolationNumbers(NumberReader reader) implements IsolationColumn {

  @Override
  public @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side) {
    float[] values = new float[to - from];
    float replacement = reader.read(rows, from, to, random, values);
    float threshold = cut(values, random);
    if (Float.isNaN(threshold)) {
      return null;
    }
    mark(values, threshold, rows, from, side);
    return new Test(new Condition.AtLeast(reader.index(), threshold), replacement >= threshold);
  }

  /// Draws a threshold that is above the least value and not above the greatest, so that numbers
  /// from it on are some but not all.
  ///
  /// @return NaN when all values are the same, or one is no number
  static float cut(float[] values, SplitMix random) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (!(least < greatest)) {
      return Float.NaN;
    }
    double low = Math.max(least, -Float.MAX_VALUE);
    double high = Math.min(greatest, Float.MAX_VALUE);
    float drawn = (float) (low + (1 - random.nextDouble()) * (high - low));
    return Math.clamp(drawn, Math.nextUp(least), greatest);
  }

  /// Writes which rows have at least the threshold.
  ///
  /// @param values of the rows that begin at `from`
  static void mark(float[] values, float threshold, int[] rows, int from, byte[] side) {
    for (int i = 0; i < values.length; i++) {
      side[rows[from + i]] = (byte) (values[i] >= threshold ? 1 : 0);
    }
  }
}
