package dev.tendril.benchmarks;

import dev.tendril.benchmarks.Report.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tables of the suite `graphs`.
final class GraphTables {
  private GraphTables() {}

  static void print(List<JsonNode> lines) {
    each(lines, "gemm", GraphTables::products);
    each(lines, "mlp", (threads, runs) -> net("Perceptron 16-32-32-4", threads, runs, 1e3, "µs"));
    each(
        lines,
        "mobilenet",
        (threads, runs) -> net("MobileNetV2 1.0, 192 by 192", threads, runs, 1e6, "ms"));
    each(lines, "int8", (threads, runs) -> models("Quantized models", threads, runs));
    each(lines, "models", (threads, runs) -> models("Models of floats", threads, runs));
    each(lines, "train", GraphTables::train);
    fused(lines.stream().filter(line -> Report.text(line, "work").equals("fused")).toList());
    eager(lines.stream().filter(line -> Report.text(line, "work").equals("eager")).toList());
    plugin(lines.stream().filter(line -> Report.text(line, "work").equals("plugin")).toList());
  }

  /// Shows the lines of a piece of work, those of each number of threads by themselves.
  private static void each(
      List<JsonNode> lines, String work, BiConsumer<String, List<JsonNode>> table) {
    Map<Integer, List<JsonNode>> byThreads = new TreeMap<>();
    for (JsonNode line : lines) {
      if (Report.text(line, "work").equals(work)) {
        byThreads
            .computeIfAbsent((int) Report.number(line, "threads"), _ -> new ArrayList<>())
            .add(line);
      }
    }
    byThreads.forEach((_, runs) -> table.accept(Report.threads(runs.getFirst()), runs));
  }

  /// A row for each size, a column for each contestant; Tendril's speed as a share of the others'
  /// and of the processor's.
  private static void products(String threads, List<JsonNode> lines) {
    Map<String, List<Entry>> bySize =
        Report.groups(
            lines,
            line -> String.valueOf((int) Report.number(line, "n")),
            line -> Report.text(line, "peer"));
    double peak =
        lines.stream().mapToDouble(line -> Report.number(line, "peak_gflops")).max().orElseThrow();
    List<String> others =
        new TreeSet<>(lines.stream().map(line -> Report.text(line, "peer")).toList())
            .stream().filter(peer -> !peer.equals("tendril")).toList();
    System.out.printf(
        Locale.ROOT,
        "%n**Products of square matrices, %s** (GFLOP/s; the processor does at most %.0f)%n%n",
        threads,
        peak);
    List<String> heads = new ArrayList<>(List.of("n", "tendril", "of peak"));
    others.forEach(other -> heads.addAll(List.of(other, "tendril of it")));
    heads.add("relative error");
    head(heads.toArray(String[]::new));
    bySize.forEach(
        (size, entries) -> {
          Entry tendril = Report.find(entries, "tendril");
          double speed = tendril == null ? Double.NaN : tendril.most("gflops");
          List<String> cells = new ArrayList<>();
          cells.add(size);
          cells.add(Report.format("%.1f", speed));
          cells.add(Report.format("%.2f", speed / peak));
          for (String other : others) {
            Entry peer = Report.find(entries, other);
            double theirs = peer == null ? Double.NaN : peer.most("gflops");
            cells.add(Report.format("%.1f", theirs));
            cells.add(Report.format("%.2f", speed / theirs));
          }
          cells.add(worst(entries));
          Report.row(cells.toArray(String[]::new));
        });
  }

  private static String worst(List<Entry> entries) {
    return Report.format(
        "%.0e", entries.stream().mapToDouble(entry -> entry.most("relerr")).max().orElse(0));
  }

  private static void net(
      String title, String threads, List<JsonNode> lines, double unit, String name) {
    List<Entry> entries =
        Report.groups(lines, _ -> "", line -> Report.text(line, "peer"))
            .getOrDefault("", List.of());
    Entry tflite = Report.find(entries, "tflite-xnnpack");
    Entry onnx = Report.find(entries, "onnxruntime");
    System.out.printf("%n**%s, %s**%n%n", title, threads);
    head(
        "",
        "least " + name,
        "of TFLite",
        "of ONNX Runtime",
        "median " + name,
        "of TFLite",
        "of ONNX Runtime",
        "CPU " + name,
        "GFLOP/s",
        "first answer ms",
        "of TFLite",
        "peak above start MB",
        "of TFLite",
        "relative error");
    for (Entry entry : entries) {
      Report.row(
          Report.text(entry.runs().getFirst(), "version"),
          Report.format("%.2f", entry.least("wall_ns") / unit),
          Report.ratio(entry, tflite, "wall_ns"),
          Report.ratio(entry, onnx, "wall_ns"),
          Report.format("%.2f", entry.least("median_ns") / unit),
          Report.ratio(entry, tflite, "median_ns"),
          Report.ratio(entry, onnx, "median_ns"),
          Report.format("%.2f", entry.least("cpu_ns") / unit),
          Report.format("%.1f", entry.most("gflops")),
          Report.format("%.0f", entry.least("first_ms")),
          Report.ratio(entry, tflite, "first_ms"),
          Report.format("%.0f", Report.above(entry)),
          above(entry, tflite),
          Report.format("%.0e", entry.most("relerr")));
    }
  }

