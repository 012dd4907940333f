package dev.tendril.pose;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The reference data, which are not part of the repository: a folder `shared` beside it, or where
/// the system property `tendril.shared` or the variable `TENDRIL_SHARED` says.
final class Shared {
  private Shared() {}

  /// A file of the reference data; skips the test when they are absent.
  static Path file(String name) {
    Path root = root();
    Assumptions.assumeTrue(
        root != null && Files.exists(root.resolve(name)),
        "the reference data have no "
            + name
            + " here: set -Dtendril.shared=FOLDER to run this test");
    return root == null ? Path.of(name) : root.resolve(name);
  }

  private static @Nullable Path root() {
    String named = System.getProperty("tendril.shared", System.getenv("TENDRIL_SHARED"));
    if (named != null) {
      return Path.of(named);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("shared/DESIGN.md"))) {
        return at.resolve("shared");
      }
    }
    return null;
  }
}
