package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the CSV files of one source into a table.
///
/// A first pass over the first rows settles the semantic of every column. The second pass parses
/// all rows straight into column builders: files, and ranges of big files ([CsvChunks]), side by
/// side, one tokenizer each, joined in file order. Numbers never become strings. A column that the
/// first rows left open (nothing but missing values, or nothing but zeros and ones) is widened when
/// a later value asks for it, and the second pass begins anew.
///
/// Everything that depends on all rows (vocabulary order, statistics) is computed after joining, so
/// the table does not depend on how the work was divided; of several errors the first one in file
/// order is reported.
final class CsvReader {
  private final List<InputFile> files;
  private final ReadOptions options;
  private final int threads;
  private final boolean[] inOnePiece;

  CsvReader(List<InputFile> files, ReadOptions options) {
    this.files = files;
    this.options = options;
    this.threads = Parallel.threads(options.threads);
    this.inOnePiece = new boolean[files.size()];
  }

  Frame read() {
    List<CsvLayout> layouts = layouts();
    CsvLayout layout = layouts.getFirst();
    checkNames(layout);
    @Nullable ColumnPlan[] plans = plans(layouts);
    while (true) {
      List<Task> tasks = tasks(layouts);
      Parallel.run(threads, tasks.size(), i -> tasks.get(i).run(plans, options.header));
      Task failed = null;
      for (Task task : tasks) {
        if (failed == null && task.failure != null) {
          failed = task;
        }
      }
      if (failed == null) {
        return finish(layout, plans, tasks);
      }
      recover(failed, plans);
    }
  }

  /// Changes what a failure shows to be changed so that another attempt makes sense, or throws.
  private void recover(Task failed, @Nullable ColumnPlan[] plans) {
    CsvFailure failure = failed.failure();
    switch (failure.kind) {
      case WIDENING -> {
        ColumnPlan plan = plans[failure.field];
        plans[failure.field] = plan == null ? null : plan.widened(failure.value, options);
      }
      case QUOTES -> {
        if (failed.chunk.isWhole()) {
          throw failed.located(failure);
        }
        inOnePiece[failed.fileIndex] = true;
      }
      case ROW, ENCODING -> throw failed.located(failure);
    }
  }

  private List<CsvLayout> layouts() {
    List<CsvLayout> layouts = new ArrayList<>();
    for (InputFile file : files) {
      CsvLayout layout = CsvLayout.of(file, options);
      if (!layouts.isEmpty()) {
        checkSame(layouts.getFirst(), layout, file);
      }
      layouts.add(layout);
    }
    return layouts;
  }

  private void checkSame(CsvLayout first, CsvLayout other, InputFile file) {
    if (first.names().equals(other.names())) {
      return;
    }
    String difference =
        first.names().size() != other.names().size()
            ? "it has " + other.names().size() + " columns, not " + first.names().size()
            : "";
    for (int i = 0; difference.isEmpty() && i < first.names().size(); i++) {
      if (!first.names().get(i).equals(other.names().get(i))) {
        difference =
            "column "
                + (i + 1)
                + " is "
                + Shown.quoted(other.names().get(i))
                + ", not "
                + Shown.quoted(first.names().get(i));
      }
    }
    throw DataException.at(
        file.shown(),
        1,
        "the header differs from that of "
            + files.getFirst().shown()
            + ": "
            + difference
            + "; the files of one table need the same columns in the same order");
  }

  private void checkNames(CsvLayout layout) {
    List<String> names = layout.names();
    List<String> asked = new ArrayList<>(options.semantics.keySet());
    List<String> columns = options.columns;
    if (columns != null) {
      asked.addAll(columns);
      if (new HashSet<>(columns).size() < columns.size()) {
        throw new IllegalArgumentException("a column is asked for twice: " + columns);
      }
    }
    List<String> absent = asked.stream().distinct().filter(name -> !names.contains(name)).toList();
    if (!absent.isEmpty()) {
      String what = absent.stream().map(Shown::quoted).collect(Collectors.joining(", "));
      throw new DataException(
          files.getFirst().shown()
              + (absent.size() == 1 ? ": there is no column " : ": there are no columns ")
              + what
              + (absent.size() == 1 ? Nearest.hint(absent.getFirst(), names) : "")
              + "; the columns are "
              + String.join(", ", names));
    }
  }

  /// The plan of every field, null for fields that are not read.
  private @Nullable ColumnPlan[] plans(List<CsvLayout> layouts) {
    List<String> names = layouts.getFirst().names();
    Sample sample = new Sample(names.size(), options.inferenceRows, options.header);
    for (int i = 0; i < files.size() && sample.left > 0; i++) {
      sample.begin();
      try (InputStream in = CsvChunks.whole(files.get(i)).open(layouts.get(i).bom())) {
        sample.parse(in, layouts.get(i).delimiter());
      } catch (CsvFailure _) {
        break; // the second pass meets it again, with all that its message needs
      } catch (IOException e) {
        throw files.get(i).failure(e);
      }
    }
    List<String> columns = options.columns;
    Set<String> wanted = new HashSet<>(columns == null ? names : columns);
    @Nullable ColumnPlan[] plans = new @Nullable ColumnPlan[names.size()];
    for (int i = 0; i < plans.length; i++) {
      plans[i] =
          wanted.contains(names.get(i))
              ? ColumnPlan.of(names.get(i), sample.columns[i], options)
              : null;
    }
    return plans;
  }

