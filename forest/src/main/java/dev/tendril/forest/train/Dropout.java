package dev.tendril.forest.train;

import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// DART (Vinayak and Gilad-Bachrach 2015): each iteration of boosting sees the scores without some
/// earlier iterations, drawn at random. The new trees and the dropped ones then share what both are
/// good for: with d dropped iterations the new one has the weight 1 / (d + 1), and the weights of
/// the dropped ones are multiplied by d / (d + 1). So late trees matter as much as early ones.
final class Dropout {
  private final double probability;
  private float[] weights = new float[16];
  private int iterations;

  /// @param probability of each earlier iteration to be dropped
  Dropout(double probability) {
    this.probability = probability;
  }

  /// Draws the iterations to drop, at least one if there are any.
  int[] draw(SplitMix random) {
    int[] dropped = new int[iterations];
    int count = 0;
    for (int i = 0; i < iterations; i++) {
      if (random.nextDouble() < probability) {
        dropped[count++] = i;
      }
    }
    if (count == 0 && iterations > 0) {
      dropped[count++] = random.nextInt(iterations);
    }
    return Arrays.copyOf(dropped, count);
  }

  /// By iteration.
  float[] weights() {
    return Arrays.copyOf(weights, iterations);
  }

  /// Goes on after these iterations.
  void restore(float[] others) {
    weights = Arrays.copyOf(others, Math.max(16, others.length));
    iterations = others.length;
  }

  float weight(int iteration) {
    return weights[iteration];
  }

  /// Adds an iteration that was trained without some others.
  void add(int[] dropped) {
    if (iterations == weights.length) {
      weights = Arrays.copyOf(weights, 2 * iterations);
    }
    weights[iterations++] = newWeight(dropped.length);
    for (int i : dropped) {
      weights[i] *= dropped.length / (dropped.length + 1f);
    }
  }

  /// The weight of an iteration that is trained without so many others.
  static float newWeight(int dropped) {
    return 1f / (dropped + 1);
  }

  /// The trees with their weights in the leaves.
  List<Tree> weighted(List<Tree> trees, int treesPerIteration) {
    List<Tree> weighted = new ArrayList<>();
    for (int t = 0; t < trees.size(); t++) {
      weighted.add(new Tree(scaled(trees.get(t).root(), weights[t / treesPerIteration])));
    }
    return weighted;
  }

  private static Node scaled(Node node, float weight) {
    return switch (node) {
      case Node.Leaf(Output.Value(float value, Output.Moments moments), long examples) ->
          new Node.Leaf(new Output.Value(weight * value, moments), examples);
      case Node.Leaf leaf -> leaf;
      case Node.Split split ->
          new Node.Split(
              split.condition(),
              split.missingIsPositive(),
              scaled(split.negative(), weight),
              scaled(split.positive(), weight),
              split.output(),
              split.statistics());
    };
  }
}
