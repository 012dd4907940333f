package dev.tendril.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values of a categorical column and how often each was seen, addressed by index.
///
/// Index 0 is [#OUT_OF_VOCABULARY]: every value that was too rare to keep, and every value first
/// met at prediction time. Missing is not a value; it has the code [#MISSING]. Immutable.
public final class Vocabulary {
  /// The name of index 0.
  public static final String OUT_OF_VOCABULARY = "<OOD>";

  /// The code of a missing value.
  public static final int MISSING = -1;

  private final List<String> items;
  private final long[] counts;
  private final Map<String, Integer> indices;

  /// @param items the values in index order, the first of which stands for all others
  /// @param counts the number of rows of each
  public Vocabulary(List<String> items, long[] counts) {
    if (items.isEmpty() || items.size() != counts.length) {
      throw new IllegalArgumentException(
          "a vocabulary needs one count an item and at least the out-of-vocabulary item; got "
              + items.size()
              + " items and "
              + counts.length
              + " counts");
    }
    this.items = List.copyOf(items);
    this.counts = counts.clone();
    this.indices = HashMap.newHashMap(items.size());
    for (int i = items.size() - 1; i >= 1; i--) {
      indices.put(items.get(i), i);
    }
  }

  /// The order in which values get their indices: most frequent first; equals in descending order
  /// of their text.
  static final Comparator<Map.Entry<String, Long>> BY_FREQUENCY =
      Map.Entry.<String, Long>comparingByValue()
          .reversed()
          .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder()));

  /// The order of class labels: by number when every one is a whole number, else by text.
  static Comparator<String> classOrder(Iterable<String> values) {
    for (String value : values) {
      if (!value.matches("[+-]?[0-9]{1,18}")) {
        return Comparator.naturalOrder();
      }
    }
    return Comparator.<String>comparingLong(Long::parseLong)
        .thenComparing(Comparator.naturalOrder());
  }

  /// A vocabulary of exactly these values with index 1, 2, ... and no counts.
  public static Vocabulary of(String... values) {
    List<String> items = new ArrayList<>(List.of(OUT_OF_VOCABULARY));
    items.addAll(List.of(values));
    return new Vocabulary(items, new long[items.size()]);
  }

  /// The number of indices, the out-of-vocabulary one included.
  public int size() {
    return items.size();
  }

  /// All values, index 0 included.
  public List<String> items() {
    return items;
  }

  /// The values without the out-of-vocabulary item: for a label, its classes.
  public List<String> values() {
    return items.subList(1, items.size());
  }

  public String item(int index) {
    return items.get(index);
  }

  public long count(int index) {
    return counts[index];
  }

  /// The index of a value; 0 for a value that is not in the vocabulary, [#MISSING] for null.
  public int index(@Nullable String value) {
    if (value == null) {
      return MISSING;
    }
    Integer index = indices.get(value);
    return index == null ? 0 : index;
  }

  /// The index that stands in for a missing value: the most frequent one, and the out-of-vocabulary
  /// index only when it is strictly more frequent than every other.
  public int mostFrequent() {
    int best = Math.min(1, counts.length - 1);
    for (int i = 2; i < counts.length; i++) {
      if (counts[i] > counts[best]) {
        best = i;
      }
    }
    return counts[0] > counts[best] ? 0 : best;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Vocabulary that
        && items.equals(that.items)
        && java.util.Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }

  @Override
  public String toString() {
    return items.toString();
  }
}
