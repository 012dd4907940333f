package dev.tendril.cli;

import dev.tendril.core.quantize.ClassCounts;
import dev.tendril.core.quantize.Comparison;
import dev.tendril.core.quantize.Comparison.Layer;
import dev.tendril.core.quantize.Comparison.Output;
import dev.tendril.core.quantize.Quantized;
import dev.tendril.core.quantize.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a graph gained and lost when it was made smaller: as text, as JSON, as a page.
///
/// @param title what was done to what, such as `model.tflite as int8`
/// @param word what the smaller one is called, such as `int8`
/// @param done what was done in one line, such as how many nodes are integers
/// @param comparison null where there are no samples
/// @param kept nodes that were left as they are, with the reason
/// @param selection null where no layers were searched
record SmallerReport(
    String title,
    String word,
    String done,
    Smaller figures,
    @Nullable Comparison comparison,
    List<Quantized.Decision> kept,
    @Nullable Selection selection) {
  private static final int SHOWN = 10;
  private static final int NAME = 60;
  private static final double CLEAN = 60;

  /// The first of the names that converters join, on so many characters.
  private static String shortName(String name) {
    int end = name.indexOf(';');
    return Words.shortened(end < 0 ? name : name.substring(0, end), NAME);
  }

  private static String decibels(double value) {
    return Double.isInfinite(value) && value > 0
        ? "exact"
        : String.format(Locale.ROOT, "%.1f dB", value);
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String whole(long number) {
    return number < 0 ? "-" : String.format(Locale.ROOT, "%,d", number);
  }

  private static String millis(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  /// A figure before and after.
  private record Row(String name, String before, String after) {}

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Smaller.Figures a = figures.before();
    Smaller.Figures b = figures.after();
    rows.add(new Row("bytes of the file", whole(a.bytes()), whole(b.bytes())));
    rows.add(new Row("bytes of the arena", whole(a.arena()), whole(b.arena())));
    rows.add(new Row("ms for a run, one thread", millis(a.millis()), millis(b.millis())));
    ClassCounts before = comparison == null ? null : comparison.outcome().before();
    ClassCounts after = comparison == null ? null : comparison.outcome().after();
    if (before != null && after != null) {
      rows.add(new Row("accuracy", percent(before.accuracy()), percent(after.accuracy())));
    }
    return rows;
  }

  /// Layers by noise, the worst first.
  private List<Layer> worst() {
    return comparison == null
        ? List.of()
        : comparison.layers().stream().sorted(Comparator.comparingDouble(Layer::decibels)).toList();
  }

  String text() {
    StringBuilder text = new StringBuilder(title + ": " + done + "\n");
    line(text, "%-26s %14s %14s", "", "before", word);
    rows().forEach(row -> line(text, "%-26s %14s %14s", row.name, row.before, row.after));
    if (comparison != null) {
      line(text, "%-40s %10s %10s  of the range", "errors of outputs", "mean", "greatest");
      for (Output output : comparison.outcome().outputs()) {
        line(
            text,
            "  %-38s %10.4g %10.4g  %s (root of the mean square)",
            Words.shortened(output.name(), 38),
            output.mean(),
            output.greatest(),
            percent(output.error()));
      }
      confusion(text);
      List<Layer> worst = worst();
      line(text, "layers with most noise (signal to noise), of %d", worst.size());
      for (Layer layer : worst.subList(0, Math.min(SHOWN, worst.size()))) {
        line(
            text,
            "  %10s  %-16s %s",
            decibels(layer.decibels()),
            layer.op(),
            shortName(layer.node()));
      }
    }
    if (selection != null && !selection.layers().isEmpty()) {
      line(
          text,
          "kept in float for the tolerance: %s, lost then: %.3f %%",
          Words.count(selection.kept().size(), "layer"),
          selection.loss());
      for (String node : selection.kept()) {
        line(text, "  %s", shortName(node));
      }
    }
    List<Quantized.Decision> others = others();
    if (!others.isEmpty()) {
      line(text, "kept in float");
      for (Quantized.Decision node : others) {
        line(text, "  %-16s %s: %s", node.op(), shortName(node.node()), node.reason());
      }
    }
    return text.toString();
  }

  /// Nodes in float that no search has kept.
  private List<Quantized.Decision> others() {
    return kept.stream()
        .filter(node -> selection == null || !selection.kept().contains(node.node()))
        .toList();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private void confusion(StringBuilder text) {
    ClassCounts before = comparison == null ? null : comparison.outcome().before();
    ClassCounts after = comparison == null ? null : comparison.outcome().after();
    if (before == null || after == null) {
      return;
    }
    line(
        text,
        "classes found, of their samples %15s %14s   taken for others by %s",
        "before",
        word,
        word);
    for (int c = 0; c < after.classes(); c++) {
      StringBuilder others = new StringBuilder();
      for (int other = 0; other < after.classes(); other++) {
        if (other != c && after.count(c, other) > 0) {
          others.append(others.isEmpty() ? "" : ", ").append(other + " x " + after.count(c, other));
        }
      }
      line(
          text,
          "  %-29d %15s %14s   %s",
          c,
          c < before.classes() ? percent(before.recall(c)) : "-",
          percent(after.recall(c)),
          others);
    }
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("model", title);
    json.put("done", done);
    json.set("before", figures(figures.before()));
    json.set("after", figures(figures.after()));
    if (comparison != null) {
      ArrayNode outputs = json.putArray("outputs");
      for (Output output : comparison.outcome().outputs()) {
        outputs
            .addObject()
            .put("name", output.name())
            .put("min", output.range().min())
            .put("max", output.range().max())
            .put("mean_error", output.mean())
            .put("rms_error", output.rms())
            .put("greatest_error", output.greatest())
            .put("error", output.error());
      }
      classes(json, "before", comparison.outcome().before());
      classes(json, "after", comparison.outcome().after());
      ArrayNode layers = json.putArray("layers");
      for (Layer layer : comparison.layers()) {
        ObjectNode one = layers.addObject().put("node", layer.node()).put("op", layer.op());
        if (Double.isFinite(layer.decibels())) {
          one.put("decibels", layer.decibels());
        }
      }
    }
    ArrayNode nodes = json.putArray("kept");
    for (Quantized.Decision node : kept) {
      nodes.addObject().put("node", node.node()).put("op", node.op()).put("reason", node.reason());
    }
    if (selection != null) {
      json.put("loss_percent", selection.loss());
      ArrayNode sensitivities = json.putArray("sensitivities");
      for (Selection.Sensitivity layer : selection.layers()) {
        sensitivities.addObject().put("node", layer.node()).put("error", layer.error());
      }
    }
    return json.toPrettyString();
  }

  private static ObjectNode figures(Smaller.Figures figures) {
    ObjectNode json = Json.object();
    json.put("bytes", figures.bytes());
    if (figures.arena() >= 0) {
      json.put("arena_bytes", figures.arena());
    }
    if (!Double.isNaN(figures.millis())) {
      json.put("millis", figures.millis());
    }
    return json;
  }

  private static void classes(ObjectNode json, String when, @Nullable ClassCounts counts) {
    if (counts == null || !(json.get(when) instanceof ObjectNode figures)) {
      return;
    }
    figures.put("accuracy", counts.accuracy());
    ArrayNode table = figures.putArray("confusion");
    for (int i = 0; i < counts.classes(); i++) {
      ArrayNode row = table.addArray();
      for (int j = 0; j < counts.classes(); j++) {
        row.add(counts.count(i, j));
      }
    }
  }

  /// One file that needs no other.
  String html() {
    Page page = new Page(title, "td.text { max-width: 34rem; }\n");
    page.add("<p class=\"about\">" + Page.escaped(done) + "</p>\n<div class=\"tiles\">");
    for (Row row : rows()) {
      page.add(Page.tile(row.name, row.before + " → " + row.after));
    }
    if (comparison != null) {
      double error = comparison.outcome().error();
      page.add(Page.tile("error, of the output's range", percent(error)));
    }
    page.add("</div>\n");
    if (comparison != null) {
      outputs(page, comparison.outcome().outputs());
      ClassCounts before = comparison.outcome().before();
      ClassCounts after = comparison.outcome().after();
      if (before != null && after != null) {
        page.section("Confusion: a row a true class, a column a predicted one");
        page.add("<div class=\"grid two\">");
        table(page, "before", before);
        table(page, word, after);
        page.add("</div>\n");
      }
      layers(page);
    }
    kept(page);
    return page.finish();
  }

  private static void outputs(Page page, List<Output> outputs) {
    page.section("Outputs: differences from what they were");
    page.add(
        "<div class=\"wide\"><table><tr><th>output</th><th>least</th><th>greatest</th>"
            + "<th>mean error</th><th>root of mean square</th><th>greatest error</th>"
            + "<th>of the range</th></tr>\n");
    for (Output output : outputs) {
      page.row(
          output.name(),
          Words.number(output.range().min()),
          Words.number(output.range().max()),
          Words.number(output.mean()),
          Words.number(output.rms()),
          Words.number(output.greatest()),
          percent(output.error()));
    }
    page.add("</table></div>\n");
  }

  private static void table(Page page, String name, ClassCounts counts) {
    List<String> classes =
        IntStream.range(0, counts.classes()).mapToObj(Integer::toString).toList();
    double[][] table = new double[counts.classes()][counts.classes()];
    for (int i = 0; i < table.length; i++) {
      for (int j = 0; j < table.length; j++) {
        table[i][j] = counts.count(i, j);
      }
    }
    page.add("<div class=\"card\"><h3>" + Page.escaped(name) + ", accuracy ");
    page.add(percent(counts.accuracy()) + "</h3>\n");
    ConfusionTable.add(page, classes, classes, table);
    page.add("</div>\n");
  }

  private void layers(Page page) {
    if (comparison == null) {
      return;
    }
    page.section("Layers: signal to noise");
    page.paragraph(
        "The longer the bar, the closer a layer's values are to those before; 20 dB are a tenth of"
            + " noise, 40 dB a hundredth.");
    page.add(
        "<div class=\"wide\"><table><tr><th>layer</th><th class=\"text\">op</th>"
            + "<th>signal to noise</th><th></th></tr>\n");
    for (Layer layer : comparison.layers()) {
      double width = 100 * Math.clamp(layer.decibels() / CLEAN, 0, 1);
      page.add(
          String.format(
              Locale.ROOT,
              "<tr><td class=\"text\" title=\"%s\">%s</td><td class=\"text\">%s</td><td>%s</td>"
                  + "<td class=\"bar\"><div style=\"width:%.1f%%\"></div></td></tr>%n",
              Page.escaped(layer.node()),
              Page.escaped(shortName(layer.node())),
              Page.escaped(layer.op()),
              decibels(layer.decibels()),
              width));
    }
    page.add("</table></div>\n");
  }

  private void kept(Page page) {
    if (selection != null && !selection.layers().isEmpty()) {
      page.section("Layers that hurt most when they alone are integers");
      page.add(
          "<table><tr><th>layer</th><th class=\"text\">op</th><th>error, of the range</th>"
              + "<th class=\"text\"></th></tr>\n");
      List<Selection.Sensitivity> layers = selection.layers();
      int shown = Math.min(Math.max(SHOWN, selection.kept().size()), layers.size());
      for (Selection.Sensitivity layer : layers.subList(0, shown)) {
        boolean stays = selection.kept().contains(layer.node());
        page.row(
            shortName(layer.node()),
            layer.op(),
            percent(layer.error()),
            stays ? "stays in float" : "");
      }
      page.add("</table>\n");
    }
    if (kept.isEmpty()) {
      return;
    }
    page.section("Kept in float");
    page.add("<table><tr><th>node</th><th>op</th><th class=\"text\">why</th></tr>\n");
    for (Quantized.Decision node : kept) {
      page.row(shortName(node.node()), node.op(), node.reason());
    }
    page.add("</table>\n");
  }
}
