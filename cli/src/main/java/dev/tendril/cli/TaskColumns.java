package dev.tendril.cli;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The columns that some tasks need besides the label.
final class TaskColumns {
  @Option(
      names = "--group",
      paramLabel = "COL",
      description =
          "For ranking: the column whose equal values make a group to rank, such as a query.",
      order = 2)
  @Nullable String group;

  @Option(
      names = "--treatment",
      paramLabel = "COL",
      description =
          "For uplift: the column of two values that tells treated rows from the control, which is"
              + " the first value in order.",
      order = 2)
  @Nullable String treatment;

  @Option(
      names = "--event",
      paramLabel = "COL",
      description =
          "For survival: the column that tells an event (1, true) from censoring (0, false)."
              + " Default: all are events.",
      order = 2)
  @Nullable String event;

  @Option(
      names = "--entry",
      paramLabel = "COL",
      description = "For survival: the column of the time of entry. Default: all enter at first.",
      order = 2)
  @Nullable String entry;

  /// The columns that were named.
  List<String> named() {
    return Stream.of(group, treatment, event, entry)
        .filter(Objects::nonNull)
        .map(name -> "" + name)
        .toList();
  }

  /// @throws IllegalArgumentException when one is named that the task does not have
  void requireOnlyThoseOf(TaskName task) {
    refuse("--group", group, task, TaskName.RANKING);
    refuse("--event", event, task, TaskName.SURVIVAL);
    refuse("--entry", entry, task, TaskName.SURVIVAL);
    if (!task.uplift()) {
      refuse("--treatment", treatment, task, TaskName.UPLIFT);
    }
  }

  private static void refuse(String option, @Nullable String column, TaskName task, TaskName its) {
    if (column != null && task != its) {
      throw new IllegalArgumentException(
          option + " is for --task " + its + "; the task is " + task);
    }
  }
}
