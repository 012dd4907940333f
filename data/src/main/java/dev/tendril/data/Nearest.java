package dev.tendril.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds what a user probably meant when a name is not known: the candidate at the smallest edit
/// distance (Levenshtein 1966), if it is near enough to be a slip.
public final class Nearest {
  private Nearest() {}

  /// The nearest candidate within a third of the name's length (at least two edits), or null.
  public static @Nullable String of(String name, Iterable<String> candidates) {
    String best = null;
    int least = Math.max(2, name.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /// `; did you mean "x"?` with the nearest candidate, or nothing.
  public static String hint(String name, Iterable<String> candidates) {
    String nearest = of(name, candidates);
    return nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
