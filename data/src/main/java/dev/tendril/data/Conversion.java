package dev.tendril.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Re-encodes a column that was read by its own inference into the field of another schema, by what
/// its values say rather than by their codes. What inference cannot lose can be converted: numbers
/// and truth values, and the text of categorical values, of which a set has too little (its items
/// but not their order) and a bin or a hash nothing.
final class Conversion {
  private final Column from;
  private final Field to;

  private Conversion(Column from, Field to) {
    this.from = from;
    this.to = to;
  }

  /// The column itself when it has that very field.
  static Column of(Column column, Field field) {
    return column.field().equals(field) ? column : new Conversion(column, field).convert();
  }

  private Column convert() {
    return switch (to.details()) {
      case Field.Numerical _ -> new NumericalColumn(to, numbers());
      case Field.Discretized target ->
          from instanceof DiscretizedColumn bins
                  && Arrays.equals(bins.details().boundaries(), target.boundaries())
              ? bins.withField(to)
              : DiscretizedColumn.of(to, numbers());
      case Field.Bool _ -> new BooleanColumn(to, flags());
      case Field.Categorical(Vocabulary vocabulary) -> categorical(vocabulary);
      case Field.CategoricalSet(Vocabulary vocabulary, _, _) -> set(vocabulary);
      case Field.Text _ -> text();
      case Field.Hash _ -> new HashColumn(to, hashes());
      case Field.VectorSequence target -> {
        if (from instanceof VectorSequenceColumn vectors
            && (vectors.length() == target.length() || vectors.isEmpty())) {
          yield vectors.withField(to);
        }
        throw refused();
      }
    };
  }

  private DataException refused() {
    return new DataException(
        "column \""
            + from.name()
            + "\" is "
            + from.semantic()
            + " and cannot be taken for "
            + to.semantic()
            + "; read the file by the model's schema (schema option)");
  }

  private DataException refused(int row, String value, String expected) {
    return new DataException(
        "column \""
            + from.name()
            + "\", row "
            + (row + 1)
            + ": "
            + Shown.quoted(value)
            + " is not "
            + expected
            + ", but the column must be "
            + to.semantic()
            + "; mend the value");
  }

  private float[] numbers() {
    return switch (from) {
      case NumericalColumn column -> column.values();
      case BooleanColumn column -> {
        float[] values = new float[column.rows()];
        for (int row = 0; row < values.length; row++) {
          values[row] = column.isMissing(row) ? Float.NaN : column.value(row);
        }
        yield values;
      }
      case CategoricalColumn _, TextColumn _ -> {
        NumberBuilder builder = new NumberBuilder();
        addTexts(builder, "a number");
        yield NumberBuilder.join(List.of(builder), from.rows());
      }
      case CategoricalSetColumn _, HashColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
          throw refused();
    };
  }

  private byte[] flags() {
    return switch (from) {
      case BooleanColumn column -> column.values();
      case NumericalColumn column -> {
        byte[] values = new byte[column.rows()];
        for (int row = 0; row < values.length; row++) {
          values[row] = BooleanBuilder.ofNumber(column.value(row));
        }
        yield values;
      }
      case CategoricalColumn _, TextColumn _ -> {
        BooleanBuilder builder = new BooleanBuilder(false);
        addTexts(builder, "true or false");
        yield BooleanBuilder.join(List.of(builder), from.rows());
      }
      case CategoricalSetColumn _, HashColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
          throw refused();
    };
  }

  private void addTexts(ColumnBuilder builder, String expected) {
    for (int row = 0; row < from.rows(); row++) {
      String text = textOf(row);
      if (text == null) {
        builder.addMissing();
      } else if (!builder.addText(text)) {
        throw refused(row, text, expected);
      }
    }
  }

  private @Nullable String textOf(int row) {
    return switch (from) {
      case CategoricalColumn column -> column.text(row);
      case TextColumn column -> column.text(row);
      case NumericalColumn _,
          BooleanColumn _,
          HashColumn _,
          DiscretizedColumn _,
          CategoricalSetColumn _,
          VectorSequenceColumn _ ->
          RowKeys.text(from, row);
    };
  }

  private Column categorical(Vocabulary vocabulary) {
    TextMerge merge = TextMerge.ofValues(vocabulary);
    int[] codes =
        switch (from) {
          case CategoricalColumn column -> column.recode(merge);
          case TextColumn column -> column.recode(merge);
          case BooleanColumn column -> recode(column, vocabulary, merge);
          case NumericalColumn column -> recode(column, vocabulary, merge);
          case CategoricalSetColumn _, HashColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
              throw refused();
        };
    return new CategoricalColumn(to, merge.dictionary(), codes, null);
  }

