package dev.tendril.forest.train;

import java.util.Comparator;
import java.util.stream.IntStream;

/// Training rows that are held out for validation: each with the same probability and independently
/// of the others, or whole groups of rows.
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

  /// Holds out whole groups. They are shuffled and sorted by size, the largest first; each goes to
  /// the part that lacks more of its share.
  ///
  /// @param groupOf the group of every row
  static HoldOut drawGroups(int[] groupOf, double ratio, long seed) {
    Groups groups = Groups.of(groupOf, IntStream.range(0, groupOf.length).toArray());
    int[] order = IntStream.range(0, groups.count()).toArray();
    new SplitMix(SplitMix.mix(seed, -1)).shuffle(order);
    int[] bySize =
        IntStream.of(order)
            .boxed()
            .sorted(Comparator.comparingInt(group -> -groups.size(group)))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] held = new boolean[groupOf.length];
    long heldRows = 0;
    long trainRows = 0;
    for (int group : bySize) {
      boolean hold = heldRows * (1 - ratio) < trainRows * ratio;
      for (int i = 0; i < groups.size(group); i++) {
        held[groups.row(group, i)] = hold;
      }
      heldRows += hold ? groups.size(group) : 0;
      trainRows += hold ? 0 : groups.size(group);
    }
    return new HoldOut(
        IntStream.range(0, held.length).filter(row -> !held[row]).toArray(),
        IntStream.range(0, held.length).filter(row -> held[row]).toArray());
  }
}
