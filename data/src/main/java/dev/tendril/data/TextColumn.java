package dev.tendril.data;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Strings that are carried along but not learned from: names, notes, keys. Equal strings are
/// stored once.
public final class TextColumn implements Column {
  private final Field field;
  private final List<String> values;
  private final int[] codes;

  /// @param values the distinct strings
  /// @param codes the position of each row's string among them, -1 when missing; taken over
  TextColumn(Field field, List<String> values, int[] codes) {
    this.field = field;
    this.values = values;
    this.codes = codes;
  }

  /// A column of strings, null for missing.
  public static TextColumn of(String name, List<@Nullable String> values) {
    CategoricalColumn coded = CategoricalColumn.of(name, values, VocabularyLimits.NONE);
    int[] codes = new int[values.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = coded.code(i) - (coded.isMissing(i) ? 0 : 1);
    }
    return of(name, false, coded.vocabulary().values(), codes);
  }

  static TextColumn of(String name, boolean manual, List<String> values, int[] codes) {
    BitSet seen = new BitSet(values.size());
    long missing = 0;
    for (int code : codes) {
      if (code < 0) {
        missing++;
      } else {
        seen.set(code);
      }
    }
    Field field =
        new Field(name, manual, codes.length, missing, new Field.Text(seen.cardinality()));
    return new TextColumn(field, values, codes);
  }

  @Override
  public Field field() {
    return field;
  }

  /// The same texts under another field.
  TextColumn withField(Field other) {
    return new TextColumn(other, values, codes);
  }

  /// The codes of the texts elsewhere.
  int[] recode(TextMerge merge) {
    int[] recoded = new int[codes.length];
    for (int row = 0; row < codes.length; row++) {
      recoded[row] = codes[row] < 0 ? Vocabulary.MISSING : merge.code(values.get(codes[row]));
    }
    return recoded;
  }

  @Override
  public int rows() {
    return codes.length;
  }

  public @Nullable String text(int row) {
    return codes[row] < 0 ? null : values.get(codes[row]);
  }

  @Override
  public boolean isMissing(int row) {
    return codes[row] < 0;
  }

  @Override
  public TextColumn select(int[] rows) {
    int[] picked = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = codes[rows[i]];
    }
    return of(name(), field.manual(), values, picked);
  }

  @Override
  public long bytes() {
    return 4L * codes.length;
  }
}
