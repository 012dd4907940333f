package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Tests a plug-in against the rules of `tendril_plugin.h`, in a process of its own, so that one
/// that crashes or hangs is a finding and not the end.
public final class PluginTest {
  private static final String FRAME = "# Problematic frame:";

  private PluginTest() {}

  /// Runs all checks.
  ///
  /// @param limit how long it may take
  /// @param progress told of each check as it ends
  /// @throws TensorException when the process cannot be started
  public static PluginReport run(Path file, Duration limit, Consumer<Check> progress) {
    return run(file, limit, false, progress);
  }

  /// @param first whether the first fault ends it
  static PluginReport run(Path file, Duration limit, boolean first, Consumer<Check> progress) {
    Path work = null;
    try {
      work = Files.createTempDirectory("tendril-plugin-test");
      return run(file.toAbsolutePath(), work, limit, first, progress);
    } catch (IOException e) {
      throw new TensorException("testing the plug-in " + file + ": " + e, e);
    } finally {
      delete(work);
    }
  }

  private static PluginReport run(
      Path file, Path work, Duration limit, boolean first, Consumer<Check> progress)
      throws IOException {
    Path findings = work.resolve("findings");
    Path crash = work.resolve("crash");
    Files.createFile(findings);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:ErrorFile=" + crash,
            "-XX:-CreateCoredumpOnCrash",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=" + (first ? 1 : 4),
            "-D" + PluginFolder.PROPERTY + "="));
    command.addAll(path());
    command.addAll(List.of(file.toString(), findings.toString(), Boolean.toString(first)));
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(work.resolve("errors").toFile())
            .start();
    Reader reader = new Reader(progress);
    long end = System.nanoTime() + limit.toNanos();
    boolean ended = false;
    try {
      while (!ended && System.nanoTime() < end) {
        ended = process.waitFor(50, TimeUnit.MILLISECONDS);
        reader.read(findings);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
    reader.read(findings);
    if (!reader.isDone()) {
      String text =
          ended
              ? "the process ended in the midst of it" + frame(crash, work.resolve("errors"))
              : "it did not end within " + limit.toSeconds() + " s";
      reader.add(new Check(reader.current, Check.State.CRASH, text));
    }
    return new PluginReport(reader.checks, reader.support);
  }

  /// How a JVM with the same classes is started.
  private static List<String> path() {
    String main = PluginChecks.class.getName();
    Module module = PluginTest.class.getModule();
    String modules = System.getProperty("jdk.module.path");
    if (module.isNamed() && modules != null) {
      return List.of(
          "--enable-native-access=" + module.getName(),
          "-p",
          modules,
          "-m",
          module.getName() + "/" + main);
    }
    return List.of(
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), main);
  }

  /// Where a crash happened, as the JVM's file says, or its last words.
  private static String frame(Path crash, Path errors) throws IOException {
    if (Files.exists(crash)) {
      List<String> lines = Files.readAllLines(crash, StandardCharsets.ISO_8859_1);
      for (int i = 0; i + 1 < lines.size(); i++) {
        if (lines.get(i).startsWith(FRAME)) {
          return ", in " + lines.get(i + 1).replace("#", "").strip();
        }
      }
    }
    List<String> words = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
    return words.isEmpty() ? "" : ": " + words.getLast();
  }

  private static void delete(@org.jspecify.annotations.Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException _) {
      // It is in the folder of temporary files.
    }
  }

  /// Reads findings while they are written.
  private static final class Reader {
    final List<Check> checks = new ArrayList<>();
    final Map<String, Map<String, String>> support = new LinkedHashMap<>();
    private final Consumer<Check> progress;
    private int lines;
    private boolean done;
    String current = "start";

    Reader(Consumer<Check> progress) {
      this.progress = progress;
    }

    boolean isDone() {
      return done;
    }

    void add(Check check) {
      checks.add(check);
      progress.accept(check);
    }

    void read(Path file) throws IOException {
      String text = Files.readString(file);
      List<String> all = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
      for (String line : all.subList(lines, all.size())) {
        String[] parts = line.split("\t", -1);
        switch (parts[0]) {
          case "BEGIN" -> current = parts[1];
          case "DONE" -> done = true;
          case "OP" ->
              support.computeIfAbsent(parts[1], _ -> new LinkedHashMap<>()).put(parts[2], parts[3]);
          default -> add(new Check(parts[1], Check.State.valueOf(parts[0]), parts[2]));
        }
      }
      lines = all.size();
    }
  }
}
