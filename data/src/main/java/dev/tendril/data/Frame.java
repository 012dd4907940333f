package dev.tendril.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A table: named columns of equal length. It is the only thing that Tendril learns from. Immutable
/// and thread-safe.
///
/// ```java
/// Frame penguins = Frame.read("penguins.csv");
/// Split split = penguins.split(0.3, 42);
/// ```
public final class Frame {
  private final Schema schema;
  private final List<Column> columns;
  private final int rows;

  /// Found when first asked for; threads that ask at the same time find the same.
  private @Nullable String fingerprint;

  private Frame(List<? extends Column> columns, int rows) {
    this.columns = List.copyOf(columns);
    this.schema = new Schema(columns.stream().map(Column::field).toList());
    this.rows = rows;
  }

  public static Frame of(Column... columns) {
    return of(Arrays.asList(columns));
  }

  /// @throws DataException when two columns differ in length or share a name
  public static Frame of(List<? extends Column> columns) {
    int rows = columns.isEmpty() ? 0 : columns.getFirst().rows();
    for (Column column : columns) {
      if (column.rows() != rows) {
        throw new DataException(
            "column \""
                + column.name()
                + "\" has "
                + column.rows()
                + " rows, but column \""
                + columns.getFirst().name()
                + "\" has "
                + rows);
      }
    }
    return new Frame(columns, rows);
  }

  /// Reads a table. See [#read(String, Consumer)].
  public static Frame read(String source) {
    return read(source, _ -> {});
  }

  public static Frame read(Path source) {
    return read(source.toString());
  }

  /// Reads a table from one or several files of one format.
  ///
  /// @param source a path, a glob such as `data/part-*.csv.gz`, a name with a shard count
  ///     (`part.csv@3`), or a list of them separated by commas. The format follows from the
  ///     extension (`.csv`, `.tsv`, `.jsonl`, `.tfrecord`, each also with `.gz` or a shard number
  ///     such as `-00000-of-00002` behind) or from a prefix such as `csv:`
  /// @param configure sets [ReadOptions] before the first byte is read
  /// @throws DataException when the data cannot be read as asked; the message names file, line and
  ///     column
  public static Frame read(String source, Consumer<ReadOptions> configure) {
    ReadOptions options = new ReadOptions();
    configure.accept(options);
    return Source.parse(source).read(options);
  }

  /// Writes the table; the format follows from the extension as in [#read(String, Consumer)]. The
  /// file appears whole or not at all.
  public void write(Path file) {
    Source.write(this, file);
  }

  /// Writes the table as CSV to a stream, which stays open.
  ///
  /// @throws IOException when the stream does not take it
  public void writeCsv(OutputStream out) throws IOException {
    CsvWriter.write(this, ',', out);
  }

  public Schema schema() {
    return schema;
  }

  public int rows() {
    return rows;
  }

  public List<Column> columns() {
    return columns;
  }

  public Column column(int index) {
    return columns.get(index);
  }

  /// @throws DataException when there is no such column
  public Column column(String name) {
    return columns.get(schema.index(name));
  }

  /// These columns in this order.
  public Frame select(List<String> names) {
    return new Frame(names.stream().map(this::column).toList(), rows);
  }

  /// All columns but these.
  public Frame drop(String... names) {
    List<Column> kept = new ArrayList<>(columns);
    for (String name : names) {
      kept.remove(column(name));
    }
    return new Frame(kept, rows);
  }

  /// This table with a column replaced by its namesake or, where there is none, added at the end.
  public Frame with(Column column) {
    List<Column> changed = new ArrayList<>(columns);
    if (schema.contains(column.name())) {
      changed.set(schema.index(column.name()), column);
    } else {
      changed.add(column);
    }
    return of(changed);
  }

  /// These rows in this order, repeats allowed, with statistics of their own.
  public Frame rows(int[] picked) {
    return new Frame(columns.stream().map(column -> column.select(picked)).toList(), picked.length);
  }

  /// These columns in the fields of another schema, such as that of a model: same vocabularies,
  /// same codes. Values are carried over by what they say, so a table that was read by its own
  /// inference becomes what it would be had it been read by that schema, as far as inference left
  /// the values whole. A column that already has the schema's field is not copied.
  ///
  /// Categorical values and set items go by their text (unknown text gets code 0), whole numbers
  /// and truth values become categorical values by their text, truth values become the numbers 0
  /// and 1, numbers become truth values by whether they are at least one half, and categorical
  /// values become sets of their items.
  ///
  /// @param names the columns to take, in this order
  /// @throws DataException when columns are missing, all of which are named, or when one cannot be
  ///     converted
  public Frame conform(Schema target, List<String> names) {
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      if (!schema.contains(name)) {
        String nearest = Nearest.of(name, schema.names());
        missing.add("\"" + name + "\"" + (nearest == null ? "" : " (is it \"" + nearest + "\"?)"));
      }
    }
    if (!missing.isEmpty()) {
      throw new DataException(
          "the data lack "
              + (missing.size() == 1 ? "the column " : missing.size() + " columns: ")
              + String.join(", ", missing)
              + "; they have "
              + String.join(", ", schema.names()));
    }
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(Conversion.of(column(name), target.field(name)));
    }
    return new Frame(columns, rows);
  }

  /// SHA-256 of the names, semantics and values of all columns, as 64 hexadecimal digits. It does
  /// not depend on vocabularies, on the schema that the table was read by, or on the number of
  /// threads; for some columns only, [#select] them first.
  public String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      known = Fingerprint.of(this);
      fingerprint = known;
    }
    return known;
  }

  /// Splits the rows at random; see [Splits] for splits by group, by time, and in folds.
  ///
  /// @param testShare the share of the rows that go to the test part, between 0 and 1
  public Split split(double testShare, long seed) {
    return Splits.random(this, testShare, seed);
  }

  /// The bytes that the values of all columns occupy.
  public long bytes() {
    return columns.stream().mapToLong(Column::bytes).sum();
  }

  @Override
  public String toString() {
    return rows + " rows × " + columns.size() + " columns\n" + schema;
  }
}
