package dev.tendril.forest.analysis;

import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A tree laid out for [TreeShap]: nodes in pre-order, the negative child right behind its parent.
final class ShapTree {
  /// By node: the number of the split within the forest; -1 for a leaf.
  final int[] split;

  /// By node: the player whose condition it is.
  final int[] player;

  /// By node: the position of the positive child.
  final int[] positive;

  /// By node: which share of its rows goes to the positive child.
  final double[] share;

  /// By node: what a leaf contributes, scaled.
  final double[][] values;

  /// By node: how an oblique split divides its credit.
  final Projection[] projections;

  /// The first of the scores that the leaves contribute to, and how many scores these are.
  final int first;

  final int width;

  final int depth;

  /// The mean over the training rows of what the tree contributes.
  final double[] expectation;

  /// The most players on a path from the root to a leaf.
  final int players;

  /// An oblique condition: the slots of its attributes, their weights, and their means.
  ///
  /// @param replacements what stands in for missing values; may be empty
  record Projection(int[] slots, float[] weights, double[] means, float[] replacements) {
    static final Projection NONE =
        new Projection(new int[0], new float[0], new double[0], new float[0]);
  }

  /// Numbers sets of attributes, in order of appearance.
  ///
  /// @param numbers a number a set of slots
  /// @param sets the slots of every player, ascending
  record Players(Map<List<Integer>, Integer> numbers, List<int[]> sets) {
    int number(int[] slots) {
      int[] set = Arrays.stream(slots).sorted().distinct().toArray();
      return numbers.computeIfAbsent(
          Arrays.stream(set).boxed().toList(),
          _ -> {
            sets.add(set);
            return sets.size() - 1;
          });
    }
  }

  private final RawScores scores;
  private final Schema schema;
  private final List<Integer> features;
  private final Players all;
  private int next;
  private int splits;

  /// @param number the position of the tree in the forest
  /// @param firstSplit the number of splits in earlier trees
  ShapTree(
      Tree tree,
      int number,
      int firstSplit,
      RawScores scores,
      Schema schema,
      List<Integer> features,
      Players all) {
    int nodes = tree.nodes();
    this.scores = scores;
    this.schema = schema;
    this.features = features;
    this.all = all;
    this.split = new int[nodes];
    this.player = new int[nodes];
    this.positive = new int[nodes];
    this.share = new double[nodes];
    this.values = new double[nodes][];
    this.projections = new Projection[nodes];
    this.first = scores.first(number);
    this.width = scores.width();
    this.depth = tree.depth();
    this.expectation = new double[width];
    this.splits = firstSplit;
    this.players = add(tree.root(), 0, 1, new ArrayList<>());
  }

  /// The number of splits in this and earlier trees.
  int splitsSoFar() {
    return splits;
  }

  /// Adds a subtree.
  ///
  /// @param reach the share of the training rows that come here
  /// @param path the players above
  /// @return the most players on a path to a leaf
  private int add(Node node, int at, double reach, List<Integer> path) {
    int here = next++;
    projections[here] = Projection.NONE;
    values[here] = new double[0];
    switch (node) {
      case Node.Leaf leaf -> {
        split[here] = -1;
        values[here] = scores.contribution(leaf, at);
        for (int i = 0; i < width; i++) {
          values[here][i] *= scores.scale();
          expectation[i] += reach * values[here][i];
        }
        return path.size();
      }
      case Node.Split inner -> {
        split[here] = splits++;
        int[] slots =
            Arrays.stream(inner.condition().attributes()).map(features::indexOf).toArray();
        player[here] = all.number(slots);
        share[here] = Cover.positiveShare(inner);
        if (inner.condition() instanceof Condition.Oblique oblique && slots.length > 1) {
          double[] means =
              Arrays.stream(oblique.attributes()).mapToDouble(i -> Means.of(schema, i)).toArray();
          projections[here] =
              new Projection(slots, oblique.weights(), means, oblique.replacements());
        }
        boolean isNew = !path.contains(player[here]);
        if (isNew) {
          path.add(player[here]);
        }
        int most = add(inner.negative(), at + 1, reach * (1 - share[here]), path);
        positive[here] = next;
        most = Math.max(most, add(inner.positive(), at + 1, reach * share[here], path));
        if (isNew) {
          path.removeLast();
        }
        return most;
      }
    }
  }

  /// Means of numerical columns.
  private static final class Means {
    static double of(Schema schema, int attribute) {
      return schema.field(attribute).details() instanceof dev.tendril.data.Field.Numerical numbers
          ? numbers.mean()
          : 0;
    }
  }
}
