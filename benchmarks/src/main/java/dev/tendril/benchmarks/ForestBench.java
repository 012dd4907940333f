package dev.tendril.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Measures one contestant on one task, in this process, and prints one line of JSON.
///
/// Training is timed from rows of floats to the trained model, so it includes bringing the rows
/// into the library's own form. It is repeated in the same process: the first time is that of a
/// program that trains once, the least that of one whose code is compiled. The peak of memory is
/// that of the first time.
public final class ForestBench {
  private static final int BATCH = 10_000;
  private static final int SINGLES = 1000;

  private ForestBench() {}

  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.of(args);
    Contestant contestant = Contestant.named(arguments.text("peer"));
    Settings.Kind kind = Settings.Kind.valueOf(arguments.text("task").toUpperCase(Locale.ROOT));
    int threads = arguments.number("threads");
    Path folder = Path.of(arguments.text("folder"));
    String data = arguments.text("data");
    Dataset train = Dataset.read(MakeData.train(folder, data));
    Dataset test = Dataset.read(MakeData.test(folder, data));
    Settings settings = Settings.of(kind, train.columns(), threads);
    Result result =
        new Result("forests")
            .put("data", data)
            .put("task", arguments.text("task"))
            .put("threads", threads)
            .put("peer", contestant.name())
            .put("version", contestant.version())
            .machine();
    Contestant.Fitted model =
        train(contestant, train, settings, arguments.number("repeats"), result);
    float[] probabilities = new float[test.rows()];
    model.predict(test.values(), test.rows(), probabilities);
    Scores scores = Scores.of(probabilities, test.labels());
    result
        .put("auc", scores.auc())
        .put("accuracy", scores.accuracy())
        .put("log_loss", scores.logLoss());
    if (threads == 1) {
      predict(model, test, result);
    }
    System.out.println(result);
    System.out.flush();
    model.close();
    System.exit(0);
  }

  private static Contestant.Fitted train(
      Contestant contestant, Dataset rows, Settings settings, int repeats, Result result)
      throws Exception {
    System.gc();
    double base = Meter.residentMb();
    Meter.resetPeak();
    List<Double> wall = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    Contestant.Fitted model = null;
    while (wall.size() < repeats) {
      if (model != null) {
        model.close();
      }
      long cpuStart = Meter.cpu();
      long start = System.nanoTime();
      model = contestant.train(contestant.prepare(rows, settings), settings);
      wall.add((System.nanoTime() - start) / 1e9);
      cpu.add((Meter.cpu() - cpuStart) / 1e9);
      if (wall.size() == 1) {
        result.put("base_mb", base).put("peak_mb", Meter.peakMb());
      }
    }
    if (model == null) {
      throw new IllegalArgumentException("--repeats must be at least 1");
    }
    result
        .put("wall_first_s", wall.getFirst())
        .put("cpu_first_s", cpu.getFirst())
        .put("wall_s", Collections.min(wall))
        .put("cpu_s", Collections.min(cpu));
    return model;
  }

  private static void predict(Contestant.Fitted model, Dataset test, Result result)
      throws Exception {
    int width = test.columns();
    int count = Math.min(BATCH, test.rows());
    float[] batch = Arrays.copyOf(test.values(), count * width);
    float[] out = new float[count];
    Timing many = Timing.of(() -> model.predict(batch, count, out));
    float[][] rows = new float[SINGLES][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(test.values(), i * width, (i + 1) * width);
    }
    float[] sink = new float[1];
    Timing one =
        Timing.of(
            () -> {
              float sum = 0;
              for (float[] row : rows) {
                sum += model.predict(row);
              }
              sink[0] += sum;
            });
    float single = model.predict(rows[7]);
    if (Math.abs(single - out[7]) > 1e-4) {
      throw new IllegalStateException("one row gives " + single + ", as one of many " + out[7]);
    }
    result
        .put("batch_us", many.cpuNanos() / count / 1e3)
        .put("batch_wall_us", many.wallNanos() / count / 1e3)
        .put("single_us", one.cpuNanos() / SINGLES / 1e3)
        .put("single_wall_us", one.wallNanos() / SINGLES / 1e3);
  }
}
