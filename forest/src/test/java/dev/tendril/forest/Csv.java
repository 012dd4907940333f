package dev.tendril.forest;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads simple CSV files by the schema of a model.
final class Csv {
  private Csv() {}

  static List<List<String>> lines(Path file) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      List<String> cells = new ArrayList<>();
      StringBuilder cell = new StringBuilder();
      boolean quoted = false;
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          cells.add(cell.toString());
          cell.setLength(0);
        } else {
          cell.append(c);
        }
      }
      cells.add(cell.toString());
      lines.add(cells);
    }
    return lines;
  }

  static Frame read(Path file, Schema schema) throws IOException {
    List<List<String>> lines = lines(file);
    List<String> header = lines.getFirst();
    List<List<String>> rows = lines.subList(1, lines.size());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (schema.contains(header.get(i))) {
        int at = i;
        Column column =
            column(schema.field(header.get(i)), rows.stream().map(row -> row.get(at)).toList());
        if (column != null) {
          columns.add(column);
        }
      }
    }
    return Frame.of(columns);
  }

  private static boolean missing(String text) {
    return text.isEmpty() || text.equalsIgnoreCase("na") || text.equalsIgnoreCase("nan");
  }

  private static @Nullable Column column(Field field, List<String> texts) {
    int rows = texts.size();
    return switch (field.details()) {
      case Field.Numerical _ -> new NumericalColumn(field, numbers(texts));
      case Field.Discretized _ -> DiscretizedColumn.of(field, numbers(texts));
      case Field.Categorical categorical -> {
        int[] codes = new int[rows];
        for (int i = 0; i < rows; i++) {
          String text = texts.get(i);
          codes[i] = missing(text) ? -1 : categorical.vocabulary().index(text);
        }
        yield new CategoricalColumn(field, codes);
      }
      case Field.CategoricalSet set -> {
        List<int @Nullable []> sets = new ArrayList<>();
        for (String text : texts) {
          sets.add(
              java.util.Arrays.stream(text.split("[ ;,]+", -1))
                  .filter(item -> !item.isEmpty())
                  .mapToInt(set.vocabulary()::index)
                  .toArray());
        }
        yield CategoricalSetColumn.of(field, sets);
      }
      case Field.Bool _ -> {
        byte[] values = new byte[rows];
        for (int i = 0; i < rows; i++) {
          String text = texts.get(i);
          values[i] = missing(text) ? -1 : (byte) (text.equals("1") || text.equals("true") ? 1 : 0);
        }
        yield new BooleanColumn(field, values);
      }
      case Field.Text _, Field.Hash _, Field.VectorSequence _ -> null;
    };
  }

  private static float[] numbers(List<String> texts) {
    float[] values = new float[texts.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = missing(texts.get(i)) ? Float.NaN : Float.parseFloat(texts.get(i));
    }
    return values;
  }
}
