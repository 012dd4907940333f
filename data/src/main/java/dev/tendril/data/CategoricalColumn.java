package dev.tendril.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of a finite set of strings a row. The column keeps the text of every value; its vocabulary,
/// which learners see, is the part of them that is frequent enough.
public final class CategoricalColumn implements Column {
  private final Field field;
  private final Dictionary dictionary;
  private final int[] codes;
  private final VocabularyLimits limits;

  CategoricalColumn(Field field, Dictionary dictionary, int[] codes, VocabularyLimits limits) {
    this.field = field;
    this.dictionary = dictionary;
    this.codes = codes;
    this.limits = limits;
  }

  /// A column of codes of a known field: -1 missing, 0 out of vocabulary. The array is taken over.
  public CategoricalColumn(Field field, int[] codes) {
    this(field, Dictionary.of(field.vocabulary()), codes, VocabularyLimits.NONE);
  }

  /// A column of strings, null for missing, with the vocabulary that the limits leave.
  public static CategoricalColumn of(
      String name, List<@Nullable String> values, VocabularyLimits limits) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> distinct = new ArrayList<>();
    int[] codes = new int[values.size()];
    for (int i = 0; i < codes.length; i++) {
      String value = values.get(i);
      if (value == null) {
        codes[i] = Vocabulary.MISSING;
      } else {
        Integer code = seen.get(value);
        if (code == null) {
          distinct.add(value);
          code = distinct.size();
          seen.put(value, code);
        }
        codes[i] = code;
      }
    }
    return ordered(name, false, new Dictionary(distinct, 0), codes, limits);
  }

  /// A column from codes in any order: 1 is the first string, -1 missing. The array is taken over
  /// and rewritten.
  static CategoricalColumn ordered(
      String name, boolean manual, Dictionary dictionary, int[] codes, VocabularyLimits limits) {
    Dictionary.Ordered ordered = dictionary.recount(codes, limits);
    long missing = 0;
    for (int code : codes) {
      missing += code < 0 ? 1 : 0;
    }
    Field field =
        new Field(name, manual, codes.length, missing, new Field.Categorical(ordered.vocabulary()));
    return new CategoricalColumn(field, ordered.dictionary(), codes, limits);
  }

  /// The same values with every one in the vocabulary, in class order: by number if all are whole
  /// numbers, else by text. This is the form of a classification label.
  public CategoricalColumn asClasses() {
    List<@Nullable String> texts = new ArrayList<>(codes.length);
    for (int row = 0; row < codes.length; row++) {
      texts.add(text(row));
    }
    List<String> classes = new ArrayList<>();
    long[] counts = new long[dictionary.size() + 1];
    for (int code : codes) {
      if (code > 0) {
        counts[code]++;
      }
    }
    for (int code = 1; code < counts.length; code++) {
      if (counts[code] > 0) {
        classes.add(dictionary.text(code));
      }
    }
    classes.sort(Vocabulary.classOrder(classes));
    List<String> items = new ArrayList<>(List.of(Vocabulary.OUT_OF_VOCABULARY));
    items.addAll(classes);
    Vocabulary order = new Vocabulary(items, new long[items.size()]);
    long[] classCounts = new long[items.size()];
    int[] classCodes = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      classCodes[row] = order.index(texts.get(row));
      if (classCodes[row] >= 0) {
        classCounts[classCodes[row]]++;
      }
    }
    Field classField =
        new Field(
            name(),
            field.manual(),
            codes.length,
            field.missing(),
            new Field.Categorical(new Vocabulary(items, classCounts)));
    return new CategoricalColumn(classField, classCodes);
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
    return codes.length;
  }

  /// The vocabulary index: -1 missing, 0 out of vocabulary.
  public int code(int row) {
    return codes[row] < 0 ? Vocabulary.MISSING : dictionary.index(codes[row]);
  }

  /// The value as it was read, or null when missing.
  public @Nullable String text(int row) {
    return codes[row] < 0 ? null : dictionary.text(codes[row]);
  }

  @Override
  public boolean isMissing(int row) {
    return codes[row] < 0;
  }

  @Override
  public CategoricalColumn select(int[] rows) {
    int[] picked = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = codes[rows[i]];
    }
    return ordered(name(), field.manual(), dictionary, picked, limits);
  }

  @Override
  public long bytes() {
    return 4L * codes.length;
  }
}
