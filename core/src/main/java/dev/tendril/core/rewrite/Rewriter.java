package dev.tendril.core.rewrite;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Improves graphs: passes of small rules, each gone until it changes nothing. After every round
/// the graph is checked.
///
/// Meaning is kept up to the rounding of floats: where a rule merges steps, what was rounded
/// between them is not any more. Quantized values are only moved, shared and folded. Signs of zeros
/// may change (`x + 0`).
public final class Rewriter {
  private static final int ROUNDS = 100;

  private Rewriter() {}

  /// A graph that was improved, and what was done.
  public record Result(Graph graph, Report report) {}

  /// Goes passes one after the other.
  ///
  /// @throws TensorException when a pass does not come to an end
  public static Result rewrite(Graph graph, Pass... passes) {
    List<Report.Firing> firings = new ArrayList<>();
    Graph now = graph;
    for (Pass pass : passes) {
      now = settle(now, pass, firings);
    }
    return new Result(
        now, new Report(graph.name(), graph.nodes().size(), now.nodes().size(), firings));
  }

  private static Graph settle(Graph graph, Pass pass, List<Report.Firing> firings) {
    Graph now = graph;
    for (int round = 1; round <= ROUNDS; round++) {
      int number = round;
      int before = firings.size();
      Graph next =
          pass.once(
              now, (rule, node) -> firings.add(new Report.Firing(pass.name(), number, rule, node)));
      Verifier.check(graph, next, pass.name());
      if (firings.size() == before) {
        return next;
      }
      now = next;
    }
    throw new TensorException(
        "rewriting the graph "
            + graph.name()
            + " by the pass "
            + pass.name()
            + " did not settle in "
            + ROUNDS
            + " rounds; the last changed it by "
            + last(firings));
  }

  private static Map<String, Integer> last(List<Report.Firing> firings) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    firings.stream()
        .filter(f -> f.round() == ROUNDS)
        .forEach(f -> counts.merge(f.rule(), 1, Integer::sum));
    return counts;
  }
}
