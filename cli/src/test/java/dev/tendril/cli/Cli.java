package dev.tendril.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Runs the command in this process, and has tables for it.
final class Cli {
  private Cli() {}

  record Result(int status, String out, String err) {}

  static Result run(Object... words) {
    String[] args = new String[words.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = words[i].toString();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Main.run(args, Console.of(out, err));
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// The repository's folder.
  static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("tendril"))) {
        return folder;
      }
    }
    throw new IllegalStateException("the tests do not run inside the repository");
  }

  static Path penguins() {
    return root().resolve("examples").resolve("penguins.csv");
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// 60 rows: `kind` (a or b) and `level` (1.5 to 61.5) follow from `size`; `code` is 0 or 1.
  static Path tiny(Path folder) {
    StringBuilder text = new StringBuilder("size,color,kind,level,code,weight\n");
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      String color = random.nextBoolean() ? "red" : "blue";
      text.append(i).append(',').append(color).append(',').append(i < 30 ? "a" : "b");
      text.append(',').append(i + 1.5).append(',').append(i % 2).append(",1\n");
    }
    return write(folder.resolve("tiny.csv"), text.toString());
  }
}
