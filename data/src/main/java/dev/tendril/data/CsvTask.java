package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Parses one range of one CSV file into column builders of its own.
final class CsvTask {
  private final CsvChunks.Chunk chunk;
  private final int fileIndex;
  private final CsvLayout layout;
  private final ReadOptions options;
  private @Nullable ColumnBuilder[] builders = {};
  private long rows;
  private @Nullable CsvFailure failure;

  CsvTask(CsvChunks.Chunk chunk, int fileIndex, CsvLayout layout, ReadOptions options) {
    this.chunk = chunk;
    this.fileIndex = fileIndex;
    this.layout = layout;
    this.options = options;
  }

  CsvChunks.Chunk chunk() {
    return chunk;
  }

  int fileIndex() {
    return fileIndex;
  }

  /// The number of rows that were read.
  long rows() {
    return rows;
  }

  /// Why reading stopped early, or null.
  @Nullable CsvFailure failure() {
    return failure;
  }

  /// @param plans what becomes of every field, null for fields that are not read
  void run(@Nullable ColumnPlan[] plans) {
    // The receiver is made by the thread that uses it, so that no two threads write to neighboring
    // memory.
    Rows receiver = new Rows(plans);
    try (InputStream in = chunk.open(layout.bom())) {
      receiver.parse(in, layout.delimiter());
    } catch (CsvFailure e) {
      failure = e;
    } catch (IOException e) {
      throw chunk.file().failure(e);
    }
    builders = receiver.builders;
    rows = receiver.rows;
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

  /// The error for the user, with the line counted from the beginning of the file.
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

  private final class Rows extends CsvRows {
    final @Nullable ColumnBuilder[] builders;
    private final @Nullable ColumnPlan[] plans;
    private boolean skipping;
    private int badField = -1;
    private String badValue = "";
    long rows;

    Rows(@Nullable ColumnPlan[] plans) {
      this.plans = plans;
      this.builders = new @Nullable ColumnBuilder[plans.length];
      for (int i = 0; i < plans.length; i++) {
        ColumnPlan plan = plans[i];
        builders[i] = plan == null ? null : plan.builder();
      }
      this.skipping = options.header && chunk.start() == 0;
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
        throw new CsvFailure(CsvFailure.Kind.ROW, line(), raggedness());
      }
      if (badField >= 0) {
        throw refusal();
      }
      rows++;
      return true;
    }

    private String raggedness() {
      return "found "
          + fields()
          + (fields() == 1 ? " field" : " fields")
          + ", expected "
          + builders.length
          + " ("
          + (options.header ? "header " + layout.header() : "as in the first line")
          + "); mend the row, or quote a field that holds the delimiter";
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
  }
}