  /// Truth values are written 0 and 1, unless the vocabulary writes them as words.
  private static int[] recode(BooleanColumn column, Vocabulary vocabulary, TextMerge merge) {
    boolean words = vocabulary.index("0") <= 0 && vocabulary.index("1") <= 0;
    String no = "0";
    String yes = "1";
    for (String item : words ? vocabulary.values() : List.<String>of()) {
      no = item.equalsIgnoreCase("false") ? item : no;
      yes = item.equalsIgnoreCase("true") ? item : yes;
    }
    int[] codes = new int[column.rows()];
    for (int row = 0; row < codes.length; row++) {
      codes[row] =
          column.isMissing(row)
              ? Vocabulary.MISSING
              : merge.code(column.value(row) == 1 ? yes : no);
    }
    return codes;
  }

  /// Numbers are known by what the vocabulary's texts mean as numbers, so that 1 finds `1`, `01`
  /// and `1.0`.
  private static int[] recode(NumericalColumn column, Vocabulary vocabulary, TextMerge merge) {
    Map<Float, Integer> codeOf = new HashMap<>();
    for (int index = 1; index < vocabulary.size(); index++) {
      char[] item = vocabulary.item(index).toCharArray();
      long bits = FloatParser.parse(item, 0, item.length);
      if (bits != FloatParser.NOT_A_NUMBER) {
        codeOf.putIfAbsent(Float.intBitsToFloat((int) bits) + 0f, index);
      }
    }
    int[] codes = new int[column.rows()];
    for (int row = 0; row < codes.length; row++) {
      codes[row] =
          column.isMissing(row)
              ? Vocabulary.MISSING
              : codeOf.computeIfAbsent(
                  column.value(row) + 0f, value -> merge.code(Numbers.text(value)));
    }
    return codes;
  }

  private Column set(Vocabulary vocabulary) {
    TextMerge merge = TextMerge.ofItems(vocabulary);
    if (from instanceof CategoricalSetColumn sets) {
      return sets.recoded(to, merge);
    }
    if (from instanceof HashColumn
        || from instanceof DiscretizedColumn
        || from instanceof VectorSequenceColumn) {
      throw refused();
    }
    SetBuilder builder = new SetBuilder(false);
    for (int row = 0; row < from.rows(); row++) {
      String text = textOf(row);
      if (text == null) {
        builder.addMissing();
      } else {
        builder.add(new Cell.Texts(Tokens.of(text)));
      }
    }
    SetBuilder.Joined joined = SetBuilder.join(List.of(builder), from.rows(), merge);
    return CategoricalSetColumn.coded(
        to, merge.dictionary(), joined.starts(), joined.codes(), joined.missing());
  }

  private Column text() {
    if (from instanceof CategoricalSetColumn
        || from instanceof HashColumn
        || from instanceof DiscretizedColumn
        || from instanceof VectorSequenceColumn) {
      throw refused();
    }
    List<@Nullable String> texts = new ArrayList<>();
    for (int row = 0; row < from.rows(); row++) {
      texts.add(textOf(row));
    }
    return TextColumn.of(from.name(), texts).withField(to);
  }

  private long[] hashes() {
    return switch (from) {
      case CategoricalColumn _, TextColumn _, BooleanColumn _ -> {
        long[] hashes = new long[from.rows()];
        for (int row = 0; row < hashes.length; row++) {
          hashes[row] = HashColumn.hash(textOf(row));
        }
        yield hashes;
      }
      case NumericalColumn numbers -> {
        long[] hashes = new long[numbers.rows()];
        for (int row = 0; row < hashes.length; row++) {
          float value = numbers.value(row);
          if (Math.abs(value) >= 1 << 24) {
            throw new DataException(
                "column \""
                    + from.name()
                    + "\" was read as numbers, which tell identifiers apart only up to 16777216,"
                    + " but row "
                    + (row + 1)
                    + " has "
                    + Numbers.text(value)
                    + "; read the file by the model's schema (schema option), or the column as"
                    + " hash");
          }
          hashes[row] = HashColumn.hash(numbers.isMissing(row) ? null : Numbers.text(value));
        }
        yield hashes;
      }
      case HashColumn column -> column.values();
      case CategoricalSetColumn _, DiscretizedColumn _, VectorSequenceColumn _ -> throw refused();
    };
  }
}
