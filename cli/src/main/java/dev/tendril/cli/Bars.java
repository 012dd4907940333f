package dev.tendril.cli;

import dev.tendril.learn.VariableImportance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The most important features as a bar chart in text.
final class Bars {
  private static final int MOST = 10;
  private static final int LENGTH = 40;
  private static final int NAME_WIDTH = 32;

  /// From the measure that says most to the one that says least.
  private static final List<String> PREFERRED =
      List.of(
          "MEAN_DECREASE_IN_ACCURACY",
          "MEAN_INCREASE_IN_RMSE",
          "MEAN_DECREASE_IN_QINI",
          "DIFFI",
          "SUM_SCORE",
          "INV_MEAN_MIN_DEPTH");

  private Bars() {}

  /// The measure to show where one is enough; null when there is none.
  static @Nullable String measure(Map<String, List<VariableImportance>> importances) {
    for (String preferred : PREFERRED) {
      if (importances.containsKey(preferred)) {
        return preferred;
      }
    }
    return importances.isEmpty() ? null : importances.keySet().iterator().next();
  }

  static void print(Console console, List<VariableImportance> importances) {
    List<VariableImportance> shown = importances.subList(0, Math.min(MOST, importances.size()));
    int width = 0;
    double most = 0;
    for (VariableImportance one : shown) {
      width = Math.max(width, Math.min(NAME_WIDTH, one.feature().length()));
      most = Math.max(most, one.importance());
    }
    for (VariableImportance one : shown) {
      double share = most > 0 ? Math.max(0, one.importance()) / most : 0;
      String line =
          String.format(
              Locale.ROOT,
              "  %s %12" + form(most) + "  %s",
              Words.padded(Words.shortened(one.feature(), NAME_WIDTH), width),
              one.importance(),
              "#".repeat((int) Math.round(share * LENGTH)));
      console.line(line.stripTrailing());
    }
    if (importances.size() > shown.size()) {
      console.line("  and " + (importances.size() - shown.size()) + " more: tendril show MODEL");
    }
  }

  private static String form(double most) {
    return most >= 1e9 ? ".3e" : most >= 1000 ? ".0f" : most >= 10 ? ".2f" : ".4f";
  }
}
