package dev.tendril.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes the tables that the contestants train on, where they are not there yet. Arguments: the
/// folder to write to, the names of the tables separated by commas, and optionally the training and
/// the test file of the adult data.
public final class MakeData {
  private static final int TEST_ROWS = 50_000;

  private MakeData() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    for (String name : args[1].split(",", -1)) {
      if (Files.exists(test(folder, name))) {
        continue;
      }
      switch (name) {
        case "higgs100k" -> higgs(folder, name, 100_000, 1);
        case "higgs1m" -> higgs(folder, name, 1_000_000, 3);
        case "adult" -> {
          if (args.length == 4) {
            CsvDataset adult =
                CsvDataset.read(Path.of(args[2]), Path.of(args[3]), "income", ">50K");
            adult.train().write(train(folder, "adult"));
            adult.test().write(test(folder, "adult"));
          }
        }
        default -> {}
      }
    }
  }

  private static void higgs(Path folder, String name, int rows, long seed) throws IOException {
    HiggsLike.rows(rows, seed).write(train(folder, name));
    HiggsLike.rows(TEST_ROWS, 2).write(test(folder, name));
  }

  static Path train(Path folder, String name) {
    return folder.resolve(name + ".train.bin");
  }

  static Path test(Path folder, String name) {
    return folder.resolve(name + ".test.bin");
  }
}
