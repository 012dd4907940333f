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
  private final @Nullable VocabularyLimits limits;

  /// @param limits what a selection of rows keeps in its vocabulary; null: the vocabulary was given
  ///     and a selection keeps it as it is
  CategoricalColumn(
      Field field, Dictionary dictionary, int[] codes, @Nullable VocabularyLimits limits) {
    this.field = field;
    this.dictionary = dictionary;
    this.codes = codes;
    this.limits = limits;
  }

  /// A column of codes of a known field: -1 missing, 0 out of vocabulary. The array is taken over.
  /// Selections of its rows keep the vocabulary and its order.
  public CategoricalColumn(Field field, int[] codes) {
    this(field, Dictionary.of(field.vocabulary()), codes, null);
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
    long[] seen = new long[dictionary.size() + 1];
    for (int code : codes) {
      if (code >= 0) {
        seen[code]++;
      }
    }
    List<String> classes = new ArrayList<>();
    Map<String, Integer> codeOfText = new HashMap<>();
    for (int code = 1; code < seen.length; code++) {
      if (seen[code] > 0 && codeOfText.put(dictionary.text(code), code) == null) {
        classes.add(dictionary.text(code));
      }
    }
    classes.sort(Vocabulary.classOrder(classes));
    long[] counts = new long[classes.size() + 1];
    counts[0] = seen[0];
    int[] classOf = new int[seen.length];
    for (int i = 0; i < classes.size(); i++) {
      int code = codeOfText.getOrDefault(classes.get(i), 0);
      classOf[code] = i + 1;
      counts[i + 1] = seen[code];
    }
    int[] classCodes = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      classCodes[row] = codes[row] < 0 ? Vocabulary.MISSING : classOf[codes[row]];
    }
    List<String> items = new ArrayList<>(classes.size() + 1);
    items.add(Vocabulary.OUT_OF_VOCABULARY);
    items.addAll(classes);
    Field.Categorical details = new Field.Categorical(new Vocabulary(items, counts));
    return new CategoricalColumn(
        new Field(name(), field.manual(), codes.length, field.missing(), details), classCodes);
  }

  /// A column as the label of a classification, whatever inference took it for: categorical values
  /// and text by [#asClasses], truth values as the classes `0` and `1`, whole numbers as classes of
  /// their decimal text.
  ///
  /// @throws DataException when the column has fractions, or is no single value a row
  public static CategoricalColumn classes(Column column) {
    return switch (column) {
      case CategoricalColumn categories -> categories.asClasses();
      case TextColumn texts -> {
        TextMerge merge = TextMerge.ofValues(null);
        int[] codes = texts.recode(merge);
        yield ordered(
                column.name(),
                column.field().manual(),
                merge.dictionary(),
                codes,
                VocabularyLimits.NONE)
            .asClasses();
      }
      case BooleanColumn flags -> {
        int[] codes = new int[flags.rows()];
        for (int row = 0; row < codes.length; row++) {
          codes[row] = flags.isMissing(row) ? Vocabulary.MISSING : flags.value(row) + 1;
        }
        yield ofCodes(column, List.of("0", "1"), codes);
      }
      case NumericalColumn numbers -> ofNumbers(numbers);
      case CategoricalSetColumn _, HashColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + column.name()
                  + "\" is "
                  + column.semantic()
                  + " and cannot be the label of a classification; read it as categorical (semantic"
                  + " option)");
    };
  }

  private static CategoricalColumn ofNumbers(NumericalColumn numbers) {
    Map<Float, Integer> codeOf = new HashMap<>();
    List<String> texts = new ArrayList<>();
    int[] codes = new int[numbers.rows()];
    for (int row = 0; row < codes.length; row++) {
      float value = numbers.value(row) + 0f;
      if (numbers.isMissing(row)) {
        codes[row] = Vocabulary.MISSING;
        continue;
      }
      Integer code = codeOf.get(value);
      if (code == null) {
        if (!Numbers.isWhole(value)) {
          throw new DataException(
              "column \""
                  + numbers.name()
                  + "\", row "
                  + (row + 1)
                  + ": "
                  + Numbers.text(value)
                  + " is not a whole number, so the column is no label of a classification; use"
                  + " regression, or read it as categorical (semantic option)");
        }
        texts.add(Numbers.wholeText(value));
        code = texts.size();
        codeOf.put(value, code);
      }
      codes[row] = code;
    }
    return ofCodes(numbers, texts, codes);
  }

  private static CategoricalColumn ofCodes(Column column, List<String> texts, int[] codes) {
    return ordered(
            column.name(),
            column.field().manual(),
            new Dictionary(texts, 0),
            codes,
            VocabularyLimits.NONE)
        .asClasses();
  }

  /// The codes of the values elsewhere; a value whose text is gone keeps the code 0.
  int[] recode(TextMerge merge) {
    int[] codeOf = new int[dictionary.size() + 1];
    for (int code = 1; code < codeOf.length; code++) {
      codeOf[code] = -2;
    }
    int[] recoded = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      int code = codes[row];
      if (code > 0 && codeOf[code] == -2) {
        codeOf[code] = merge.code(dictionary.text(code));
      }
      recoded[row] = code < 0 ? Vocabulary.MISSING : codeOf[code];
    }
    return recoded;
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
    return limits == null
        ? new CategoricalColumn(selected(picked), dictionary, picked, null)
        : ordered(name(), field.manual(), dictionary, picked, limits);
  }

  private Field selected(int[] picked) {
    long[] counts = new long[vocabulary().size()];
    long missing = 0;
    for (int code : picked) {
      if (code < 0) {
        missing++;
      } else {
        counts[dictionary.index(code)]++;
      }
    }
    Vocabulary recounted = new Vocabulary(vocabulary().items(), counts);
    return new Field(
        name(), field.manual(), picked.length, missing, new Field.Categorical(recounted));
  }

  @Override
  public long bytes() {
    return 4L * codes.length;
  }
}
