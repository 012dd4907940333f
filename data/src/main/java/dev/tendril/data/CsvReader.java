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
      List<CsvTask> tasks = tasks(layouts);
      Parallel.run(threads, tasks.size(), i -> tasks.get(i).run(plans));
      CsvTask failed = null;
      CsvFailure failure = null;
      for (CsvTask task : tasks) {
        if (failure == null) {
          failed = task;
          failure = task.failure();
        }
      }
      if (failed == null || failure == null) {
        return finish(layout, plans, tasks);
      }
      recover(failed, failure, plans);
    }
  }

  /// Changes what a failure shows to be changed so that another attempt makes sense, or throws.
  private void recover(CsvTask failed, CsvFailure failure, @Nullable ColumnPlan[] plans) {
    switch (failure.kind) {
      case WIDENING -> {
        ColumnPlan plan = plans[failure.field];
        plans[failure.field] = plan == null ? null : plan.widened(failure.value, options);
      }
      case QUOTES -> {
        if (failed.chunk().isWhole()) {
          throw failed.located(failure);
        }
        inOnePiece[failed.fileIndex()] = true;
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

  private List<CsvTask> tasks(List<CsvLayout> layouts) {
    List<CsvTask> tasks = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      InputFile file = files.get(i);
      try {
        List<CsvChunks.Chunk> chunks =
            inOnePiece[i]
                ? List.of(CsvChunks.whole(file))
                : CsvChunks.of(file, options.chunkBytes, threads);
        for (CsvChunks.Chunk chunk : chunks) {
          tasks.add(new CsvTask(chunk, i, layouts.get(i), options));
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    return tasks;
  }

  private Frame finish(CsvLayout layout, @Nullable ColumnPlan[] plans, List<CsvTask> tasks) {
    long total = 0;
    for (CsvTask task : tasks) {
      total += task.rows();
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
            for (CsvTask task : tasks) {
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
}
