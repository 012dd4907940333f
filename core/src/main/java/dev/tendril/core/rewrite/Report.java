package dev.tendril.core.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which rules changed a graph, where and how often.
///
/// @param graph the graph's name
/// @param before the number of nodes before
/// @param after the number of nodes after
public record Report(String graph, int before, int after, List<Firing> firings) {
  public Report {
    firings = List.copyOf(firings);
  }

  /// A change.
  ///
  /// @param node the name of the node that was replaced
  public record Firing(String pass, int round, String rule, String node) {}

  /// How often each rule changed something, in the order in which they first did.
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    firings.forEach(f -> counts.merge(f.rule(), 1, Integer::sum));
    return counts;
  }

  /// One line for each rule: how often, and at which nodes.
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%s: %d nodes, now %d%n", graph, before, after));
    for (Map.Entry<String, Integer> count : counts().entrySet()) {
      List<String> nodes = new ArrayList<>();
      firings.stream()
          .filter(f -> f.rule().equals(count.getKey()))
          .forEach(f -> nodes.add(f.node()));
      text.append(
          String.format(
              Locale.ROOT,
              "  %4d  %-26s %s%n",
              count.getValue(),
              count.getKey(),
              String.join(" ", nodes.subList(0, Math.min(8, nodes.size())))
                  + (nodes.size() > 8 ? " ..." : "")));
    }
    return text.toString().replace("\r\n", "\n");
  }
}
