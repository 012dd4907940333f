package dev.tendril.cli;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.ReadOptions;
import dev.tendril.data.Semantic;
import dev.tendril.learn.Task;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The table to learn from and the task, which may follow from the label.
///
/// The classes of a classification are the exact texts of the file: `01` is not `1`, and `0` is not
/// `false`. So a label that inference took for numbers or truth values is read once more, as text.
///
/// @param frame the table; the label of a classification is categorical
/// @param task the task
/// @param told the task in words, with the reason where it was chosen here
record TrainingTable(Frame frame, Task task, String told) {

  /// Reads a table by some options.
  @FunctionalInterface
  interface Reader {
    Frame read(Consumer<ReadOptions> configure);
  }

  static TrainingTable read(Reader reader, ColumnOptions columns, @Nullable TaskName asked) {
    String label = columns.label;
    boolean categorical = asked == TaskName.CLASSIFICATION || asked == TaskName.CATEGORICAL_UPLIFT;
    Frame frame =
        columns.withoutIgnored(
            reader.read(
                options -> {
                  columns.configure(options);
                  if (label != null && categorical && !columns.semantics.containsKey(label)) {
                    options.semantic(label, Semantic.CATEGORICAL);
                  }
                }));
    if (asked == TaskName.ANOMALY || label == null) {
      TaskName name = asked == null ? TaskName.ANOMALY : asked;
      if (label != null) {
        frame.column(label);
      }
      return new TrainingTable(frame, name.of(label, columns.ofTask), name.toString());
    }
    Column truth = frame.column(label);
    requireComplete(truth);
    TaskChoice choice =
        asked == TaskName.UPLIFT ? TaskChoice.ofUplift(truth) : TaskChoice.of(truth);
    boolean chosen = asked == null || asked == TaskName.UPLIFT;
    TaskName name = asked == null || chosen ? choice.task() : asked;
    boolean classes = name == TaskName.CLASSIFICATION || name == TaskName.CATEGORICAL_UPLIFT;
    if (classes && !(truth instanceof CategoricalColumn)) {
      Frame alone =
          reader.read(
              options -> {
                options.columns = List.of(label);
                options.semantic(label, Semantic.CATEGORICAL);
              });
      frame = frame.with(alone.column(label));
    }
    return new TrainingTable(
        frame, name.of(label, columns.ofTask), chosen ? choice.told() : name.toString());
  }

  private static void requireComplete(Column label) {
    long missing = label.field().missing();
    if (missing > 0) {
      int row = 0;
      while (!label.isMissing(row)) {
        row++;
      }
      throw new DataException(
          "label \""
              + label.name()
              + "\" is missing in "
              + missing
              + " of "
              + label.rows()
              + " rows, first in row "
              + (row + 1)
              + ": fill it in or remove these rows");
    }
  }
}
