package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell script that starts the command.
class LauncherTest {
  @TempDir Path folder;

  private record Ended(int status, String text) {}

  @BeforeEach
  void needsAShell() {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh here");
  }

  private static Ended run(Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  @Test
  void itIsPlainShell() throws IOException, InterruptedException {
    String script = Cli.root().resolve("tendril").toString();
    for (String shell : List.of("/bin/sh", "/bin/dash", "/bin/bash")) {
      if (Files.isExecutable(Path.of(shell))) {
        assertEquals(new Ended(0, ""), run(Map.of(), shell, "-n", script), shell);
      }
    }
  }

  /// A copy of the script beside a finished build that consists of a JDK which prints its words.
  private Path installed(String version) throws IOException {
    Path root = Files.createDirectories(folder.resolve("a b"));
    Path script = Files.copy(Cli.root().resolve("tendril"), root.resolve("tendril"));
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    for (String tool : List.of("java", "javac")) {
      Path file = jdk.resolve("bin").resolve(tool);
      Files.writeString(file, "#!/bin/sh\nfor word in \"$@\"; do echo \"[$word]\"; done\nexit 3\n");
      assertTrue(file.toFile().setExecutable(true));
    }
    Path dist = Files.createDirectories(root.resolve("cli/target/dist"));
    Files.createFile(dist.resolve(".stamp"));
    return script;
  }

  @Test
  void wordsAndStatusPassThrough() throws IOException, InterruptedException {
    Path script = installed("25.0.3");
    Path link = Files.createSymbolicLink(folder.resolve("linked"), script);
    Ended ended =
        run(
            Map.of("TENDRIL_JDK", folder.resolve("jdk").toString()),
            link.toString(),
            "predict",
            "my model",
            "*");
    assertEquals(3, ended.status(), ended::text);
    assertTrue(ended.text().endsWith("[predict]\n[my model]\n[*]\n"), ended::text);
    assertTrue(ended.text().contains("a b/cli/target/dist/lib]\n"), ended::text);
  }

  @Test
  void anOldJdkIsPassedOver() throws IOException, InterruptedException {
    Path script = installed("17.0.15");
    Map<String, String> old = Map.of("TENDRIL_JDK", folder.resolve("jdk").toString());
    Ended ended = run(old, script.toString(), "--version");
    assertTrue(ended.status() != 3, ended::text);
    if (ended.status() == 69) {
      assertTrue(ended.text().contains("needs a JDK 25 or newer"), ended::text);
    }
  }
}
