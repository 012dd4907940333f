package dev.tendril.core.plan;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the values of a graph are in memory while it runs.
///
/// Whoever runs it does the steps in their order. Inputs of the graph that are in the arena are
/// written before the first step. An output that is an input or a constant itself, or that occurs
/// twice, has no memory of its own: copy it at the end.
///
/// @param graph the graph's name
/// @param steps the nodes in the order in which they run
/// @param places where values are: all inputs and results, and the constants that others are parts
///     of; in the order in which they come up
/// @param scratch where nodes have their working memory, if they need any
/// @param arenaBytes the size of the arena
/// @param lowerBound the most bytes that values, in this order and shared in this way, need at
///     once; no arena can be smaller
/// @param withoutReuse the bytes of all results, each on its own
/// @param peak the step at which most is needed
public record Plan(
    String graph,
    List<Step> steps,
    Map<Value, Place> places,
    Map<Node, Place> scratch,
    long arenaBytes,
    long lowerBound,
    long withoutReuse,
    int peak) {
  public Plan {
    steps = List.copyOf(steps);
    places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    scratch = Collections.unmodifiableMap(new LinkedHashMap<>(scratch));
  }

  /// Where a value is.
  ///
  /// @throws TensorException when it is not of the graph
  public Place place(Value value) {
    Place place = places.get(value);
    if (place != null) {
      return place;
    }
    if (value instanceof Value.Constant constant) {
      return new Place(constant, 0, constant.type().bytes(), -1, -1);
    }
    throw new TensorException("the place of " + value.name() + " in a plan of another graph");
  }

  /// The nodes in the order in which they run.
  public List<Node> order() {
    return steps.stream().map(Step::node).toList();
  }

  /// The plan for people: sizes, what is alive at the peak, and a line for each step.
  public String report() {
    return PlanReport.of(this);
  }
}
