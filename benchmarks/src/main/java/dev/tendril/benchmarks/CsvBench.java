package dev.tendril.benchmarks;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Measures the reading of a CSV file of numbers by one reader, in this process, and prints one
/// line of JSON. `fastcsv` is the floor of what a reader on top of that library could do: it splits
/// the lines, parses every field with [Float#parseFloat], and keeps nothing.
public final class CsvBench {
  private CsvBench() {}

  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.of(args);
    String reader = arguments.text("reader");
    Path file = Path.of(arguments.text("file"));
    int threads = arguments.number("threads");
    int repeats = arguments.number("repeats");
    Result result =
        new Result("csv")
            .put("reader", reader)
            .put("threads", threads)
            .put("file_mb", Files.size(file) / 1048576.0)
            .machine();
    System.gc();
    double base = Meter.residentMb();
    long usedBase = used();
    Meter.resetPeak();
    double[] wall = new double[repeats];
    double[] cpu = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long cpuStart = Meter.cpu();
      long start = System.nanoTime();
      Frame frame = read(reader, file, threads);
      wall[i] = (System.nanoTime() - start) / 1e9;
      cpu[i] = (Meter.cpu() - cpuStart) / 1e9;
      if (i == 0) {
        result.put("base_mb", base).put("peak_mb", Meter.peakMb());
        if (frame != null) {
          retained(frame, usedBase, result);
        }
      }
    }
    result
        .put("wall_first_s", wall[0])
        .put("cpu_first_s", cpu[0])
        .put("wall_s", Arrays.stream(wall).min().orElseThrow())
        .put("cpu_s", Arrays.stream(cpu).min().orElseThrow());
    System.out.println(result);
  }

  /// The heap that is still used while the table is held, less what was used before.
  private static void retained(Frame frame, long usedBase, Result result) {
    System.gc();
    long used = used() - usedBase;
    long bytes = frame.columns().stream().mapToLong(Column::bytes).sum();
    result.put("used_mb", used / 1048576.0).put("columns_mb", bytes / 1048576.0);
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static @Nullable Frame read(String reader, Path file, int threads) throws IOException {
    return switch (reader) {
      case "tendril" -> Frame.read(file.toString(), options -> options.threads = threads);
      case "fastcsv" -> {
        Sum sum = new Sum();
        try (CsvReader<Boolean> lines = CsvReader.builder().build(sum, file)) {
          lines.forEach(_ -> {});
        }
        if (Double.isNaN(sum.total)) {
          throw new IllegalStateException("the file holds values that are not finite");
        }
        yield null;
      }
      default ->
          throw new IllegalArgumentException(
              "reader \"" + reader + "\": expected tendril or fastcsv");
    };
  }

  /// Adds up all fields below the first line.
  private static final class Sum extends CsvCallbackHandler<Boolean> {
    private double total;
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
        total += Float.parseFloat(new String(text, offset, length));
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
  }
}
