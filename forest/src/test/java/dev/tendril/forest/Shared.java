package dev.tendril.forest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The folder of reference data beside the repository.
final class Shared {
  private Shared() {}

  /// A path in the folder's part on forests; skips the test where the folder is absent.
  static Path forests(String path) {
    Path shared = find();
    Assumptions.assumeTrue(
        shared != null,
        "the reference data are not here; set -Dtendril.shared or TENDRIL_SHARED to their folder");
    return shared == null ? Path.of("") : shared.resolve("forests").resolve(path);
  }

  static @Nullable Path find() {
    String given = System.getProperty("tendril.shared", System.getenv("TENDRIL_SHARED"));
    if (given != null) {
      return Path.of(given);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path shared = at.resolve("shared");
      if (Files.isRegularFile(shared.resolve("DESIGN.md"))) {
        return shared;
      }
    }
    return null;
  }
}
