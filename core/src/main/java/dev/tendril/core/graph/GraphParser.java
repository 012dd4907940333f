package dev.tendril.core.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the texts that [GraphText] writes and people write; `docs/graph-text.md` has the grammar.
/// A parser by recursive descent with one token of foresight. Texts are not trusted: graphs nest
/// [#DEEPEST] deep at most, and nothing is allocated that the text does not spell out.
final class GraphParser {
  /// The most characters of a text.
  static final int LONGEST = 1 << 28;

  private static final int DEEPEST = 32;

  /// A value of the graph that is read.
  ///
  /// @param line where it was defined
  private record Definition(Value value, int line) {}

  /// An output, whose value comes later.
  private record Output(String name, GraphLexer.Token token, int index) {}

  /// A name on the left, and the type if it is written.
  private record Target(GraphLexer.Token token, int index, @Nullable TensorType type) {}

  private final GraphLexer lexer;
  private final AttributeParser attributes;
  private final int depth;
  private final Map<String, Definition> scope = new HashMap<>();
  private final List<Value.Input> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> notes = new HashMap<>();
  private boolean begun;

  private GraphParser(GraphLexer lexer, int depth) {
    this.lexer = lexer;
    this.depth = depth;
    this.attributes =
        new AttributeParser(lexer, () -> new GraphParser(lexer, depth + 1).parseGraph());
  }

  /// @throws GraphSyntaxException when it is no graph
  static Graph parse(String text) {
    if (text.length() > LONGEST) {
      throw new TensorException(
          "the text of a graph with " + text.length() + " characters; expected at most " + LONGEST);
    }
    GraphLexer lexer = new GraphLexer(text);
    Graph graph = new GraphParser(lexer, 0).parseGraph();
    GraphLexer.Token end = lexer.take();
    if (end.kind() != GraphLexer.Kind.END) {
      throw end.error(end.shown() + " after the graph; expected nothing more");
    }
    return graph;
  }

  private Graph parseGraph() {
    GraphLexer.Token start = lexer.take();
    if (!start.isName("graph")) {
      throw start.error(start.shown() + "; expected 'graph'");
    }
    if (depth > DEEPEST) {
      throw start.error("graphs nested deeper than " + DEEPEST);
    }
    String name = attributes.name("the name of a graph").text();
    parseInputs();
    lexer.take("->", "the head of a graph");
    List<Output> outputs = parseOutputs();
    lexer.take("{", "the head of a graph");
    while (!lexer.peek().is("}")) {
      parseStatement();
    }
    lexer.take();
    List<Value> values = outputs.stream().map(o -> resolve(o.token(), o.index())).toList();
    List<String> names = outputs.stream().map(Output::name).toList();
    return AttributeParser.checked(
        start, () -> new Graph(name, inputs, values, names, nodes, notes));
  }

  private void parseInputs() {
    lexer.take("(", "the head of a graph");
    while (!lexer.peek().is(")")) {
      if (!inputs.isEmpty()) {
        lexer.take(",", "the inputs");
      }
      GraphLexer.Token name = attributes.name("the inputs");
      lexer.take(":", "the inputs");
      Value.Input input = new Value.Input(name.text(), attributes.type());
      inputs.add(input);
      define(name, input);
    }
    lexer.take();
  }

  private List<Output> parseOutputs() {
    List<Output> outputs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    lexer.take("(", "the head of a graph");
    while (!lexer.peek().is(")")) {
      if (!outputs.isEmpty()) {
        lexer.take(",", "the outputs");
      }
      GraphLexer.Token first = attributes.name("the outputs");
      int index = parseIndex();
      Output output;
      if (index == 0 && lexer.skip("=")) {
        output = new Output(first.text(), attributes.name("the outputs"), parseIndex());
      } else {
        output = new Output(first.text() + (index == 0 ? "" : ":" + index), first, index);
      }
      if (!names.add(output.name())) {
        throw first.error("the output " + output.name() + " occurs twice");
      }
      outputs.add(output);
    }
    lexer.take();
    return outputs;
  }

