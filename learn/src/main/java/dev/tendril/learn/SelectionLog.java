package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The course of a [FeatureSelector], kept in the model that it chose.
///
/// @param metric the metric that decided, such as `loss`; empty when the model does not say
/// @param rounds each with fewer features than the one before it
/// @param best the position of the round that won
public record SelectionLog(String metric, List<Round> rounds, int best) {

  private static final int WIDTH = 100;

  public SelectionLog {
    rounds = List.copyOf(rounds);
    if (best < 0 || best >= rounds.size()) {
      throw new IllegalArgumentException(
          "the best of " + rounds.size() + " rounds cannot be number " + best);
    }
  }

  /// A model on some of the features.
  ///
  /// @param features those that it learned from
  /// @param score greater is better: the metric, negative where less is better
  /// @param metrics what else was measured, by name. All numbers are kept in single precision
  public record Round(List<String> features, double score, Map<String, Double> metrics) {
    public Round {
      features = List.copyOf(features);
      score = TuningLog.single(score);
      Map<String, Double> rounded = new TreeMap<>();
      metrics.forEach((name, value) -> rounded.put(name, TuningLog.single(value)));
      metrics = Collections.unmodifiableMap(rounded);
    }
  }

  public Round winner() {
    return rounds.get(best);
  }

  /// The value of the metric in a round, rather than its score.
  public double measured(Round round) {
    return Objective.greaterIsBetter(metric) ? round.score() : -round.score();
  }

  /// The features that were given up in a round: those of the round before it that it lacks.
  ///
  /// @param round its position; there are none for the first
  public List<String> removed(int round) {
    if (round == 0) {
      return List.of();
    }
    Set<String> gone = new LinkedHashSet<>(rounds.get(round - 1).features());
    rounds.get(round).features().forEach(gone::remove);
    return new ArrayList<>(gone);
  }

  /// The rounds, a line each, of at most 100 columns.
  public String toText() {
    String name = metric.isEmpty() ? "score" : metric;
    StringBuilder text = new StringBuilder("selection of features: ");
    text.append(rounds.size()).append(rounds.size() == 1 ? " round" : " rounds");
    text.append(", the best by ").append(name).append('\n');
    for (int i = 0; i < rounds.size(); i++) {
      Round round = rounds.get(i);
      StringBuilder line = new StringBuilder();
      line.append(
          String.format(
              Locale.ROOT,
              "%s %5d features  %s %-10s ",
              i == best ? "*" : " ",
              round.features().size(),
              name,
              Numbers.text(measured(round))));
      List<String> removed = removed(i);
      if (!removed.isEmpty()) {
        line.append(" without ").append(String.join(", ", removed));
      }
      boolean fits = line.length() <= WIDTH;
      text.append((fits ? line : line.substring(0, WIDTH - 1) + "…").toString().stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }

  /// A JSON object: `metric`, `best`, and `rounds`, an array of `features`, `removed`, `value` (the
  /// measured metric) and `metrics`.
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("metric", metric);
    json.put("best", best);
    ArrayNode all = json.putArray("rounds");
    for (int i = 0; i < rounds.size(); i++) {
      Round round = rounds.get(i);
      ObjectNode one = all.addObject();
      ArrayNode features = one.putArray("features");
      round.features().forEach(features::add);
      ArrayNode removed = one.putArray("removed");
      removed(i).forEach(removed::add);
      EvaluationJson.number(one, "value", measured(round));
      ObjectNode metrics = one.putObject("metrics");
      round.metrics().forEach((name, value) -> EvaluationJson.number(metrics, name, value));
    }
    return EvaluationJson.text(json);
  }
}
