package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Graph;
import java.util.List;
import java.util.function.BiConsumer;

/// A way to improve a graph that is gone again and again until it changes nothing.
public interface Pass {
  /// What it is called in reports.
  String name();

  /// Goes it once.
  ///
  /// @param fired told of each change, by rule and node
  /// @return the same graph when there is nothing to change
  Graph once(Graph graph, BiConsumer<String, String> fired);

  /// Rules, at each node the first that applies, after dead code and common subexpressions are
  /// gone.
  static Pass of(String name, List<Rule> rules) {
    return new RulePass(name, rules);
  }
}
