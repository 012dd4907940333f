package dev.tendril.forest.train;

import java.util.stream.IntStream;

/// Training rows that are held out for validation, each with the same probability and independently
/// of the others.
///
/// @param train the rows to learn from, ascending
/// @param held the others
record HoldOut(int[] train, int[] held) {

  /// @param ratio the probability of each row; where it happens to take all, none are held out
  static HoldOut draw(int rows, double ratio, long seed) {
    SplitMix random = new SplitMix(SplitMix.mix(seed, -1));
    boolean[] held = new boolean[rows];
    int count = 0;
    for (int row = 0; row < rows && ratio > 0; row++) {
      held[row] = random.nextDouble() <= ratio;
      count += held[row] ? 1 : 0;
    }
    boolean none = count == rows;
    return new HoldOut(
        IntStream.range(0, rows).filter(row -> none || !held[row]).toArray(),
        IntStream.range(0, rows).filter(row -> !none && held[row]).toArray());
  }
}
