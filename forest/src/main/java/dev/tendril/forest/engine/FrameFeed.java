package dev.tendril.forest.engine;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.Nearest;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Semantic;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.Vocabulary;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fills blocks of rows from the columns of a table. Columns are found by name. One that was read
/// with another semantic or vocabulary than the model's is translated through the text of its
/// values; a value that cannot be translated is an error. Thread-safe.
public final class FrameFeed {
  /// Rows that are translated together.
  private static final int TRANSLATED = 64;

  private final Layout layout;
  private final Feed[] feeds;
  private final Column[] columns;
  private final int rows;

  /// Fills one slot.
  private interface Feed {
    void fill(int from, int count, Rows rows, int slot);
  }

  /// A number of a row, NaN when missing.
  private interface Numbers {
    float at(int row);
  }

  /// A code of a row, [Rows#MISSING] when missing.
  private interface Codes {
    int at(int row);
  }

  /// @throws DataException when features are missing from the table or are of another kind
  public FrameFeed(Layout layout, Frame frame) {
    this.layout = layout;
    List<String> absent = new ArrayList<>();
    for (int slot = 0; slot < layout.slots(); slot++) {
      String name = layout.field(slot).name();
      if (!frame.schema().contains(name)) {
        absent.add("\"" + name + "\"" + Nearest.hint(name, frame.schema().names()));
      }
    }
    if (!absent.isEmpty()) {
      throw new DataException(
          "cannot predict: the table lacks "
              + (absent.size() == 1 ? "the feature " : "the features ")
              + String.join(", ", absent)
              + "; its columns are "
              + String.join(", ", frame.schema().names()));
    }
    rows = frame.rows();
    feeds = new Feed[layout.slots()];
    columns = new Column[feeds.length];
    for (int slot = 0; slot < feeds.length; slot++) {
      columns[slot] = frame.column(layout.field(slot).name());
      feeds[slot] = feed(layout.field(slot), columns[slot]);
    }
  }

  /// Fills the first rows of a block with rows of the table.
  ///
  /// @param from the first row of the table
  public void fill(int from, int count, Rows rows) {
    rows.clear();
    for (int slot = 0; slot < feeds.length; slot++) {
      feeds[slot].fill(from, count, rows, slot);
    }
  }

  public Layout layout() {
    return layout;
  }

  /// A column of the model for all rows of the table, as [Column#tensor] gives it.
  public Tensor tensor(int slot) {
    Field field = layout.field(slot);
    Column column = columns[slot];
    boolean same =
        switch (field.details()) {
          case Field.Numerical _ -> column instanceof NumericalColumn;
          case Field.Discretized _ -> true;
          case Field.Categorical(Vocabulary vocabulary) ->
              column instanceof CategoricalColumn categories
                  && categories.vocabulary().items().equals(vocabulary.items());
          case Field.Bool _ -> column instanceof BooleanColumn;
          case Field.CategoricalSet _, Field.VectorSequence _, Field.Text _, Field.Hash _ ->
              throw mismatch(field, column);
        };
    return same ? column.tensor() : translated(slot);
  }

  private Tensor translated(int slot) {
    int[] values = new int[rows];
    Rows block = new Rows(layout, TRANSLATED);
    for (int from = 0; from < rows; from += TRANSLATED) {
      int count = Math.min(TRANSLATED, rows - from);
      feeds[slot].fill(from, count, block, slot);
      for (int i = 0; i < count; i++) {
        values[from + i] = block.cell(i, slot);
      }
    }
    if (layout.semantic(slot) != Semantic.NUMERICAL) {
      return Tensor.vector(values);
    }
    Tensor numbers = Tensor.allocate(TensorType.of(DType.F32, rows));
    numbers.memory().copyFrom(MemorySegment.ofArray(values));
    return numbers;
  }

