package dev.tendril.cli;

import dev.tendril.data.Nearest;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Task;
import java.util.List;
import java.util.Locale;

/// Finds learners by the names that users type.
final class Learners {
  private Learners() {}

  /// @throws IllegalArgumentException when a learner cannot be trained for a task, with those that
  ///     can
  static void require(LearnerProvider learner, Task task) {
    if (!learner.tasks().contains(task.name())) {
      List<String> able =
          LearnerProvider.all().stream()
              .filter(one -> one.tasks().contains(task.name()))
              .map(LearnerProvider::name)
              .toList();
      throw new IllegalArgumentException(
          "learner "
              + learner.name()
              + " cannot be trained for "
              + task.name()
              + (able.isEmpty() ? "" : "; expected " + String.join(" or ", able)));
    }
  }

  /// @throws IllegalArgumentException for a name that none has, with the nearest that one has
  static LearnerProvider named(String name) {
    String wanted = name.strip().toLowerCase(Locale.ROOT).replace('-', '_');
    List<LearnerProvider> all = LearnerProvider.all();
    for (LearnerProvider provider : all) {
      if (provider.name().equals(wanted)) {
        return provider;
      }
    }
    List<String> names = all.stream().map(LearnerProvider::name).toList();
    throw new IllegalArgumentException(
        "there is no learner \""
            + name
            + "\""
            + Nearest.hint(wanted, names)
            + "; the learners are "
            + String.join(", ", names));
  }
}
