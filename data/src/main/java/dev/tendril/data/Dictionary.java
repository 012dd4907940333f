package dev.tendril.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every distinct string of a column, in vocabulary order, of which a prefix is the vocabulary.
///
/// Vocabulary order puts frequent values first, so dropping the rare ones is cutting the list: a
/// code up to `kept` is its own vocabulary index and a code above it is out of vocabulary. The
/// column thereby keeps the exact strings (for labels, slices and writing back) and learners still
/// see the pruned vocabulary. Code 0 is a value that a given vocabulary did not know; its text is
/// gone.
final class Dictionary {
  private final List<String> values;
  private final int kept;

  /// @param values the text of code 1, 2, ...; the first `kept` of them are the vocabulary
  Dictionary(List<String> values, int kept) {
    this.values = values;
    this.kept = kept;
  }

  String text(int code) {
    return code == 0 ? Vocabulary.OUT_OF_VOCABULARY : values.get(code - 1);
  }

  int index(int code) {
    return code <= kept ? code : 0;
  }

  int size() {
    return values.size();
  }

  /// The text of code 1, 2, ...
  List<String> values() {
    return values;
  }

  static Dictionary of(Vocabulary vocabulary) {
    return new Dictionary(vocabulary.values(), vocabulary.size() - 1);
  }

  /// What ordering a column's distinct strings gives.
  record Ordered(Dictionary dictionary, Vocabulary vocabulary, int[] codeOf) {}

  /// Puts distinct strings into vocabulary order.
  ///
  /// @param distinct the strings
  /// @param counts how often each was seen
  /// @param unknown how many values had no known text
  /// @return the ordered dictionary, its vocabulary, and the new code of each given string
  static Ordered order(
      List<String> distinct, long[] counts, long unknown, VocabularyLimits limits) {
    Map<String, Integer> position = HashMap.newHashMap(distinct.size());
    List<Map.Entry<String, Long>> entries = new ArrayList<>(distinct.size());
    for (int i = 0; i < distinct.size(); i++) {
      position.put(distinct.get(i), i);
      entries.add(Map.entry(distinct.get(i), counts[i]));
    }
    entries.sort(Vocabulary.BY_FREQUENCY);
    int kept = 0;
    while (kept < entries.size()
        && kept < limits.maxSize()
        && entries.get(kept).getValue() >= limits.minFrequency()) {
      kept++;
    }
    List<String> items = new ArrayList<>(kept + 1);
    items.add(Vocabulary.OUT_OF_VOCABULARY);
    long[] itemCounts = new long[kept + 1];
    itemCounts[0] = unknown;
    List<String> values = new ArrayList<>(entries.size());
    int[] codeOf = new int[distinct.size()];
    for (int i = 0; i < entries.size(); i++) {
      String value = entries.get(i).getKey();
      long count = entries.get(i).getValue();
      values.add(value);
      Integer at = position.get(value);
      codeOf[at == null ? 0 : at] = i + 1;
      if (i < kept) {
        items.add(value);
        itemCounts[i + 1] = count;
      } else {
        itemCounts[0] += count;
      }
    }
    return new Ordered(new Dictionary(values, kept), new Vocabulary(items, itemCounts), codeOf);
  }

  /// Reorders codes that index this dictionary after a change of rows.
  ///
  /// @param codes changed in place; negative codes and 0 stay as they are
  Ordered recount(int[] codes, VocabularyLimits limits) {
    long[] seen = new long[values.size() + 1];
    for (int code : codes) {
      if (code >= 0) {
        seen[code]++;
      }
    }
    List<String> present = new ArrayList<>();
    long[] counts = new long[values.size()];
    int[] presentAt = new int[values.size() + 1];
    Arrays.fill(presentAt, -1);
    for (int code = 1; code <= values.size(); code++) {
      if (seen[code] > 0) {
        presentAt[code] = present.size();
        counts[present.size()] = seen[code];
        present.add(values.get(code - 1));
      }
    }
    Ordered ordered = order(present, Arrays.copyOf(counts, present.size()), seen[0], limits);
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] > 0) {
        codes[i] = ordered.codeOf()[presentAt[codes[i]]];
      }
    }
    return ordered;
  }
}
