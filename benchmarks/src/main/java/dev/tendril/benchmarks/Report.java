package dev.tendril.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Prints measurements as Markdown tables. Arguments: files of JSON lines. Where one thing was
/// measured several times, the least time and memory count, since other work on the machine can
/// only add to them.
public final class Report {
  static final String NONE = "–";

  private Report() {}

  public static void main(String[] args) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String file : args) {
      try (Stream<String> text = Files.lines(Path.of(file))) {
        text.filter(line -> line.startsWith("{"))
            .forEach(line -> lines.add(JsonMapper.shared().readTree(line)));
      }
    }
    if (lines.isEmpty()) {
      System.err.println("nothing was measured");
      System.exit(1);
    }
    System.out.println(machine(lines));
    forests(lines.stream().filter(line -> text(line, "suite").equals("forests")).toList());
    csv(lines.stream().filter(line -> text(line, "suite").equals("csv")).toList());
    GraphTables.print(lines.stream().filter(line -> text(line, "suite").equals("graphs")).toList());
  }

  private static String machine(List<JsonNode> lines) {
    JsonNode last = lines.getLast();
    double[] load = lines.stream().mapToDouble(line -> number(line, "load")).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %s; %s; load average of the machine before each run %.1f to %.1f",
        text(last, "cpu"),
        lines.stream().mapToInt(line -> (int) number(line, "processors")).max().orElseThrow(),
        text(last, "java"),
        new TreeSet<>(lines.stream().map(line -> text(line, "date")).toList()),
        load[0],
        load[load.length - 1]);
  }

  /// The measurements of one contestant at one piece of work.
  record Entry(String who, List<JsonNode> runs) {
    double least(String name) {
      return runs.stream()
          .map(run -> run.path(name))
          .filter(JsonNode::isNumber)
          .mapToDouble(JsonNode::asDouble)
          .min()
          .orElse(Double.NaN);
    }

    double most(String name) {
      return runs.stream().mapToDouble(run -> number(run, name)).max().orElse(Double.NaN);
    }
  }

  static Map<String, List<Entry>> groups(
      List<JsonNode> lines, Function<JsonNode, String> work, Function<JsonNode, String> who) {
    Map<String, Map<String, List<JsonNode>>> sorted = new LinkedHashMap<>();
    for (JsonNode line : lines) {
      sorted
          .computeIfAbsent(work.apply(line), _ -> new LinkedHashMap<>())
          .computeIfAbsent(who.apply(line), _ -> new ArrayList<>())
          .add(line);
    }
    Map<String, List<Entry>> groups = new LinkedHashMap<>();
    sorted.forEach(
        (name, entries) -> {
          List<Entry> list = new ArrayList<>();
          entries.forEach((peer, runs) -> list.add(new Entry(peer, runs)));
          groups.put(name, list);
        });
    return groups;
  }

  private static void forests(List<JsonNode> lines) {
    Map<String, List<Entry>> groups =
        groups(
            lines,
            line ->
                text(line, "task").toUpperCase(Locale.ROOT)
                    + ", "
                    + text(line, "data")
                    + ", "
                    + threads(line),
            line -> text(line, "peer"));
    groups.forEach(
        (work, entries) -> {
          boolean one = work.endsWith(" 1 thread");
          String time = one ? "cpu_s" : "wall_s";
          String first = one ? "cpu_first_s" : "wall_first_s";
          Entry smile = find(entries, "smile");
          Entry xgboost = find(entries, "xgboost");
          Entry lightgbm = find(entries, "lightgbm");
          System.out.printf(
              "%n**%s** (heap at most %.0f MB)%n%n", work, entries.getFirst().most("heap_mb"));
          row(
              "",
              one ? "train CPU s" : "train wall s",
              "spread",
              "of Smile",
              "of XGBoost",
              "of LightGBM",
              "first time s",
              "of XGBoost",
              "peak MB",
              "of Smile",
              "above start MB",
              "of Smile",
              "AUC",
              "accuracy",
              "log loss",
              "batch µs/row",
              "single µs");
          row(Stream.generate(() -> "---").limit(17).toArray(String[]::new));
          for (Entry entry : entries) {
            row(
                text(entry.runs().getFirst(), "version"),
                format("%.2f", entry.least(time)),
                format("%.2f×", entry.most(time) / entry.least(time)),
                ratio(entry, smile, time),
                ratio(entry, xgboost, time),
                ratio(entry, lightgbm, time),
                format("%.2f", entry.least(first)),
                ratio(entry, xgboost, first),
                format("%.0f", entry.least("peak_mb")),
                ratio(entry, smile, "peak_mb"),
                format("%.0f", above(entry)),
                smile == null ? NONE : format("%.2f", above(entry) / above(smile)),
                format("%.4f", entry.least("auc")),
                format("%.4f", entry.least("accuracy")),
                format("%.4f", entry.least("log_loss")),
                format("%.2f", entry.least("batch_wall_us")),
                format("%.2f", entry.least("single_wall_us")));
          }
        });
  }

  static double above(Entry entry) {
    return entry.least("peak_mb") - entry.least("base_mb");
  }

  private static void csv(List<JsonNode> lines) {
    List<Entry> entries =
        groups(lines, _ -> "", line -> text(line, "reader") + ", " + threads(line))
            .getOrDefault("", List.of());
    if (entries.isEmpty()) {
      return;
    }
    Entry floor = find(entries, "fastcsv, 1 thread");
    System.out.printf(
        Locale.ROOT,
        "%n**CSV of numbers, %.0f MB** (heap at most %.0f MB)%n%n",
        entries.getFirst().most("file_mb"),
        entries.getFirst().most("heap_mb"));
    row(
        "",
        "CPU s",
        "of FastCSV",
        "wall s",
        "of FastCSV",
        "first time wall s",
        "columns MB",
        "heap after / columns",
        "peak above start MB");
    row(Stream.generate(() -> "---").limit(9).toArray(String[]::new));
    for (Entry entry : entries) {
      row(
          entry.who(),
          format("%.2f", entry.least("cpu_s")),
          ratio(entry, floor, "cpu_s"),
          format("%.2f", entry.least("wall_s")),
          ratio(entry, floor, "wall_s"),
          format("%.2f", entry.least("wall_first_s")),
          format("%.0f", entry.least("columns_mb")),
          format("%.2f", entry.least("used_mb") / entry.least("columns_mb")),
          format("%.0f", above(entry)));
    }
  }

  static @Nullable Entry find(List<Entry> entries, String who) {
    return entries.stream().filter(entry -> entry.who().equals(who)).findFirst().orElse(null);
  }

  static String ratio(Entry entry, @Nullable Entry base, String name) {
    return base == null ? NONE : format("%.2f", entry.least(name) / base.least(name));
  }

  static String format(String pattern, double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, pattern, value);
  }

  static String threads(JsonNode line) {
    int threads = (int) number(line, "threads");
    return threads + (threads == 1 ? " thread" : " threads");
  }

  static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  static String text(JsonNode line, String name) {
    return line.path(name).asString("");
  }

  static double number(JsonNode line, String name) {
    return line.path(name).asDouble(Double.NaN);
  }
}
