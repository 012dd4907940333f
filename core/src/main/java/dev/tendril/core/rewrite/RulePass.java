package dev.tendril.core.rewrite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Applies rules to the nodes of a graph, operands first, so that what a rule makes is seen by the
/// rules at the nodes that follow in the same round.
record RulePass(String name, List<Rule> rules) implements Pass {
  /// The most rules that change one node in a round.
  private static final int CASCADE = 16;

  RulePass {
    rules = List.copyOf(rules);
  }

  @Override
  public Graph once(Graph graph, BiConsumer<String, String> fired) {
    Graph clean = Sharing.apply(Cleanup.apply(graph, fired), fired);
    return clean.nodes().isEmpty() ? clean : new Walk(clean, fired).run();
  }

  private final class Walk {
    private final Graph graph;
    private final BiConsumer<String, String> fired;
    private final Context context;
    private final Map<Value, Value> values = new HashMap<>();
    private final List<Node> made = new ArrayList<>();
    private boolean changed;

    Walk(Graph graph, BiConsumer<String, String> fired) {
      this.graph = graph;
      this.fired = fired;
      context = new Context(graph, graph.nodes().getFirst());
    }

    Graph run() {
      for (Node node : graph.nodes()) {
        node(node);
      }
      if (!changed) {
        return graph;
      }
      Graph after =
          new Graph(
              graph.name(),
              graph.inputs(),
              graph.outputs().stream().map(this::value).toList(),
              graph.outputNames(),
              Cleanup.alive(made, graph.outputs().stream().map(this::value).toList()),
              graph.notes());
      return Cleanup.apply(after, (_, _) -> {});
    }

    private Value value(Value before) {
      return values.getOrDefault(before, before);
    }

    private void node(Node before) {
      Node node = Cleanup.with(before, before.inputs().stream().map(this::value).toList());
      stand(before, results(node));
      List<Value> results = results(node);
      List<Node> added = new ArrayList<>(List.of(node));
      for (int i = 0; i < CASCADE; i++) {
        List<Value> next = change(node);
        if (next == null) {
          break;
        }
        changed = true;
        List<Node> taken = context.taken();
        added.addAll(taken);
        results = next;
        if (!(next.getFirst() instanceof Value.Result result) || !taken.contains(result.node())) {
          break;
        }
        stand(before, results);
        node = result.node();
      }
      stand(before, results);
      made.addAll(added);
    }

    private static List<Value> results(Node node) {
      List<Value> results = new ArrayList<>();
      for (int i = 0; i < node.outputs().size(); i++) {
        results.add(node.output(i));
      }
      return results;
    }

    private void stand(Node before, List<Value> results) {
      for (int i = 0; i < results.size(); i++) {
        Value was = before.output(i);
        if (!results.get(i).equals(values.get(was))) {
          context.stands(results.get(i), was);
          values.put(was, results.get(i));
        }
      }
    }

    private @Nullable List<Value> change(Node node) {
      for (Rule rule : rules) {
        context.at(node);
        List<Value> results = rule.apply(node, context);
        if (results != null && fits(rule, node, results)) {
          fired.accept(rule.name(), node.name());
          return results;
        }
      }
      return null;
    }

    /// Whether results have the types of those that they replace. Where extents are not known, a
    /// rule may lose or gain one; then the node stays.
    private static boolean fits(Rule rule, Node node, List<Value> results) {
      List<TensorType> types = results.stream().map(Value::type).toList();
      if (types.equals(node.outputs())) {
        return true;
      }
      if (types.size() != node.outputs().size()
          || node.outputs().stream().allMatch(type -> type.shape().isKnown())) {
        throw new IllegalStateException(
            "the rule "
                + rule.name()
                + " made "
                + types
                + " of "
                + node.outputs()
                + " at "
                + node.name());
      }
      return false;
    }
  }
}
