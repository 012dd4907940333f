package dev.tendril.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A set of categorical values a row, such as the words of a sentence. An empty set is a value;
/// missing is not.
///
/// The items of all rows stand one after the other; row `r` owns those from `start(r)` to `end(r)`.
/// Within a row they are distinct, and ascending by dictionary code.
public final class CategoricalSetColumn implements Column {
  private final Field field;
  private final Dictionary dictionary;
  private final int[] starts;
  private final int[] codes;
  private final boolean[] missing;
  private final @Nullable VocabularyLimits limits;

  /// @param limits what a selection of rows keeps in its vocabulary; null: the vocabulary was given
  ///     and a selection keeps it as it is
  CategoricalSetColumn(
      Field field,
      Dictionary dictionary,
      int[] starts,
      int[] codes,
      boolean[] missing,
      @Nullable VocabularyLimits limits) {
    this.field = field;
    this.dictionary = dictionary;
    this.starts = starts;
    this.codes = codes;
    this.missing = missing;
    this.limits = limits;
  }

  /// A column of sets of known vocabulary indices, null for missing.
  public static CategoricalSetColumn of(Field field, List<int @Nullable []> sets) {
    int[] starts = new int[sets.size() + 1];
    boolean[] missing = new boolean[sets.size()];
    int total = 0;
    for (int[] set : sets) {
      total += set == null ? 0 : set.length;
    }
    int[] codes = new int[total];
    for (int row = 0; row < sets.size(); row++) {
      int[] set = sets.get(row);
      missing[row] = set == null;
      int[] sorted = set == null ? new int[0] : Arrays.stream(set).sorted().distinct().toArray();
      System.arraycopy(sorted, 0, codes, starts[row], sorted.length);
      starts[row + 1] = starts[row] + sorted.length;
    }
    return new CategoricalSetColumn(
        field,
        Dictionary.of(field.vocabulary()),
        starts,
        Arrays.copyOf(codes, starts[sets.size()]),
        missing,
        null);
  }