  /// The number of a result after a name: `:1`, or nothing for 0.
  private int parseIndex() {
    if (!lexer.peek().is(":")) {
      return 0;
    }
    lexer.take();
    GraphLexer.Token token = lexer.peek();
    int index = attributes.integer("the number of a result");
    if (index < 0) {
      throw token.error(token.shown() + "; expected the number of a result, 0 or more");
    }
    return index;
  }

  private void define(GraphLexer.Token name, Value value) {
    Definition before = scope.putIfAbsent(name.text(), new Definition(value, name.line()));
    if (before != null) {
      throw name.error(
          "the name " + name.text() + " occurs twice; line " + before.line() + " defines it");
    }
  }

  private Value resolve(GraphLexer.Token name, int index) {
    Definition found = scope.get(name.text());
    if (found == null) {
      throw name.error(
          "undefined value " + name.text() + OpNames.suggest(name.text(), scope.keySet()));
    }
    if (index == 0) {
      return found.value();
    }
    if (found.value() instanceof Value.Result(Node node, int first)
        && first == 0
        && index < node.outputs().size()) {
      return node.output(index);
    }
    throw name.error("undefined value " + name.text() + ":" + index + "; no such result");
  }

  private void parseStatement() {
    GraphLexer.Token first = attributes.name("a graph");
    if (!first.fresh() && begun) {
      throw first.error(first.shown() + " after a statement; expected a new line");
    }
    begun = true;
    if (first.isName("note") && isNameNext()) {
      parseNote();
    } else {
      parseDefinition(first);
    }
  }

  private boolean isNameNext() {
    return lexer.peek().kind() == GraphLexer.Kind.NAME
        || lexer.peek().kind() == GraphLexer.Kind.STRING;
  }

  private void parseNote() {
    GraphLexer.Token key = attributes.name("a note");
    lexer.take("=", "a note");
    if (notes.putIfAbsent(key.text(), attributes.string("a note")) != null) {
      throw key.error("the note " + key.text() + " occurs twice");
    }
  }

  private void parseDefinition(GraphLexer.Token first) {
    List<Target> targets = new ArrayList<>();
    targets.add(parseTarget(first));
    while (lexer.skip(",")) {
      targets.add(parseTarget(attributes.name("the results of a node")));
    }
    lexer.take("=", "a statement");
    GraphLexer.Token op = lexer.take();
    if (op.kind() != GraphLexer.Kind.NAME) {
      throw op.error(op.shown() + "; expected the name of an op, or 'constant'");
    }
    if (op.isName("constant") && !lexer.peek().is("(")) {
      parseConstant(targets, op);
    } else {
      parseNode(targets, op);
    }
  }

  private Target parseTarget(GraphLexer.Token name) {
    int index = 0;
    TensorType type = null;
    if (lexer.skip(":")) {
      if (lexer.peek().kind() == GraphLexer.Kind.NUMBER) {
        index = attributes.integer("the number of a result");
        if (lexer.skip(":")) {
          type = attributes.type();
        }
      } else {
        type = attributes.type();
      }
    }
    return new Target(name, index, type);
  }

  private void parseConstant(List<Target> targets, GraphLexer.Token at) {
    Target target = targets.getFirst();
    if (targets.size() > 1 || target.index() != 0 || target.type() != null) {
      throw target.token().error("a constant is written NAME = constant TYPE {ELEMENTS}");
    }
    define(target.token(), constant(target.token().text(), at));
  }

  private Value.Constant constant(String name, GraphLexer.Token at) {
    TensorType type = attributes.type();
    return new Value.Constant(
        name, AttributeParser.checked(at, () -> ConstantText.parse(lexer, at, type)));
  }

