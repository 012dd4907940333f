package dev.tendril.core.spi;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What the nodes of a graph took.
///
/// @param graph its name
/// @param device the device's name
/// @param runs the number of runs that were measured
public record Profile(String graph, String device, int runs, List<Entry> entries) {
  public Profile {
    entries = List.copyOf(entries);
  }

  /// One node.
  ///
  /// @param types those of operands and results, for people
  /// @param provider whose kernel it was
  /// @param nanos the time of all runs
  /// @param starts when it began in each of the first runs, in nanoseconds since the first
  /// @param durations what it took in each of those
  /// @param bytes what a run reads and writes
  /// @param flops the additions and multiplications of a run
  public record Entry(
      String node,
      String op,
      String types,
      String provider,
      long nanos,
      List<Long> starts,
      List<Long> durations,
      long bytes,
      long flops) {
    public Entry {
      starts = List.copyOf(starts);
      durations = List.copyOf(durations);
    }
  }

  /// The time of all nodes in all runs.
  public long nanos() {
    return entries.stream().mapToLong(Entry::nanos).sum();
  }

  /// A table of the slowest nodes: microseconds a run, share of the whole, arithmetic and memory
  /// speed.
  ///
  /// @param most the most nodes to list
  public String toText(int most) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%10s %6s %8s %7s  %-9s %-16s %s",
        "us/run",
        "share",
        "GFLOP/s",
        "GB/s",
        "kernel",
        "op",
        "node: types");
    double all = Math.max(1, nanos());
    entries.stream()
        .sorted(Comparator.comparingLong(Entry::nanos).reversed())
        .limit(most)
        .forEach(
            entry -> {
              double each = (double) entry.nanos() / Math.max(1, runs);
              line(
                  text,
                  "%10.1f %5.1f%% %8.1f %7.1f  %-9s %-16s %s: %s",
                  each / 1e3,
                  100 * entry.nanos() / all,
                  entry.flops() / Math.max(1, each),
                  entry.bytes() / Math.max(1, each),
                  entry.provider(),
                  entry.op(),
                  entry.node(),
                  entry.types());
            });
    line(
        text,
        "%10.1f  all %d nodes of %s on %s, mean of %d runs",
        all / 1e3 / Math.max(1, runs),
        entries.size(),
        graph,
        device,
        runs);
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /// The runs as a trace in the JSON form of Chrome's tracing, which Perfetto and
  /// `chrome://tracing` show: a complete event for each node in each of the first runs, in
  /// microseconds.
  public String toTrace() {
    StringBuilder json = new StringBuilder("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    json.append("{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"process_name\",\"args\":{\"name\":")
        .append(quoted("tendril " + graph))
        .append(
            "}},\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"thread_name\",\"args\":{\"name\":")
        .append(quoted(device))
        .append("}}");
    for (Entry entry : entries) {
      for (int run = 0; run < entry.starts().size(); run++) {
        json.append(",\n{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"name\":")
            .append(quoted(entry.node()))
            .append(",\"cat\":")
            .append(quoted(entry.op()))
            .append(",\"ts\":")
            .append(micros(entry.starts().get(run)))
            .append(",\"dur\":")
            .append(micros(entry.durations().get(run)))
            .append(",\"args\":{\"op\":")
            .append(quoted(entry.op()))
            .append(",\"types\":")
            .append(quoted(entry.types()))
            .append(",\"kernel\":")
            .append(quoted(entry.provider()))
            .append(",\"device\":")
            .append(quoted(device))
            .append(",\"run\":")
            .append(run)
            .append(",\"bytes\":")
            .append(entry.bytes())
            .append(",\"flops\":")
            .append(entry.flops())
            .append("}}");
      }
    }
    return json.append("\n]}\n").toString();
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e3);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        default -> json.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return json.append('"').toString();
  }
}
