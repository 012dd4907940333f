package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A small change of a graph: one node is replaced by something that means the same.
public interface Rule {
  /// What it is called in reports, such as `bias-into-contract`.
  String name();

  /// What takes the place of a node's results, of the same types; null when the rule does not
  /// apply. What is not needed any more goes by itself.
  @Nullable List<Value> apply(Node node, Context context);

  /// A change of a node with one result.
  @FunctionalInterface
  interface Change {
    @Nullable Value apply(Node node, Context context);
  }

  /// A rule for nodes with one result.
  static Rule of(String name, Change change) {
    return new Rule() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public @Nullable List<Value> apply(Node node, Context context) {
        if (node.outputs().size() != 1) {
          return null;
        }
        Value value = change.apply(node, context);
        return value == null ? null : List.of(value);
      }
    };
  }
}
