package dev.tendril.plugin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The folder of plug-ins of this room's tests: two sound devices of two types, and some that must
/// be left out. It is filled before devices are looked for, once in a JVM.
final class TestPlugins {
  private static final boolean READY = fill();

  private TestPlugins() {}

  static void ready() {
    assumeTrue(READY, "skipped: no gcc on the PATH to compile plug-ins with");
  }

  private static boolean fill() {
    if (!Gcc.isThere()) {
      return false;
    }
    try {
      Path folder = Path.of(System.getProperty(PluginFolder.PROPERTY));
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Gcc.apu(folder, "APU");
      Gcc.apu(folder, "NPU");
      for (String fault :
          List.of("WRONG_VERSION", "REFUSES", "NULL_FUNCTION", "WRONG_SIZE", "NEGATIVE_COUNT")) {
        broken(folder, fault);
      }
      Path twin = folder.resolve("twins");
      Files.createDirectories(twin);
      Gcc.apu(folder, "TWIN");
      Files.copy(
          folder.resolve("libtwin.so"),
          folder.resolve("libtwin_again.so"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(folder.resolve("libtext.so"), "no library\n");
      return true;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// The sample with a fault, which the name of its file says: it is compiled once.
  static Path broken(Path folder, String fault) throws IOException {
    Path file = folder.resolve("libbroken_" + fault.toLowerCase(java.util.Locale.ROOT) + ".so");
    return Files.copy(Broken.FILE, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static final class Broken {
    static final Path FILE = compile();

    private static Path compile() {
      try {
        Path file = Files.createTempFile("broken", ".so");
        file.toFile().deleteOnExit();
        return Gcc.compile(
            file,
            List.of(
                "-shared",
                "-fPIC",
                "-Wno-unused",
                "-DAPU_TYPE=\"BROKEN\"",
                Gcc.root().resolve("plugin/src/test/c/broken.c").toString()));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