  private static Feed feed(Field field, Column column) {
    return switch (field.details()) {
      case Field.Numerical _ -> numbers(field, column);
      case Field.Categorical(Vocabulary vocabulary) -> {
        Codes codes = categories(field, vocabulary, column);
        yield codes(codes);
      }
      case Field.CategoricalSet(Vocabulary vocabulary, _, _) -> sets(field, vocabulary, column);
      case Field.Bool _ -> codes(truths(field, column));
      case Field.Discretized discretized -> codes(bins(field, discretized, column));
      case Field.VectorSequence(int length, _, _) -> vectors(field, length, column);
      case Field.Text _, Field.Hash _ ->
          throw new DataException(
              "feature \"" + field.name() + "\" is " + field.semantic() + ", which no tree reads");
    };
  }

  private static Feed codes(Codes codes) {
    return (from, count, rows, slot) -> {
      int[] cells = rows.cells();
      int stride = rows.layout().slots();
      for (int i = 0, at = slot; i < count; i++, at += stride) {
        cells[at] = codes.at(from + i);
      }
    };
  }

  private static Feed numbers(Field field, Column column) {
    if (column instanceof NumericalColumn numerical) {
      float[] values = numerical.values();
      return (from, count, rows, slot) -> {
        int[] cells = rows.cells();
        int stride = rows.layout().slots();
        for (int i = 0, at = slot; i < count; i++, at += stride) {
          cells[at] = Float.floatToRawIntBits(values[from + i]);
        }
      };
    }
    Numbers numbers =
        switch (column) {
          case BooleanColumn truths -> row -> truths.isMissing(row) ? Float.NaN : truths.value(row);
          case CategoricalColumn categories -> row -> number(column, row, categories.text(row));
          case TextColumn texts -> row -> number(column, row, texts.text(row));
          case NumericalColumn _,
              DiscretizedColumn _,
              CategoricalSetColumn _,
              HashColumn _,
              VectorSequenceColumn _ ->
              throw mismatch(field, column);
        };
    return (from, count, rows, slot) -> {
      for (int i = 0; i < count; i++) {
        rows.set(i, slot, numbers.at(from + i));
      }
    };
  }

  private static float number(Column column, int row, @Nullable String text) {
    try {
      return text == null ? Float.NaN : Float.parseFloat(text);
    } catch (NumberFormatException _) {
      throw new DataException(
          "column \""
              + column.name()
              + "\", row "
              + row
              + ": \""
              + text
              + "\" is not a number, as the model expects; read the table with the model's schema");
    }
  }

  private static Codes categories(Field field, Vocabulary vocabulary, Column column) {
    return switch (column) {
      case CategoricalColumn same when same.vocabulary().items().equals(vocabulary.items()) ->
          same::code;
      case CategoricalColumn other -> {
        int[] translated = translation(other.vocabulary(), vocabulary);
        yield row -> {
          int code = other.code(row);
          return code > 0 ? translated[code] : vocabulary.index(other.text(row));
        };
      }
      case TextColumn texts -> row -> vocabulary.index(texts.text(row));
      case NumericalColumn numbers -> row -> vocabulary.index(text(numbers.value(row)));
      case BooleanColumn truths ->
          row -> {
            if (truths.isMissing(row)) {
              return Rows.MISSING;
            }
            int index = vocabulary.index(truths.value(row) == 1 ? "1" : "0");
            return index > 0 ? index : vocabulary.index(truths.value(row) == 1 ? "true" : "false");
          };
      case DiscretizedColumn _, CategoricalSetColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw mismatch(field, column);
    };
  }

  /// The model's index of each index of a column's vocabulary.
  private static int[] translation(Vocabulary from, Vocabulary to) {
    int[] translated = new int[from.size()];
    for (int i = 1; i < translated.length; i++) {
      translated[i] = to.index(from.item(i));
    }
    return translated;
  }