  private List<Task> tasks(List<CsvLayout> layouts) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      InputFile file = files.get(i);
      try {
        List<CsvChunks.Chunk> chunks =
            inOnePiece[i]
                ? List.of(CsvChunks.whole(file))
                : CsvChunks.of(file, options.chunkBytes, threads);
        for (CsvChunks.Chunk chunk : chunks) {
          tasks.add(new Task(chunk, i, layouts.get(i)));
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    return tasks;
  }

  private Frame finish(CsvLayout layout, @Nullable ColumnPlan[] plans, List<Task> tasks) {
    long total = 0;
    for (Task task : tasks) {
      total += task.rows;
    }
    if (total == 0) {
      throw new DataException(
          files.getFirst().shown() + ": the file has a header but no rows: " + layout.header());
    }
    int rows = Sizes.checked(total, "rows");
    @Nullable Column[] finished = new @Nullable Column[plans.length];
    Parallel.run(
        threads,
        plans.length,
        i -> {
          ColumnPlan plan = plans[i];
          if (plan != null) {
            List<ColumnBuilder> parts = new ArrayList<>();
            for (Task task : tasks) {
              parts.add(task.take(i));
            }
            finished[i] = plan.finish(parts, rows);
          }
        });
    List<Column> columns = new ArrayList<>();
    for (Column column : finished) {
      if (column != null) {
        columns.add(column);
      }
    }
    Frame frame = Frame.of(columns);
    return options.columns == null ? frame : frame.select(options.columns);
  }

  /// Looks at the first rows for inference.
  private static final class Sample extends CsvRows {
    final Inference[] columns;
    int left;
    private final boolean header;
    private boolean skipping;

    Sample(int fields, int rows, boolean header) {
      this.columns = new Inference[fields];
      Arrays.setAll(columns, _ -> new Inference());
      this.left = Math.max(1, rows);
      this.header = header;
    }

    void begin() {
      skipping = header;
    }

    @Override
    void field(int index, char[] text, int offset, int length) {
      if (!skipping && index < columns.length) {
        columns[index].observe(text, offset, length);
      }
    }

    @Override
    boolean row() {
      left -= skipping ? 0 : 1;
      skipping = false;
      return left > 0;
    }
  }

  /// One range of one file, and what has been read from it.
  private final class Task extends CsvRows {
    final CsvChunks.Chunk chunk;
    final int fileIndex;
    private final CsvLayout layout;
    private @Nullable ColumnPlan[] plans = {};
    private @Nullable ColumnBuilder[] builders = {};
    private boolean skipping;
    private int badField = -1;
    private String badValue = "";
    long rows;
    @Nullable CsvFailure failure;

    Task(CsvChunks.Chunk chunk, int fileIndex, CsvLayout layout) {
      this.chunk = chunk;
      this.fileIndex = fileIndex;
      this.layout = layout;
    }

    void run(@Nullable ColumnPlan[] allPlans, boolean header) {
      plans = allPlans;
      builders = new @Nullable ColumnBuilder[plans.length];
      for (int i = 0; i < plans.length; i++) {
        ColumnPlan plan = plans[i];
        builders[i] = plan == null ? null : plan.builder();
      }
      skipping = header && chunk.start() == 0;
      try (InputStream in = chunk.open(layout.bom())) {
        parse(in, layout.delimiter());
      } catch (CsvFailure e) {
        failure = e;
      } catch (IOException e) {
        throw chunk.file().failure(e);
      }
    }

    CsvFailure failure() {
      if (failure == null) {
        throw new IllegalStateException("nothing failed");
      }
      return failure;
    }

    /// Gives a builder away, so that its memory can be freed once it is joined.
    ColumnBuilder take(int field) {
      ColumnBuilder builder = builders[field];
      builders[field] = null;
      if (builder == null) {
        throw new IllegalStateException("field " + field + " was not read");
      }
      return builder;
    }

    @Override
    void field(int index, char[] text, int offset, int length) {
      if (index < builders.length && !skipping) {
        ColumnBuilder builder = builders[index];
        if (builder != null && !builder.add(text, offset, length) && badField < 0) {
          badField = index;
          badValue = new String(text, offset, length);
        }
      }
    }

    @Override
    boolean row() {
      if (skipping) {
        skipping = false;
        return true;
      }
      if (fields() != builders.length) {
        throw new CsvFailure(
            CsvFailure.Kind.ROW,
            line(),
            "found "
                + fields()
                + (fields() == 1 ? " field" : " fields")
                + ", expected "
                + builders.length
                + " ("
                + (options.header ? "header " + layout.header() : "as in the first line")
                + "); mend the row, or quote a field that holds the delimiter");
      }
      if (badField >= 0) {
        throw refusal();
      }
      rows++;
      return true;
    }

    private CsvFailure refusal() {
      ColumnPlan plan = plans[badField];
      if (plan == null) {
        throw new IllegalStateException("field " + badField + " is not read");
      }
      if (plan.widened(badValue, options) != null) {
        return new CsvFailure(CsvFailure.Kind.WIDENING, line(), "", badField, badValue);
      }
      return new CsvFailure(
          CsvFailure.Kind.ROW, line(), plan.refusal(Shown.quoted(badValue), options.inferenceRows));
    }

    DataException located(CsvFailure cause) {
      try {
        if (cause.kind == CsvFailure.Kind.ENCODING) {
          return Utf8.locate(chunk.file());
        }
        long before = chunk.start() == 0 ? 0 : Utf8.lines(chunk.file(), chunk.start());
        return DataException.at(chunk.file().shown(), before + cause.line, cause.reason);
      } catch (IOException e) {
        return chunk.file().failure(e);
      }
    }
  }
}