  private void parseNode(List<Target> targets, GraphLexer.Token at) {
    OpNames.Form form = OpNames.form(at.text());
    if (form == null) {
      throw at.error("unknown op " + at.text() + OpNames.suggest(at.text(), OpNames.names()));
    }
    List<Value> operands = parseOperands();
    Op op = parseAttributes(at, form, operands);
    List<@Nullable Quant> quants = new ArrayList<>();
    List<TensorType> operandTypes = operands.stream().map(Value::type).toList();
    List<TensorType> plain = AttributeParser.checked(at, () -> ShapeRules.infer(op, operandTypes));
    checkTargets(targets, at, plain.size());
    for (int i = 0; i < plain.size(); i++) {
      TensorType written = i < targets.size() ? targets.get(i).type() : null;
      quants.add(written == null ? null : written.quant());
    }
    List<TensorType> types =
        AttributeParser.checked(at, () -> ShapeRules.infer(op, operandTypes, quants));
    Node node = new Node(targets.getFirst().token().text(), op, operands, types);
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      if (target.type() != null && !target.type().admits(types.get(i))) {
        throw target
            .token()
            .error(
                at.text()
                    + " gives "
                    + types.get(i)
                    + "; the text says that it is "
                    + target.type());
      }
      if (target.index() == 0) {
        define(target.token(), node.output(i));
      }
    }
    nodes.add(node);
  }

  private static void checkTargets(List<Target> targets, GraphLexer.Token at, int results) {
    if (targets.size() > 1 && targets.size() != results) {
      throw at.error(
          at.text() + " gives " + results + " results; the text names " + targets.size());
    }
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      boolean own = target.token().text().equals(targets.getFirst().token().text());
      if (target.index() != 0 && (target.index() != i || !own)) {
        throw target
            .token()
            .error(target.token().text() + ":" + target.index() + " as result " + i);
      }
    }
  }

  private List<Value> parseOperands() {
    List<Value> operands = new ArrayList<>();
    lexer.take("(", "a node");
    while (!lexer.peek().is(")")) {
      if (!operands.isEmpty()) {
        lexer.take(",", "the operands");
      }
      GraphLexer.Token token = attributes.name("the operands");
      if (token.isName("constant") && isNameNext()) {
        operands.add(constant("c", token));
      } else {
        operands.add(resolve(token, parseIndex()));
      }
    }
    lexer.take();
    return operands;
  }

  private Op parseAttributes(GraphLexer.Token at, OpNames.Form form, List<Value> operands) {
    RecordComponent[] components = form.record().getRecordComponents();
    Map<String, Object> written = new HashMap<>();
    while (lexer.peek().kind() == GraphLexer.Kind.NAME && !lexer.peek().fresh()) {
      GraphLexer.Token name = lexer.take();
      RecordComponent component = component(at, name, form);
      lexer.take("=", "the attribute " + name.text());
      Object value = attributes.value(component.getType(), name.text());
      if (written.putIfAbsent(component.getName(), value) != null) {
        throw name.error("the attribute " + name.text() + " occurs twice");
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    List<TensorType> types = operands.stream().map(Value::type).toList();
    for (RecordComponent component : components) {
      String name = component.getName();
      Object value = written.getOrDefault(name, form.implied().get(name));
      if (value == null) {
        value = Defaults.of(form.record(), name, values, types);
      }
      if (value == null) {
        throw at.error(at.text() + " without the attribute " + OpNames.text(component));
      }
      values.put(name, value);
    }
    return AttributeParser.checked(
        at, () -> OpNames.create(form.record(), values.values().toArray()));
  }

  private static RecordComponent component(
      GraphLexer.Token op, GraphLexer.Token name, OpNames.Form form) {
    RecordComponent[] components = form.record().getRecordComponents();
    for (RecordComponent component : components) {
      if (OpNames.text(component).equals(name.text())) {
        return component;
      }
    }
    List<String> known =
        Stream.of(components)
            .filter(component -> !form.implied().containsKey(component.getName()))
            .map(OpNames::text)
            .toList();
    throw name.error(
        "unknown attribute "
            + name.text()
            + " of "
            + op.text()
            + OpNames.suggest(name.text(), known)
            + "; expected "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }
}
