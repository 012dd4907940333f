package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.data.Vocabulary;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Task;
import dev.tendril.learn.Version;
import java.util.ArrayList;
import java.util.List;

/// What the comments of exported code say in any language.
final class Story {
  private static final int MOST_NAMES = 6;

  private Story() {}

  /// What the model is.
  static List<String> model(ForestTables tables) {
    Forest forest = tables.forest();
    String kind =
        switch (forest.combination()) {
          case Combination.Mean _ -> "A random forest";
          case Combination.Sum _ -> "Gradient-boosted trees";
          case Combination.Isolation _ -> "An isolation forest";
        };
    String label = forest.task().label();
    return List.of(
        kind
            + ": "
            + forest.trees().size()
            + " trees, "
            + tables.kinds.size()
            + " nodes, "
            + forest.task().name().replace('_', ' ')
            + (label == null ? "" : " of \"" + Text.comment(label) + "\"")
            + ".",
        "Written by Tendril " + Version.current() + " from a trained model; do not edit.");
  }

  /// What is to be passed for an input, in few words.
  static String meaning(Input input) {
    return switch (input.field().details()) {
      case Field.Numerical _, Field.Discretized _ -> "a number";
      case Field.Bool _ -> "0 (false) or 1 (true)";
      case Field.Categorical(Vocabulary vocabulary) -> "a category: " + some(vocabulary);
      case Field.CategoricalSet(Vocabulary vocabulary, _, _) ->
          "a set of categories: " + some(vocabulary);
      case Field.VectorSequence(int length, _, _) -> "vectors of length " + length;
      case Field.Text _, Field.Hash _ -> "not read";
    };
  }

  private static String some(Vocabulary vocabulary) {
    List<String> names = new ArrayList<>();
    for (String name : vocabulary.values()) {
      if (names.size() == MOST_NAMES) {
        names.add("... (" + vocabulary.values().size() + " in all)");
        break;
      }
      names.add(Text.comment(name));
    }
    return String.join(", ", names);
  }

  /// What the outputs are, given the name of their array.
  static String outputs(Forest forest) {
    boolean logits = forest.combination() instanceof Combination.Sum sum && sum.logits();
    return switch (forest.task()) {
      case Task.Classification _ ->
          logits ? "the logit of every class" : "the probability of every class";
      case Task.Regression _ -> "the predicted number";
      case Task.Ranking _ -> "the relevance, on no fixed scale: larger is better";
      case Task.CategoricalUplift _, Task.NumericalUplift _ -> "the effect of the treatment";
      case Task.AnomalyDetection _ -> "how unusual the row is, from 0 to 1";
      case Task.Survival _ -> "the logarithm of the hazard ratio";
    };
  }

  static List<String> classes(Forest forest) {
    return forest.task() instanceof Task.Classification(String label)
        ? forest.schema().field(label).vocabulary().values()
        : List.of();
  }
}
