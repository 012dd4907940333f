package dev.tendril.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Compiles C for tests; skips them where there is no gcc.
final class Gcc {
  private static final String COMMAND = find();

  private Gcc() {}

  private static String find() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(folder, "gcc");
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    return "";
  }

  static boolean isThere() {
    return !COMMAND.isEmpty();
  }

  /// The root of the repository.
  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("plugin/pom.xml"))) {
      at = Objects.requireNonNull(at.getParent(), "no repository around the working folder");
    }
    return at;
  }

  static Path header() {
    return root().resolve("plugin/src/main/c");
  }

  /// @param options such as `-shared`, and source files
  static Path compile(Path output, List<String> options) throws IOException {
    assumeTrue(!COMMAND.isEmpty(), "skipped: no gcc on the PATH to compile C with");
    List<String> command =
        new ArrayList<>(
            List.of(COMMAND, "-O2", "-Wall", "-Wextra", "-Werror", "-I", header().toString()));
    command.addAll(options);
    command.addAll(List.of("-o", output.toString()));
    assertEquals("", run(command), "gcc " + options);
    return output;
  }

  /// Whether something compiles, such as a program of a library that may not be there.
  static boolean canCompile(Path output, List<String> options) throws IOException {
    if (COMMAND.isEmpty()) {
      return false;
    }
    List<String> command = new ArrayList<>(List.of(COMMAND));
    command.addAll(options);
    command.addAll(List.of("-o", output.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    try {
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /// The output of a program that must end well.
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), () -> command + ": " + output);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }

  /// The sample device, as a library of a name and with a type of its own.
  static Path apu(Path folder, String type) throws IOException {
    Path source = root().resolve("examples/plugins/apu/apu.c");
    return compile(
        folder.resolve("lib" + type.toLowerCase(java.util.Locale.ROOT) + ".so"),
        List.of("-shared", "-fPIC", "-DAPU_TYPE=\"" + type + "\"", source.toString()));
  }
}
