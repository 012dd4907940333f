package dev.tendril.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;

/// A CSV file of numbers of both signs and of 6 to 9 significant digits, a third of them written
/// with six digits and the others as [Float#toString] writes them. Arguments: the file to make
/// where it is not there yet, the number of rows and of columns.
public final class NumbersFile {
  private NumbersFile() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    if (Files.exists(file)) {
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    write(part, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Path file, int rows, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int j = 0; j < columns; j++) {
        out.append(j == 0 ? "x" : ",x").append(Integer.toString(j));
      }
      out.append('\n');
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          if (j > 0) {
            out.append(',');
          }
          double value = random.nextGaussian() * Math.pow(10, j % 6 - 2);
          out.append(j % 3 == 0 ? sixDigits(value) : Float.toString((float) value));
        }
        out.append('\n');
      }
    }
  }

  private static String sixDigits(double value) {
    int shift = 5 - (int) Math.floor(Math.log10(Math.abs(value) + 1e-30));
    if (shift <= 0 || shift > 9) {
      return Float.toString((float) value);
    }
    return java.math.BigDecimal.valueOf(Math.round(value * Math.pow(10, shift)), shift)
        .toPlainString();
  }
}
