package dev.tendril.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes the tables that the contestants train on, where they are not there yet. Arguments: the
/// folder to write to, and optionally the training and the test file of the adult data.
public final class MakeData {
  private MakeData() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    if (!Files.exists(test(folder, "higgs100k"))) {
      HiggsLike.rows(100_000, 1).write(train(folder, "higgs100k"));
      HiggsLike.rows(50_000, 2).write(test(folder, "higgs100k"));
    }
    if (args.length == 3 && !Files.exists(test(folder, "adult"))) {
      CsvDataset adult = CsvDataset.read(Path.of(args[1]), Path.of(args[2]), "income", ">50K");
      adult.train().write(train(folder, "adult"));
      adult.test().write(test(folder, "adult"));
    }
  }

  static Path train(Path folder, String name) {
    return folder.resolve(name + ".train.bin");
  }

  static Path test(Path folder, String name) {
    return folder.resolve(name + ".test.bin");
  }
}
