package dev.tendril.core.graph;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Draws a graph as one SVG file that needs nothing else: a box for each node with op, attributes,
/// constants and the types of its results; inputs above, outputs below. The color says the group of
/// ops. Pointing at a box shows its name.
final class GraphDrawing {
  private static final double MARGIN = 32;
  private static final double HEAD = 46;
  private static final int LONGEST = 40;
  private static final double LINE = 16;
  private static final double PAD = 14;

  /// The width of a character, of the head line and of others.
  private static final double WIDE = 8.4;

  private static final double NARROW = 6.7;

  private static final String STYLE =
      """
      text { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; \
      font-size: 11px; fill: #475569; text-anchor: middle }
      .title { font-size: 17px; font-weight: 600; fill: #0f172a; text-anchor: start }
      .count { font-size: 11px; fill: #94a3b8; text-anchor: start }
      .op { font-size: 13px; font-weight: 700; fill: #0f172a }
      .attr { fill: #64748b }
      .const { fill: #92400e }
      .type { fill: #334155 }
      .end { font-size: 13px; font-weight: 700; fill: #f8fafc }
      .endtype { fill: #cbd5e1 }
      .box { stroke-width: 1.4 }
      .edge { fill: none; stroke: #94a3b8; stroke-width: 1.6 }
      """;

  /// A line of text in a box.
  private record Line(String style, String text) {
    double width() {
      return text.length() * (style.equals("op") || style.equals("end") ? WIDE : NARROW);
    }
  }

  /// A box before it has a place.
  private record Box(
      LayeredLayout.Vertex vertex, List<Line> lines, String fill, String stroke, String title) {}

  private final Graph graph;
  private final LayeredLayout layout = new LayeredLayout();
  private final List<Box> boxes = new ArrayList<>();
  private final Map<Value, LayeredLayout.Vertex> inputs = new HashMap<>();
  private final Map<Node, LayeredLayout.Vertex> nodes = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  private GraphDrawing(Graph graph) {
    this.graph = graph;
  }

  static String draw(Graph graph) {
    return new GraphDrawing(graph).draw();
  }

