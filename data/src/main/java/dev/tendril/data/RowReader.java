package dev.tendril.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads structured files (JSON lines, TFRecord) of one source into a table.
///
/// As with CSV, the first rows settle the semantics and a second pass fills the columns. Columns
/// stand in the order of their first appearance; a row that lacks one has no value there. A name
/// that first appears after the rows that were looked at, or a value that an undecided column
/// cannot hold, makes the first pass look further and the second begin anew.
///
/// A column of number lists that all have one length `n` above 1 is no column of its own but `n` of
/// them, called `name.0_of_n` and so on, with zeros in front to the width of `n`.
final class RowReader {
  private final List<InputFile> files;
  private final ReadOptions options;

  RowReader(List<InputFile> files, ReadOptions options) {
    this.files = files;
    this.options = options;
  }

  /// What the first rows tell of a column.
  private static final class Observed {
    final Inference inference = new Inference();
    int listLength;
    boolean lengthsDiffer;

    void observe(Cell cell) {
      inference.observe(cell);
      if (cell instanceof Cell.Numbers(float[] values) && values.length > 0) {
        lengthsDiffer |= listLength != 0 && listLength != values.length;
        listLength = values.length;
      }
    }
  }

  /// A column of the files, and the columns of the table that it fills.
  private static final class Target {
    final List<ColumnPlan> plans;
    final List<ColumnBuilder> builders = new ArrayList<>();
    long rows;

    Target(List<ColumnPlan> plans) {
      this.plans = plans;
      for (ColumnPlan plan : plans) {
        builders.add(plan.builder());
      }
    }

    void pad(long until) {
      for (; rows < until; rows++) {
        for (ColumnBuilder builder : builders) {
          builder.addMissing();
        }
      }
    }

    boolean add(Cell cell) {
      rows++;
      if (builders.size() == 1) {
        return builders.getFirst().add(cell);
      }
      if (cell instanceof Cell.Numbers(float[] values) && values.length == builders.size()) {
        for (int i = 0; i < values.length; i++) {
          if (builders.get(i) instanceof NumberBuilder numbers) {
            numbers.put(values[i]);
          } else {
            builders.get(i).add(new Cell.Numeric(values[i], Numbers.text(values[i])));
          }
        }
        return true;
      }
      if (cell instanceof Cell.None
          || (cell instanceof Cell.Numbers(float[] values) && values.length == 0)) {
        rows--;
        pad(rows + 1);
        return true;
      }
      return false;
    }

    boolean isTentative() {
      return plans.stream().anyMatch(ColumnPlan::tentative);
    }
  }

  Frame read() {
    long looked = Math.max(1, options.inferenceRows);
    while (true) {
      Map<String, Target> targets = targets(looked);
      long again = fill(targets, looked);
      if (again == 0) {
        return finish(targets);
      }
      looked = again;
    }
  }

  private static RowSource open(InputFile file) throws IOException {
    return switch (file.format()) {
      case JSONL -> new JsonRows(file);
      case TFRECORD -> new TfRecordRows(file);
      case CSV, TSV -> throw new IllegalStateException(file.shown());
    };
  }