  /// A column of sets of strings, null for missing, with the vocabulary that the limits leave.
  public static CategoricalSetColumn of(
      String name, List<@Nullable List<String>> sets, VocabularyLimits limits) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> distinct = new ArrayList<>();
    int[] starts = new int[sets.size() + 1];
    boolean[] missing = new boolean[sets.size()];
    int[] codes = new int[16];
    for (int row = 0; row < sets.size(); row++) {
      List<String> set = sets.get(row);
      missing[row] = set == null;
      int end = starts[row];
      for (String item : set == null ? List.<String>of() : set) {
        Integer code = seen.get(item);
        if (code == null) {
          distinct.add(item);
          code = distinct.size();
          seen.put(item, code);
        }
        if (end == codes.length) {
          codes = Arrays.copyOf(codes, 2 * end);
        }
        codes[end++] = code;
      }
      starts[row + 1] = end;
    }
    return ordered(
        name,
        false,
        new Dictionary(distinct, 0),
        starts,
        Arrays.copyOf(codes, starts[sets.size()]),
        missing,
        limits);
  }

  /// A column of a known field from dictionary codes in any order, repeats allowed. The arrays are
  /// taken over and rewritten.
  static CategoricalSetColumn coded(
      Field field, Dictionary dictionary, int[] starts, int[] codes, boolean[] missing) {
    int end = pack(starts, codes);
    int[] kept = end == codes.length ? codes : Arrays.copyOf(codes, end);
    return new CategoricalSetColumn(field, dictionary, starts, kept, missing, null);
  }

  /// Sorts each row's codes, drops repeats and closes the gaps, moving the starts along.
  ///
  /// @return the number of codes left
  private static int pack(int[] starts, int[] codes) {
    int end = 0;
    int from = starts[0];
    for (int row = 0; row + 1 < starts.length; row++) {
      int to = starts[row + 1];
      Arrays.sort(codes, from, to);
      int begin = end;
      for (int i = from; i < to; i++) {
        if (end == begin || codes[end - 1] != codes[i]) {
          codes[end++] = codes[i];
        }
      }
      from = to;
      starts[row + 1] = end;
    }
    return end;
  }

  /// A column from codes in any order, repeats allowed. The arrays are taken over and rewritten. An
  /// item's count is the number of rows that have it.
  static CategoricalSetColumn ordered(
      String name,
      boolean manual,
      Dictionary dictionary,
      int[] starts,
      int[] codes,
      boolean[] missing,
      VocabularyLimits limits) {
    int end = pack(starts, codes);
    int[] kept = end == codes.length ? codes : Arrays.copyOf(codes, end);
    Dictionary.Ordered ordered = dictionary.recount(kept, limits);
    for (int row = 0; row < missing.length; row++) {
      Arrays.sort(kept, starts[row], starts[row + 1]);
    }
    return new CategoricalSetColumn(
        describe(name, manual, starts, missing, ordered.vocabulary()),
        ordered.dictionary(),
        starts,
        kept,
        missing,
        limits);
  }

  private static Field describe(
      String name, boolean manual, int[] starts, boolean[] missing, Vocabulary vocabulary) {
    int least = Integer.MAX_VALUE;
    int most = 0;
    long gaps = 0;
    for (int row = 0; row < missing.length; row++) {
      if (missing[row]) {
        gaps++;
      } else {
        least = Math.min(least, starts[row + 1] - starts[row]);
        most = Math.max(most, starts[row + 1] - starts[row]);
      }
    }
    int fewest = least == Integer.MAX_VALUE ? 0 : least;
    return new Field(
        name, manual, missing.length, gaps, new Field.CategoricalSet(vocabulary, fewest, most));
  }

  /// The same sets under another field; an item whose text is gone keeps the code 0.
  CategoricalSetColumn recoded(Field other, TextMerge merge) {
    int[] codeOf = new int[dictionary.size() + 1];
    for (int code = 1; code < codeOf.length; code++) {
      codeOf[code] = merge.code(dictionary.text(code));
    }
    int[] recoded = new int[codes.length];
    for (int i = 0; i < codes.length; i++) {
      recoded[i] = codeOf[codes[i]];
    }
    return coded(other, merge.dictionary(), starts.clone(), recoded, missing);
  }

  @Override
  public Field field() {
    return field;
  }

  public Vocabulary vocabulary() {
    return field.vocabulary();
  }

  @Override
  public int rows() {
    return missing.length;
  }

  /// The position of the first item of a row.
  public int start(int row) {
    return starts[row];
  }

  /// The position after the last item of a row.
  public int end(int row) {
    return starts[row + 1];
  }

  /// The vocabulary index of the item at a position, 0 when out of vocabulary. Several items of a
  /// row can be 0.
  public int code(int position) {
    return dictionary.index(codes[position]);
  }

  /// The item at a position as it was read.
  public String text(int position) {
    return dictionary.text(codes[position]);
  }

  @Override
  public boolean isMissing(int row) {
    return missing[row];
  }

  @Override
  public CategoricalSetColumn select(int[] rows) {
    int[] pickedStarts = new int[rows.length + 1];
    boolean[] pickedMissing = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      pickedStarts[i + 1] = pickedStarts[i] + starts[rows[i] + 1] - starts[rows[i]];
      pickedMissing[i] = missing[rows[i]];
    }
    int[] picked = new int[pickedStarts[rows.length]];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(
          codes, starts[rows[i]], picked, pickedStarts[i], pickedStarts[i + 1] - pickedStarts[i]);
    }
    if (limits != null) {
      return ordered(
          name(), field.manual(), dictionary, pickedStarts, picked, pickedMissing, limits);
    }
    long[] counts = new long[vocabulary().size()];
    for (int code : picked) {
      counts[dictionary.index(code)]++;
    }
    Vocabulary recounted = new Vocabulary(vocabulary().items(), counts);
    return new CategoricalSetColumn(
        describe(name(), field.manual(), pickedStarts, pickedMissing, recounted),
        dictionary,
        pickedStarts,
        picked,
        pickedMissing,
        null);
  }

  @Override
  public long bytes() {
    return 4L * starts.length + 4L * codes.length + missing.length;
  }
}