  private String draw() {
    for (Value.Input input : graph.inputs()) {
      LayeredLayout.Vertex vertex =
          addEnd(input.name(), input.type(), List.of(), "#1e293b", "input " + input.name());
      inputs.put(input, vertex);
    }
    graph.nodes().forEach(this::addNode);
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      String name = graph.outputNames().get(i);
      addEnd(name, value.type(), sources(List.of(value)), "#4338ca", "output " + name);
    }
    layout.arrange();
    return render();
  }

  private LayeredLayout.Vertex addEnd(
      String name, TensorType type, List<LayeredLayout.Vertex> needs, String color, String title) {
    List<Line> lines =
        List.of(new Line("end", cut(name)), new Line("endtype", cut(type.toString())));
    return addBox(lines, needs, color, color, title);
  }

  private void addNode(Node node) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("op", node.op().name()));
    attributes(node).forEach(text -> lines.add(new Line("attr", cut(text))));
    constants(node).forEach(text -> lines.add(new Line("const", cut(text))));
    node.outputs().forEach(type -> lines.add(new Line("type", cut("→ " + type))));
    String[] colors = colors(node.op());
    nodes.put(node, addBox(lines, sources(node.inputs()), colors[0], colors[1], node.name()));
  }

  private LayeredLayout.Vertex addBox(
      List<Line> lines,
      List<LayeredLayout.Vertex> needs,
      String fill,
      String stroke,
      String title) {
    double width = lines.stream().mapToDouble(Line::width).max().orElse(0) + 2 * PAD;
    LayeredLayout.Vertex vertex = layout.add(Math.max(width, 84), lines.size() * LINE + PAD, needs);
    boxes.add(new Box(vertex, lines, fill, stroke, title));
    return vertex;
  }

  private List<LayeredLayout.Vertex> sources(List<Value> values) {
    List<LayeredLayout.Vertex> sources = new ArrayList<>();
    for (Value value : values) {
      LayeredLayout.Vertex source =
          switch (value) {
            case Value.Constant _ -> null;
            case Value.Input input -> inputs.get(input);
            case Value.Result result -> nodes.get(result.node());
          };
      if (source != null && !sources.contains(source)) {
        sources.add(source);
      }
    }
    return sources;
  }

  private static List<String> attributes(Node node) {
    List<String> texts = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String attribute : GraphText.attributes(node.op(), node.inputTypes())) {
      if (line.length() + attribute.length() > LONGEST && !line.isEmpty()) {
        texts.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : "  ").append(attribute);
    }
    if (!line.isEmpty()) {
      texts.add(line.toString());
    }
    for (RecordComponent component : node.op().getClass().getRecordComponents()) {
      if (OpNames.value(node.op(), component) instanceof Subgraph part) {
        String size = part instanceof Graph inner ? ", nodes: " + inner.nodes().size() : "";
        texts.add(OpNames.text(component) + ": graph " + part.name() + size);
      }
    }
    return texts;
  }

  private static List<String> constants(Node node) {
    Map<Value, String> texts = new LinkedHashMap<>();
    for (Value value : node.inputs()) {
      if (value instanceof Value.Constant constant) {
        Tensor tensor = constant.tensor();
        String text =
            tensor.shape().isKnown() && tensor.shape().size() == 1
                ? constant.name() + " = " + ConstantText.number(tensor.get(0), tensor.dtype())
                : constant.name() + " " + tensor.type();
        texts.put(constant, text);
      }
    }
    return List.copyOf(texts.values());
  }

  private static String[] colors(Op op) {
    return switch (op) {
      case Pointwise _ -> new String[] {"#eff6ff", "#60a5fa"};
      case Move _ -> new String[] {"#f8fafc", "#94a3b8"};
      case Reduce _ -> new String[] {"#fff7ed", "#fb923c"};
      case Contract _ -> new String[] {"#ecfdf5", "#34d399"};
      case Index _ -> new String[] {"#faf5ff", "#c084fc"};
      case Structured _ -> new String[] {"#fff1f2", "#fb7185"};
      case Custom _ -> new String[] {"#fefce8", "#facc15"};
    };
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
  }

  private String render() {
    String count =
        String.format(
            Locale.ROOT,
            "nodes: %d, inputs: %d, outputs: %d, constants: %d",
            graph.nodes().size(),
            graph.inputs().size(),
            graph.outputs().size(),
            graph.constants().size());
    double head = Math.max(graph.name().length() * 11.0, count.length() * NARROW);
    double width = Math.ceil(Math.max(layout.width, head) + 2 * MARGIN);
    double height = Math.ceil(layout.height + HEAD + 2 * MARGIN);
    double shift = (width - layout.width) / 2;
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\"");
    append(
        " width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n",
        width, height, width, height);
    out.append("<title>").append(escape(graph.name())).append("</title>\n<style>\n");
    out.append(STYLE).append("</style>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\"");
    out.append(" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\"");
    out.append(
        " orient=\"auto\"><path d=\"M0 0.5 L8 4 L0 7.5 z\" fill=\"#94a3b8\"/></marker></defs>\n");
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    text("title", MARGIN, MARGIN + 10, graph.name());
    text("count", MARGIN, MARGIN + 28, count);
    append("<g transform=\"translate(%.1f %.1f)\">\n", shift, MARGIN + HEAD);
    layout.vertices().forEach(this::edges);
    boxes.forEach(this::box);
    return out.append("</g>\n</svg>\n").toString();
  }

  private void edges(LayeredLayout.Vertex from) {
    List<LayeredLayout.Vertex> below = new ArrayList<>(from.below);
    for (LayeredLayout.Vertex to : below) {
      double x = from.x;
      double y = from.y + from.height;
      double end = to.x + port(from, to);
      double middle = (y + to.y) / 2;
      append("<path class=\"edge\" d=\"M%.1f %.1f C%.1f %.1f", x, y, x, middle);
      append(" %.1f %.1f %.1f %.1f\"", end, middle, end, to.y);
      out.append(to.bend ? "/>\n" : " marker-end=\"url(#arrow)\"/>\n");
    }
  }

  /// How far from the middle of a box an edge arrives: edges come in the order of their sources.
  private static double port(LayeredLayout.Vertex from, LayeredLayout.Vertex to) {
    int count = to.above.size();
    if (to.bend || count < 2) {
      return 0;
    }
    long left = to.above.stream().filter(v -> v.x < from.x).count();
    double step = Math.min(22, (to.width - 24) / count);
    return (left - (count - 1) / 2.0) * step;
  }

  private void box(Box box) {
    LayeredLayout.Vertex at = box.vertex();
    boolean end = box.fill().equals(box.stroke());
    out.append("<g><title>").append(escape(box.title())).append("</title>");
    append("<rect class=\"box\" x=\"%.1f\" y=\"%.1f\"", at.x - at.width / 2, at.y);
    append(" width=\"%.1f\" height=\"%.1f\" rx=\"%d\"", at.width, at.height, end ? 20 : 8);
    append(" fill=\"%s\" stroke=\"%s\"/>\n", box.fill(), box.stroke());
    double y = at.y + PAD / 2 + 12;
    for (Line line : box.lines()) {
      text(line.style(), at.x, y, line.text());
      y += LINE;
    }
    out.append("</g>\n");
  }

  private void text(String style, double x, double y, String text) {
    append("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", style, x, y);
    out.append(escape(text)).append("</text>\n");
  }

  private void append(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  /// The text without marks of XML, and without characters that XML must not have.
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .map(c -> c < ' ' || c == 0xFFFE || c == 0xFFFF || (c >= 0xD800 && c < 0xE000) ? ' ' : c)
        .forEach(escaped::appendCodePoint);
    return escaped.toString().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