  private Map<String, Target> targets(long looked) {
    Map<String, Observed> observed = new LinkedHashMap<>();
    long left = looked;
    for (InputFile file : files) {
      try (RowSource source = open(file)) {
        Map<String, Cell> row = new LinkedHashMap<>();
        while (left > 0 && source.next(row)) {
          left--;
          for (Map.Entry<String, Cell> entry : row.entrySet()) {
            Observed column = observed.computeIfAbsent(entry.getKey(), _ -> new Observed());
            column.observe(entry.getValue());
            if (column.lengthsDiffer && !isVectors(entry.getKey())) {
              throw source.failure(
                  "column "
                      + Shown.quoted(entry.getKey())
                      + ": "
                      + entry.getValue().shown()
                      + ", while other rows have a list of another length; lists of numbers need"
                      + " one length");
            }
          }
          row.clear();
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    Map<String, Target> targets = new LinkedHashMap<>();
    observed.forEach(
        (name, column) -> {
          List<ColumnPlan> plans = new ArrayList<>();
          if (column.listLength > 1 && !isVectors(name)) {
            int n = column.listLength;
            for (int i = 0; i < n; i++) {
              String index =
                  String.format(Locale.ROOT, "%0" + Integer.toString(n).length() + "d", i);
              plans.add(ColumnPlan.of(name + "." + index + "_of_" + n, new Inference(), options));
            }
          } else {
            plans.add(ColumnPlan.of(name, column.inference, options));
          }
          targets.put(name, new Target(plans));
        });
    return targets;
  }

  /// Whether a flat list of numbers is a sequence of vectors, because schema or user say so.
  private boolean isVectors(String name) {
    Semantic chosen = options.semantics.get(name);
    Schema schema = options.schema;
    if (chosen == null && schema != null && schema.contains(name)) {
      chosen = schema.field(name).semantic();
    }
    return chosen == Semantic.NUMERICAL_VECTOR_SEQUENCE;
  }

  /// Fills the columns with all rows.
  ///
  /// @return 0, or how many rows inference must look at before another attempt
  private long fill(Map<String, Target> targets, long looked) {
    long rows = 0;
    for (InputFile file : files) {
      try (RowSource source = open(file)) {
        Map<String, Cell> row = new LinkedHashMap<>();
        while (source.next(row)) {
          for (Map.Entry<String, Cell> entry : row.entrySet()) {
            Target target = targets.get(entry.getKey());
            if (target == null) {
              return Math.max(2 * looked, rows + 1);
            }
            target.pad(rows);
            if (!target.add(entry.getValue())) {
              if (target.isTentative() && rows >= looked) {
                return Math.max(2 * looked, rows + 1);
              }
              throw source.failure(refusal(target, entry.getValue()));
            }
          }
          row.clear();
          rows++;
        }
      } catch (IOException e) {
        throw file.failure(e);
      }
    }
    if (rows == 0) {
      throw new DataException(files.getFirst().shown() + ": the file has no rows");
    }
    for (Target target : targets.values()) {
      target.pad(rows);
    }
    return 0;
  }

  private String refusal(Target target, Cell cell) {
    ColumnPlan plan = target.plans.getFirst();
    if (target.plans.size() > 1) {
      return "column "
          + Shown.quoted(plan.name())
          + ": "
          + cell.shown()
          + " is not a list of "
          + target.plans.size()
          + " numbers, as other rows have";
    }
    return plan.refusal(cell.shown(), options.inferenceRows);
  }

  private Frame finish(Map<String, Target> targets) {
    List<String> names = new ArrayList<>();
    targets.values().forEach(target -> target.plans.forEach(plan -> names.add(plan.name())));
    List<String> asked = new ArrayList<>(options.semantics.keySet());
    List<String> chosen = options.columns;
    if (chosen != null) {
      asked.addAll(chosen);
    }
    for (String name : asked) {
      if (!names.contains(name)) {
        throw new DataException(
            files.getFirst().shown()
                + ": there is no column "
                + Shown.quoted(name)
                + Nearest.hint(name, names)
                + "; the columns are "
                + String.join(", ", names));
      }
    }
    List<Column> columns = new ArrayList<>();
    for (Target target : targets.values()) {
      int rows = Sizes.checked(target.rows, "rows");
      for (int i = 0; i < target.plans.size(); i++) {
        if (chosen == null || chosen.contains(target.plans.get(i).name())) {
          columns.add(target.plans.get(i).finish(List.of(target.builders.get(i)), rows));
        }
      }
      target.builders.clear();
    }
    Frame frame = Frame.of(columns);
    return chosen == null ? frame : frame.select(chosen);
  }
}
