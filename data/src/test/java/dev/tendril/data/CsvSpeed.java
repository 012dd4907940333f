package dev.tendril.data;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;

/// Times the reading of a table of numbers against the tokenizer alone with [Float#parseFloat] on
/// every field. Run `main` with a file to keep and reuse, the number of rows, and of columns.
final class CsvSpeed {
  private CsvSpeed() {}

  public static void main(String[] args) throws IOException {
    Path file = args.length > 0 ? Path.of(args[0]) : Files.createTempFile("numbers", ".csv");
    int rows = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    int columns = args.length > 2 ? Integer.parseInt(args[2]) : 28;
    if (!Files.exists(file) || Files.size(file) == 0) {
      write(file, rows, columns);
    }
    System.out.printf(Locale.ROOT, "%s: %.1f MB%n", file, Files.size(file) / 1e6);
    double baseline = best("tokenizer and Float.parseFloat", 1, () -> baseline(file));
    for (int threads : new int[] {1, 2}) {
      best(
          "Frame.read, " + threads + " thread(s)",
          baseline,
          () -> Frame.read(file.toString(), o -> o.threads = threads));
    }
  }

  /// Prints the best of several runs, and the processor time of that run, all threads together.
  private static double best(String what, double baseline, Runnable work) {
    double best = Double.MAX_VALUE;
    double processor = 0;
    for (int i = 0; i < 5; i++) {
      double before = processorSeconds();
      long start = System.nanoTime();
      work.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (seconds < best) {
        best = seconds;
        processor = processorSeconds() - before;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-32s %.2f s (%.2f s of processors), %.2f of the first%n",
        what,
        best,
        processor,
        what.startsWith("Frame") ? best / baseline : 1);
    return best;
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private static double baseline(Path file) {
    double[] sum = new double[1];
    CsvCallbackHandler<Boolean> handler =
        new CsvCallbackHandler<>() {
          private int fields;
          private long records;

          @Override
          protected RecordType getRecordType() {
            return RecordType.DATA;
          }

          @Override
          protected int getFieldCount() {
            return fields;
          }

          @Override
          protected void beginRecord(long line) {
            fields = 0;
          }

          @Override
          protected void addField(char[] text, int offset, int length, boolean quoted) {
            fields++;
            if (records > 0) {
              sum[0] += Float.parseFloat(new String(text, offset, length));
            }
          }

          @Override
          protected void setComment(char[] text, int offset, int length) {}

          @Override
          protected void setEmpty() {}

          @Override
          protected Boolean buildRecord() {
            records++;
            return Boolean.TRUE;
          }
        };
    try (var reader = de.siegmar.fastcsv.reader.CsvReader.builder().build(handler, file)) {
      reader.forEach(_ -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum[0];
  }

  private static void write(Path file, int rows, int columns) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    try (var out = Files.newBufferedWriter(file)) {
      for (int j = 0; j < columns; j++) {
        out.append(j == 0 ? "" : ",").append("x").append(Integer.toString(j));
      }
      out.append('\n');
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          out.append(j == 0 ? "" : ",");
          out.append(
              j % 4 == 0
                  ? Integer.toString(random.nextInt(100_000))
                  : Float.toString((float) random.nextGaussian()));
        }
        out.append('\n');
      }
    }
  }
}
