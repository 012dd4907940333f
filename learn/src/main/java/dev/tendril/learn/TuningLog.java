package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a [Tuner] tried, kept in the model that it chose.
///
/// @param metric the metric that decided, such as `loss`; empty when the model does not say
/// @param scoring how it was measured, in words; empty when the model does not say
/// @param space what was searched; empty when the model does not say
/// @param trials in the order in which they were drawn
/// @param best the position of the trial that won
public record TuningLog(
    String metric, String scoring, SearchSpace space, List<Trial> trials, int best) {

  private static final int MOST_TRIALS = 10;
  private static final int WIDTH = 100;

  public TuningLog {
    trials = List.copyOf(trials);
    if (best < 0 || best >= trials.size()) {
      throw new IllegalArgumentException(
          "the best of " + trials.size() + " trials cannot be number " + best);
    }
  }

  /// One set of hyper-parameters that was tried.
  ///
  /// @param values those that were searched, by name; others were as the learner had them
  /// @param score greater is better: the metric, negative where less is better; NaN when it could
  ///     not be measured. Kept in single precision
  public record Trial(Map<String, String> values, double score) {
    public Trial {
      score = single(score);
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Such as `shrinkage=0.05 max_depth=4`.
    public String text() {
      List<String> words = new ArrayList<>();
      values.forEach((name, value) -> words.add(name + "=" + value));
      return String.join(" ", words);
    }
  }

  /// The nearest number of single precision, in as few digits as tell it from others.
  static double single(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }

  public Trial winner() {
    return trials.get(best);
  }

  /// The value of the metric in a trial, rather than its score.
  public double measured(Trial trial) {
    return Objective.greaterIsBetter(metric) ? trial.score() : -trial.score();
  }

  /// The positions of all trials, the best first; equal ones in their order.
  public List<Integer> ranking() {
    Comparator<Integer> byScore =
        Comparator.comparingDouble(
            (Integer i) ->
                Double.isNaN(trials.get(i).score())
                    ? Double.NEGATIVE_INFINITY
                    : trials.get(i).score());
    return IntStream.range(0, trials.size()).boxed().sorted(byScore.reversed()).toList();
  }

  /// The winner and the trials that scored best, on lines of at most 100 columns.
  public String toText() {
    List<Integer> ranking = ranking();
    List<Integer> shown = ranking.subList(0, Math.min(MOST_TRIALS, ranking.size()));
    String name = metric.isEmpty() ? "score" : metric;
    StringBuilder text = new StringBuilder("tuning: ");
    text.append(trials.size()).append(trials.size() == 1 ? " trial" : " trials");
    text.append(", the best by ").append(name);
    text.append(scoring.isEmpty() ? "" : " in " + scoring).append('\n');
    for (int i : shown) {
      Trial trial = trials.get(i);
      String head =
          String.format(
              Locale.ROOT,
              "%s %5d  %s %-10s ",
              i == best ? "*" : " ",
              i + 1,
              name,
              Numbers.text(measured(trial)));
      StringBuilder line = new StringBuilder(head);
      for (String word : trial.text().split(" ", -1)) {
        if (line.length() + 1 + word.length() > WIDTH && line.length() > head.length()) {
          text.append(line.toString().stripTrailing()).append('\n');
          line = new StringBuilder(" ".repeat(head.length()));
        }
        line.append(' ').append(word);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    if (ranking.size() > shown.size()) {
      text.append("  and ").append(ranking.size() - shown.size()).append(" more\n");
    }
    return text.toString();
  }

  /// A JSON object: `metric`, `scoring`, `space` as in [SearchSpace#parse], `best`, and `trials`,
  /// an array of `values` and `value`, the measured metric.
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("metric", metric);
    json.put("scoring", scoring);
    json.set("space", SearchSpaceJson.node(space));
    json.put("best", best);
    ArrayNode all = json.putArray("trials");
    for (Trial trial : trials) {
      ObjectNode one = all.addObject();
      ObjectNode values = one.putObject("values");
      trial.values().forEach(values::put);
      EvaluationJson.number(one, "value", measured(trial));
    }
    return EvaluationJson.text(json);
  }
}
