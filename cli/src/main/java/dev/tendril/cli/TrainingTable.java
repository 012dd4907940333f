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

  static TrainingTable read(
      Reader reader,
      ColumnOptions columns,
      String label,
      TaskColumns others,
      @Nullable TaskName asked) {
    Frame frame =
        columns.withoutIgnored(
            reader.read(
                options -> {
                  columns.configure(options, label, others);
                  if (asked == TaskName.CLASSIFICATION && !columns.semantics.containsKey(label)) {
                    options.semantic(label, Semantic.CATEGORICAL);
                  }
                }),
            label,
            others.named());
    Column truth = frame.column(label);
    requireComplete(truth);
    TaskChoice choice = TaskChoice.of(truth);
    TaskName name = asked == null ? choice.task() : asked;
    if (name == TaskName.CLASSIFICATION && !(truth instanceof CategoricalColumn)) {
      Frame alone =
          reader.read(
              options -> {
                options.columns = List.of(label);
                options.semantic(label, Semantic.CATEGORICAL);
              });
      frame = frame.with(alone.column(label));
    }
    return new TrainingTable(
        frame, name.of(label, others), asked == null ? choice.told() : name.toString());
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
