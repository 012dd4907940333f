package dev.tendril.cli;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.plan.PlanOptions;
import dev.tendril.core.plan.Planner;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A graph in figures: what goes in and out, which ops it has, what they cost, and how much memory
/// its values take.
final class GraphSummary {
  private static final String STYLE =
      ".drawing { overflow: auto; } td { padding: .1rem .8rem .1rem 0; }\n";

  private final GraphFile file;
  private final Graph graph;
  private final long parameters;
  private final long constantBytes;
  private final long multiplications;
  private final long arena;

  private GraphSummary(GraphFile file) {
    this.file = file;
    this.graph = file.graph();
    this.parameters = graph.constants().stream().mapToLong(c -> c.type().shape().size()).sum();
    this.constantBytes = graph.constants().stream().mapToLong(c -> c.type().bytes()).sum();
    this.multiplications = graph.nodes().stream().mapToLong(GraphSummary::multiplications).sum();
    this.arena = arena(graph);
  }

  /// The bytes that values take, inputs and outputs among them; -1 where extents are not known.
  static long arena(Graph graph) {
    boolean known =
        graph.nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .map(TensorType::shape)
            .allMatch(Shape::isKnown);
    return known && graph.inputs().stream().allMatch(i -> i.type().shape().isKnown())
        ? Planner.plan(graph, PlanOptions.DEFAULT.withAlignment(16).withEnds(true, true))
            .arenaBytes()
        : -1;
  }

  static GraphSummary of(GraphFile file) {
    return new GraphSummary(file);
  }

  /// Products that are added up.
  private static long multiplications(Node node) {
    boolean known =
        node.outputs().stream().map(TensorType::shape).allMatch(Shape::isKnown)
            && node.inputs().stream().map(v -> v.type().shape()).allMatch(Shape::isKnown);
    return known
            && node.op() instanceof Contract contract
            && !(contract instanceof Contract.Pool)
            && !(contract instanceof Contract.PoolArgMax)
        ? Cost.of(node).flops() / 2
        : 0;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "graph %s: %d nodes%n  %,d parameters in %,d bytes, %,d multiply-adds%s%n",
            graph.name(),
            graph.nodes().size(),
            parameters,
            constantBytes,
            multiplications,
            arena < 0
                ? ""
                : String.format(Locale.ROOT, ", values in an arena of %,d bytes", arena)));
    ends(text, "inputs", graph.inputs());
    text.append("outputs\n");
    for (int i = 0; i < graph.outputs().size(); i++) {
      text.append(
          String.format(
              Locale.ROOT, "  %s: %s%n", graph.outputNames().get(i), graph.outputTypes().get(i)));
    }
    text.append(String.format(Locale.ROOT, "%-22s %5s %15s%n", "ops", "nodes", "multiply-adds"));
    ops()
        .forEach(
            (name, count) ->
                text.append(
                    String.format(Locale.ROOT, "  %-20s %5d %,15d%n", name, count[0], count[1])));
    text.append(
        String.format(
            Locale.ROOT, "%-22s %-30s %15s  name%n", "nodes", "results", "multiply-adds"));
    for (Node node : graph.nodes()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-20s %-30s %,15d  %s%n",
              node.op().name(),
              types(node.outputs()),
              multiplications(node),
              node.name()));
    }
    return text.toString();
  }

  private void ends(StringBuilder text, String title, List<Value.Input> inputs) {
    text.append(title).append('\n');
    for (int i = 0; i < inputs.size(); i++) {
      Value.Input input = inputs.get(i);
      String kept = i >= file.inputs() ? " (kept from run to run)" : "";
      text.append(String.format(Locale.ROOT, "  %s: %s%s%n", input.name(), input.type(), kept));
    }
  }

  /// A type without the scales of its channels, which are many.
  private static String types(List<TensorType> types) {
    StringBuilder text = new StringBuilder();
    for (TensorType type : types) {
      text.append(text.isEmpty() ? "" : ", ").append(type.dtype().text()).append(type.shape());
    }
    return text.toString();
  }

  /// For each op the number of nodes and their multiply-adds.
  private Map<String, long[]> ops() {
    Map<String, long[]> ops = new TreeMap<>();
    for (Node node : graph.nodes()) {
      long[] sums = ops.computeIfAbsent(node.op().name(), _ -> new long[2]);
      sums[0]++;
      sums[1] += multiplications(node);
    }
    return ops;
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("name", graph.name());
    json.put("nodes", graph.nodes().size());
    json.put("parameters", parameters);
    json.put("constant_bytes", constantBytes);
    json.put("multiply_adds", multiplications);
    if (arena >= 0) {
      json.put("arena_bytes", arena);
    }
    ArrayNode inputs = json.putArray("inputs");
    graph
        .inputs()
        .forEach(i -> inputs.addObject().put("name", i.name()).put("type", i.type().toString()));
    ArrayNode outputs = json.putArray("outputs");
    for (int i = 0; i < graph.outputs().size(); i++) {
      outputs
          .addObject()
          .put("name", graph.outputNames().get(i))
          .put("type", graph.outputTypes().get(i).toString());
    }
    ObjectNode ops = json.putObject("ops");
    ops()
        .forEach(
            (name, sums) ->
                ops.putObject(name).put("nodes", sums[0]).put("multiply_adds", sums[1]));
    return json.toPrettyString();
  }

  /// A page with the figures and the drawing.
  String html(Path source) {
    Page page = new Page("Graph of " + source.getFileName(), STYLE);
    page.add("<div class=\"tiles\">");
    page.add(Page.tile("nodes", Integer.toString(graph.nodes().size())));
    page.add(Page.tile("parameters", grouped(parameters)));
    page.add(Page.tile("bytes of constants", grouped(constantBytes)));
    page.add(Page.tile("multiply-adds", grouped(multiplications)));
    page.add(arena < 0 ? "" : Page.tile("bytes of arena", grouped(arena)));
    page.add("</div>\n").section("Inputs and outputs");
    page.add("<table><tr><th></th><th>name</th><th>type</th></tr>\n");
    graph.inputs().forEach(i -> page.row("in", i.name(), types(List.of(i.type()))));
    for (int i = 0; i < graph.outputs().size(); i++) {
      page.row("out", graph.outputNames().get(i), types(List.of(graph.outputTypes().get(i))));
    }
    page.add("</table>\n").section("Ops");
    page.add("<table><tr><th>op</th><th>nodes</th><th>multiply-adds</th></tr>\n");
    ops().forEach((name, sums) -> page.row(name, grouped(sums[0]), grouped(sums[1])));
    page.add("</table>\n").section("Drawing");
    page.add("<div class=\"drawing\">" + graph.toSvg() + "</div>\n");
    return page.finish();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