  /// A number as category text: whole numbers without a fraction; null when missing.
  public static @Nullable String text(float value) {
    if (Float.isNaN(value)) {
      return null;
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15f
        ? Long.toString((long) value)
        : Float.toString(value);
  }

  private static Feed sets(Field field, Vocabulary vocabulary, Column column) {
    return switch (column) {
      case CategoricalSetColumn sets -> {
        boolean same = sets.vocabulary().items().equals(vocabulary.items());
        int[] translated = translation(sets.vocabulary(), vocabulary);
        yield (from, count, rows, slot) -> {
          for (int i = 0; i < count; i++) {
            int row = from + i;
            if (!sets.isMissing(row)) {
              rows.beginSet(i, slot, sets.end(row) - sets.start(row));
              for (int at = sets.start(row); at < sets.end(row); at++) {
                int code = sets.code(at);
                if (!same) {
                  code = code > 0 ? translated[code] : vocabulary.index(sets.text(at));
                }
                rows.item(i, slot, code);
              }
            }
          }
        };
      }
      case CategoricalColumn _, TextColumn _, NumericalColumn _, BooleanColumn _ -> {
        Codes single = categories(field, vocabulary, column);
        yield (from, count, rows, slot) -> {
          for (int i = 0; i < count; i++) {
            int code = single.at(from + i);
            if (code != Rows.MISSING) {
              rows.beginSet(i, slot, 1);
              rows.item(i, slot, code);
            }
          }
        };
      }
      case DiscretizedColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw mismatch(field, column);
    };
  }

  private static Codes truths(Field field, Column column) {
    return switch (column) {
      case BooleanColumn truths -> truths::value;
      case NumericalColumn numbers ->
          row -> numbers.isMissing(row) ? Rows.MISSING : numbers.value(row) >= 0.5f ? 1 : 0;
      case CategoricalColumn categories -> row -> truth(column, row, categories.text(row));
      case TextColumn texts -> row -> truth(column, row, texts.text(row));
      case DiscretizedColumn _, CategoricalSetColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw mismatch(field, column);
    };
  }

  private static int truth(Column column, int row, @Nullable String text) {
    if (text == null) {
      return Rows.MISSING;
    }
    if (text.equalsIgnoreCase("true") || text.equals("1")) {
      return 1;
    }
    if (text.equalsIgnoreCase("false") || text.equals("0")) {
      return 0;
    }
    throw new DataException(
        "column \""
            + column.name()
            + "\", row "
            + row
            + ": \""
            + text
            + "\" is neither true nor false, as the model expects");
  }

  private static Codes bins(Field field, Field.Discretized discretized, Column column) {
    return switch (column) {
      case DiscretizedColumn same
          when java.util.Arrays.equals(same.details().boundaries(), discretized.boundaries()) ->
          row -> same.isMissing(row) ? Rows.MISSING : same.bin(row);
      case NumericalColumn numbers ->
          row -> numbers.isMissing(row) ? Rows.MISSING : discretized.bin(numbers.value(row));
      case DiscretizedColumn _,
          BooleanColumn _,
          CategoricalColumn _,
          TextColumn _,
          CategoricalSetColumn _,
          HashColumn _,
          VectorSequenceColumn _ ->
          throw mismatch(field, column);
    };
  }

  private static Feed vectors(Field field, int length, Column column) {
    if (!(column instanceof VectorSequenceColumn vectors) || vectors.length() != length) {
      throw mismatch(field, column);
    }
    return (from, count, rows, slot) -> {
      for (int i = 0; i < count; i++) {
        int row = from + i;
        if (!vectors.isMissing(row)) {
          int size = vectors.end(row) - vectors.start(row);
          int at = rows.beginVectors(i, slot, size, length);
          for (int v = vectors.start(row); v < vectors.end(row); v++) {
            for (int j = 0; j < length; j++) {
              rows.vectors()[at++] = vectors.value(v, j);
            }
          }
        }
      }
    };
  }

  private static DataException mismatch(Field field, Column column) {
    return new DataException(
        "column \""
            + column.name()
            + "\" is "
            + column.semantic()
            + ", but the model expects "
            + field.semantic()
            + "; read the table with the model's schema");
  }
}