  /// A table for each model.
  private static void models(String title, String threads, List<JsonNode> lines) {
    Map<String, List<JsonNode>> byModel = new TreeMap<>();
    for (JsonNode line : lines) {
      byModel.computeIfAbsent(Report.text(line, "model"), _ -> new ArrayList<>()).add(line);
    }
    byModel.forEach((model, runs) -> net(title + ": " + model, threads, runs, 1e6, "ms"));
  }

  private static void train(String threads, List<JsonNode> lines) {
    Entry all = new Entry("", lines);
    System.out.printf("%n**A step of training, 784-512-10, 128 examples, %s**%n%n", threads);
    head("least ms", "median ms", "steps a second", "GFLOP/s");
    Report.row(
        Report.format("%.2f", all.least("wall_ns") / 1e6),
        Report.format("%.2f", all.least("median_ns") / 1e6),
        Report.format("%.0f", 1e9 / all.least("wall_ns")),
        Report.format("%.1f", all.most("gflops")));
  }

  private static String above(Entry entry, @Nullable Entry base) {
    return base == null
        ? Report.NONE
        : Report.format("%.2f", Report.above(entry) / Report.above(base));
  }

  private static void fused(List<JsonNode> lines) {
    List<Entry> entries =
        Report.groups(lines, _ -> "", Report::threads).getOrDefault("", List.of());
    if (entries.isEmpty()) {
      return;
    }
    System.out.printf("%n**relu(x · a + b) · c - x, 8 million numbers**%n%n");
    head("", "traced ms", "op by op ms", "traced of op by op", "copying ms", "traced of copying");
    for (Entry entry : entries) {
      Report.row(
          entry.who(),
          Report.format("%.2f", entry.least("wall_ns") / 1e6),
          Report.format("%.2f", entry.least("single_ns") / 1e6),
          Report.format("%.2f", entry.least("wall_ns") / entry.least("single_ns")),
          Report.format("%.2f", entry.least("copy_ns") / 1e6),
          Report.format("%.2f", entry.least("wall_ns") / entry.least("copy_ns")));
    }
  }

  private static void eager(List<JsonNode> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Entry all = new Entry("", lines);
    System.out.printf("%n**Small ops, 16 numbers, one thread**%n%n");
    head("", "ns", "of a tensor");
    for (String[] row :
        List.of(
            new String[] {"a tensor made and closed", "tensor_ns"},
            new String[] {"sum of two vectors, result closed", "wall_ns"},
            new String[] {"the same as a traced function", "traced_ns"},
            new String[] {"product of 16 by 16 matrices", "product_ns"})) {
      Report.row(
          row[0],
          Report.format("%.0f", all.least(row[1])),
          Report.format("%.1f", all.least(row[1]) / all.least("tensor_ns")));
    }
  }

  private static void plugin(List<JsonNode> lines) {
    if (lines.isEmpty()) {
      return;
    }
    Entry all = new Entry("", lines);
    System.out.printf("%n**ReLU of 16 numbers on the sample plug-in, one thread**%n%n");
    head("", "ns");
    for (String[] row :
        List.of(
            new String[] {"the kernel by itself, called from C", "own_ns"},
            new String[] {"an op of a graph", "op_ns"},
            new String[] {"an op of a graph above the kernel's own time", "above_ns"},
            new String[] {"a graph of one op", "run_ns"},
            new String[] {"at once from Java, result closed", "eager_ns"})) {
      Report.row(row[0], Report.format("%.0f", all.least(row[1])));
    }
  }

  private static void head(String... cells) {
    Report.row(cells);
    Report.row(Stream.generate(() -> "---").limit(cells.length).toArray(String[]::new));
  }
}
