package dev.tendril.data;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes a table as CSV (RFC 4180 with LF line ends) in such a way that reading it by the table's
/// schema gives the same table.
///
/// A missing value is an empty field, where a set and the only column of a table need the word
/// `NA`. Numbers are the shortest text that reads back as the same float; a bin is written as a
/// number that falls into it; set items are separated by blanks. A hash is written in hexadecimal,
/// which tells its groups apart but reads back as other hashes. What would be read as something
/// else is refused: text that stands for a missing value, set items with separators, and vectors.
final class CsvWriter {
  private final Frame frame;
  private final char delimiter;
  private final List<Column> columns;

  private CsvWriter(Frame frame, char delimiter) {
    this.frame = frame;
    this.delimiter = delimiter;
    this.columns = frame.columns();
  }

  static void write(Frame frame, char delimiter, OutputStream out) throws IOException {
    new CsvWriter(frame, delimiter).write(out);
  }

  private void write(OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    var csv =
        de.siegmar.fastcsv.writer.CsvWriter.builder()
            .fieldSeparator(delimiter)
            .lineDelimiter(de.siegmar.fastcsv.writer.LineDelimiter.LF)
            .build(writer);
    csv.writeRecord(frame.schema().names());
    List<String> fields = new ArrayList<>(columns.size());
    for (int row = 0; row < frame.rows(); row++) {
      fields.clear();
      for (Column column : columns) {
        String field = field(column, row);
        fields.add(field.isEmpty() && columns.size() == 1 ? alone(column, row) : field);
      }
      csv.writeRecord(fields);
    }
    csv.flush();
  }

  private static String alone(Column column, int row) {
    if (!column.isMissing(row)) {
      throw refused(column, row, "", "an empty set in the only column would be an empty line");
    }
    return "NA";
  }

  private static String field(Column column, int row) {
    if (column.isMissing(row)) {
      return column instanceof CategoricalSetColumn ? "NA" : "";
    }
    return switch (column) {
      case NumericalColumn numbers -> Numbers.text(numbers.value(row));
      case BooleanColumn flags -> flags.value(row) == 1 ? "1" : "0";
      case HashColumn hashes -> "0x" + Long.toHexString(hashes.value(row));
      case DiscretizedColumn bins -> Numbers.text(bins.details().representative(bins.bin(row)));
      case CategoricalColumn categories -> text(column, row, String.valueOf(categories.text(row)));
      case TextColumn texts -> text(column, row, String.valueOf(texts.text(row)));
      case CategoricalSetColumn sets -> items(sets, row);
      case VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + column.name()
                  + "\" is "
                  + column.semantic()
                  + ", which CSV cannot hold; write .jsonl or .tfrecord, or drop the column");
    };
  }

  private static String text(Column column, int row, String text) {
    if (Missing.is(text)) {
      throw refused(column, row, text, "it would be read as a missing value");
    }
    return text;
  }

  private static String items(CategoricalSetColumn sets, int row) {
    StringBuilder items = new StringBuilder();
    for (int at = sets.start(row); at < sets.end(row); at++) {
      String item = sets.text(at);
      if (!Tokens.isPlain(item)) {
        throw refused(sets, row, item, "it would be read as several items");
      }
      items.append(items.isEmpty() ? "" : " ").append(item);
    }
    String text = items.toString();
    if (!text.isEmpty() && Missing.is(text)) {
      throw refused(sets, row, text, "it would be read as a missing value");
    }
    return text;
  }

  private static DataException refused(Column column, int row, String text, String reason) {
    return new DataException(
        "column \""
            + column.name()
            + "\", row "
            + (row + 1)
            + ": "
            + Shown.quoted(text)
            + " cannot be written as CSV: "
            + reason
            + "; write .jsonl or .tfrecord");
  }
}
