package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Subgraph;
import dev.tendril.core.op.Trees;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes graphs as text, which [GraphParser] reads: for files of tests, reports of errors, and
/// eyes. One statement a line; a constant stands before the first node that takes it. What is read
/// and written again is the same text.
///
/// Attributes are the components of the op's record, found by reflection and left out where they
/// are as [Defaults] says.
final class GraphText {
  private final Graph graph;
  private final String indent;
  private final StringBuilder out;
  private final Map<Value.Constant, String> constants = new HashMap<>();
  private final Set<Value.Constant> written = new HashSet<>();

  private GraphText(Graph graph, String indent, StringBuilder out) {
    this.graph = graph;
    this.indent = indent;
    this.out = out;
    nameConstants();
  }

  /// @throws TensorException when the constants are too big for a text
  static String print(Graph graph) {
    StringBuilder out = new StringBuilder();
    new GraphText(graph, "", out).print();
    return out.append('\n').toString();
  }

  /// The attributes of an op as texts have them, without those that are graphs.
  static List<String> attributes(Op op, List<TensorType> operands) {
    List<String> attributes = new ArrayList<>();
    for (RecordComponent component : written(op, operands)) {
      Object value = OpNames.value(op, component);
      if (!(value instanceof Subgraph)) {
        StringBuilder text = new StringBuilder(OpNames.text(component)).append('=');
        value(value, "", text);
        attributes.add(text.toString());
      }
    }
    return attributes;
  }

  private void nameConstants() {
    Set<String> taken = new HashSet<>();
    graph.inputs().forEach(input -> taken.add(input.name()));
    graph.nodes().forEach(node -> taken.add(node.name()));
    long bytes = 0;
    for (Value.Constant constant : graph.constants()) {
      String name = constant.name();
      for (int i = 1; !taken.add(name); i++) {
        name = constant.name() + "_" + i;
      }
      constants.put(constant, name);
      bytes += constant.type().bytes();
    }
    if (bytes / 3 * 4 > GraphParser.LONGEST) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " as text: its constants have "
              + bytes
              + " bytes, more than a text holds");
    }
  }

  private void print() {
    out.append("graph ").append(GraphLexer.quoteName(graph.name()));
    out.append(
        graph.inputs().stream()
            .map(input -> GraphLexer.quoteName(input.name()) + ": " + input.type())
            .collect(Collectors.joining(", ", " (", ")")));
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      outputs.add(output(graph.outputNames().get(i), graph.outputs().get(i)));
    }
    out.append(" -> (").append(String.join(", ", outputs)).append(") {\n");
    new TreeMap<>(graph.notes())
        .forEach(
            (key, text) ->
                line()
                    .append("note ")
                    .append(GraphLexer.quoteName(key))
                    .append(" = ")
                    .append(GraphLexer.quote(text))
                    .append('\n'));
    for (Node node : graph.nodes()) {
      node.inputs().forEach(this::constant);
      node(node);
    }
    graph.outputs().forEach(this::constant);
    out.append(indent).append('}');
  }

  private StringBuilder line() {
    return out.append(indent).append("  ");
  }

  private String output(String name, Value value) {
    String plain =
        value instanceof Value.Constant constant ? constants.get(constant) : value.name();
    return name.equals(plain) ? use(value) : GraphLexer.quoteName(name) + " = " + use(value);
  }

  private String use(Value value) {
    return switch (value) {
      case Value.Input input -> GraphLexer.quoteName(input.name());
      case Value.Constant constant -> GraphLexer.quoteName(String.valueOf(constants.get(constant)));
      case Value.Result result -> result(result.node(), result.index());
    };
  }

  private static String result(Node node, int index) {
    return GraphLexer.quoteName(node.name()) + (index == 0 ? "" : ":" + index);
  }

  private void constant(Value value) {
    if (value instanceof Value.Constant constant && written.add(constant)) {
      line().append(use(constant)).append(" = constant ").append(constant.type()).append(' ');
      ConstantText.print(constant.tensor(), indent + "  ", out);
      out.append('\n');
    }
  }

  private void node(Node node) {
    line();
    for (int i = 0; i < Math.max(1, node.outputs().size()); i++) {
      out.append(i == 0 ? "" : ", ").append(result(node, i));
      if (i < node.outputs().size() && node.outputs().get(i).quant() != null) {
        out.append(": ").append(node.outputs().get(i));
      }
    }
    out.append(" = ").append(node.op().name());
    out.append(node.inputs().stream().map(this::use).collect(Collectors.joining(", ", "(", ")")));
    for (RecordComponent component : written(node.op(), node.inputTypes())) {
      out.append(' ').append(OpNames.text(component)).append('=');
      value(OpNames.value(node.op(), component), indent + "  ", out);
    }
    out.append('\n');
  }

  /// The attributes that a text must say: neither the name nor the default does.
  private static List<RecordComponent> written(Op op, List<TensorType> operands) {
    List<RecordComponent> written = new ArrayList<>();
    Map<String, Object> before = new HashMap<>();
    OpNames.Form form = OpNames.form(op.name());
    for (RecordComponent component : op.getClass().getRecordComponents()) {
      Object value = OpNames.value(op, component);
      Object implied = form == null ? null : form.implied().get(component.getName());
      if (implied == null) {
        implied = Defaults.of(op.getClass(), component.getName(), before, operands);
      }
      before.put(component.getName(), value);
      if (!value.equals(implied)) {
        written.add(component);
      }
    }
    return written;
  }

  static void value(Object value, String indent, StringBuilder out) {
    switch (value) {
      case Float number -> out.append(ConstantText.number(number, DType.F32));
      case Double number -> out.append(ConstantText.number(number, DType.F64));
      case DType dtype -> out.append(dtype.text());
      case Enum<?> choice -> out.append(choice.name().toLowerCase(Locale.ROOT));
      case String text -> out.append(GraphLexer.quote(text));
      case List<?> list -> list(list, out);
      case Map<?, ?> map ->
          out.append(
              map.entrySet().stream()
                  .map(
                      e ->
                          GraphLexer.quoteName(e.getKey().toString())
                              + "="
                              + GraphLexer.quote(e.getValue().toString()))
                  .sorted()
                  .collect(Collectors.joining(", ", "{", "}")));
      case Padding padding when padding.kind() == Padding.Kind.EXPLICIT -> {
        list(padding.before(), out.append("explicit("));
        list(padding.after(), out.append(','));
        out.append(')');
      }
      case Padding padding -> out.append(padding.kind().name().toLowerCase(Locale.ROOT));
      case Graph graph -> new GraphText(graph, indent, out).print();
      case Subgraph other -> out.append("<graph ").append(other.name()).append('>');
      case Trees trees ->
          out.append("<trees: ")
              .append(trees.trees())
              .append(", features: ")
              .append(trees.features())
              .append(", outputs: ")
              .append(trees.outputs())
              .append('>');
      case Integer number -> out.append(number);
      case Boolean truth -> out.append(truth);
      case Shape shape -> out.append(shape);
      default -> throw new IllegalStateException("an attribute of " + value.getClass());
    }
  }

  private static void list(List<?> list, StringBuilder out) {
    out.append(
        list.stream()
            .map(i -> i.equals(Move.Slice.END) ? "end" : i.toString())
            .collect(Collectors.joining(",", "[", "]")));
  }
}
