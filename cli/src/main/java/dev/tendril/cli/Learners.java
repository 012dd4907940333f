package dev.tendril.cli;

import dev.tendril.data.Nearest;
import dev.tendril.learn.LearnerProvider;
import java.util.List;
import java.util.Locale;

/// Finds learners by the names that users type.
final class Learners {
  private Learners() {}

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
