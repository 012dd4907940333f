package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training run that is killed without warning goes on where it left its last snapshot.
class KilledTrainingTest {
  @TempDir Path folder;

  @Test
  void aKilledRunEndsWithTheBytesOfOneThatWasNot() throws Exception {
    Path table = table();
    for (String learner : new String[] {"gradient_boosted_trees", "random_forest"}) {
      Path snapshots = folder.resolve(learner + "-snapshots");
      Path whole = folder.resolve(learner + "-whole");
      Path resumed = folder.resolve(learner + "-resumed");
      List<Object> words =
          List.of("train", table, "--label", "kind", "--learner", learner, "--quiet");
      assertEquals(0, run(words, "--out", whole).status());
      kill(snapshots, words);
      assertTrue(!Files.exists(resumed));
      Result result = run(words, "--checkpoint", snapshots, "--out", resumed);
      assertEquals(0, result.status(), result::err);
      same(whole, resumed);
      Result other =
          run(words, "--checkpoint", snapshots, "--set", "min_examples=9", "--out", resumed);
      assertEquals(1, other.status());
      assertTrue(
          other.err().contains("hyper-parameter min_examples was 5 and is now 9"), other::err);
      assertEquals(1, other.err().lines().count(), other::err);
    }
  }

  private static Result run(List<Object> words, Object... more) {
    List<Object> all = new ArrayList<>(words);
    all.addAll(Arrays.asList(more));
    return Cli.run(all.toArray());
  }

  /// Trains in a process of its own, and kills it when it has left a few snapshots.
  private void kill(Path snapshots, List<Object> words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String modules = System.getProperty("jdk.module.path");
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path")
                + (modules == null ? "" : java.io.File.pathSeparator + modules)));
    command.add("dev.tendril.cli.Main");
    words.forEach(word -> command.add(word.toString()));
    command.addAll(List.of("--checkpoint", snapshots.toString(), "--checkpoint-interval", "0"));
    command.addAll(List.of("--out", folder.resolve("never").toString()));
    Path log = folder.resolve("killed.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (process.isAlive() && count(snapshots) < 3) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertTrue(count(snapshots) > 0, () -> text(log));
    assertTrue(!Files.exists(folder.resolve("never")), "training ended before it was killed");
  }

  private static long count(Path snapshots) throws IOException {
    if (!Files.isDirectory(snapshots)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(snapshots)) {
      return entries
          .filter(entry -> String.valueOf(entry.getFileName()).startsWith("snapshot-"))
          .count();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void same(Path one, Path other) throws IOException {
    try (Stream<Path> files = Files.list(one)) {
      for (Path file : files.toList()) {
        assertArrayEquals(
            Files.readAllBytes(file),
            Files.readAllBytes(other.resolve(file.getFileName())),
            file.toString());
      }
    }
  }

  private Path table() {
    StringBuilder text = new StringBuilder("a,b,c,kind\n");
    Random random = new Random(1);
    for (int i = 0; i < 1500; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      text.append(a).append(',').append(b).append(',').append(random.nextInt(4)).append(',');
      text.append(a + b + 0.3 * random.nextGaussian() > 1 ? "yes" : "no").append('\n');
    }
    return Cli.write(folder.resolve("table.csv"), text.toString());
  }
}
