package dev.tendril.forest.train;

import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.forest.tree.Condition;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A column of sets, tested for holding a random item: one of those that some rows of the node have
/// and others do not. A missing set counts as an empty one.
///
/// @param index position of the column in the schema
record IsolationItems(int index, CategoricalSetColumn sets) implements IsolationColumn {

  @Override
  public @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = from; i < to; i++) {
      for (int at = sets.start(rows[i]); at < sets.end(rows[i]); at++) {
        counts.merge(sets.code(at), 1, Integer::sum);
      }
    }
    int[] parting =
        counts.entrySet().stream()
            .filter(item -> item.getValue() < to - from)
            .mapToInt(Map.Entry::getKey)
            .toArray();
    if (parting.length == 0) {
      return null;
    }
    int item = parting[random.nextInt(parting.length)];
    for (int i = from; i < to; i++) {
      side[rows[i]] = holds(rows[i], item);
    }
    return new Test(new Condition.Contains(index, new int[] {item}), false);
  }

  private byte holds(int row, int item) {
    for (int at = sets.start(row); at < sets.end(row); at++) {
      if (sets.code(at) == item) {
        return 1;
      }
    }
    return 0;
  }
}
