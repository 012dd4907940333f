package dev.tendril.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of data and golden answers that lies outside of the repository.
final class Shared {
  private Shared() {}

  /// A file of the folder; skips the test where there is none.
  static Path file(String name) {
    Path folder = folder();
    assumeTrue(folder != null, "the shared data folder is not there: set TENDRIL_SHARED");
    Path file = folder.resolve(name);
    assumeTrue(Files.exists(file), "the shared data folder has no " + name);
    return file;
  }

  private static @org.jspecify.annotations.Nullable Path folder() {
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
