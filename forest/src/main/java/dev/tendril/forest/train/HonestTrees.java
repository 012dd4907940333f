package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Task;
import java.util.Arrays;

/// Honest trees (Athey and Imbens 2016; Wager and Athey 2018): the rows that say what a leaf
/// predicts are not those that said where to split, so that a leaf is not sure of what only chance
/// made look pure.
///
/// A tree is grown as ever on one part of its rows, whatever the kind of [GrowingNode]. The others
/// are then sent down it, and outputs and counts become theirs. A split that leaves one side
/// without any of them is undone.
///
/// Which part a row is in follows from its number and a seed alone, so that all copies of a row in
/// a bootstrap sample are in the same.
final class HonestTrees {
  private static final long SALT = 7;
  private static final int[] NONE = {};

  private final TreeParameters parameters;
  private final TreeWalk walk;

  /// @throws IllegalArgumentException when trees are to be honest and cannot be
  HonestTrees(TreeParameters parameters, TrainingData data) {
    if (parameters.honest) {
      require(data);
    }
    this.parameters = parameters;
    this.walk = new TreeWalk(data.frame().schema(), data.frame());
  }

  private static void require(TrainingData data) {
    if (data.task() instanceof Task.CategoricalUplift
        || data.task() instanceof Task.NumericalUplift) {
      throw new IllegalArgumentException("honest=true does not suit " + data.task().name());
    }
    if (!data.directions().none()) {
      throw new IllegalArgumentException("honest=true does not suit monotonic constraints");
    }
  }

  /// The rows of a tree.
  ///
  /// @param structure those to grow on, ascending
  /// @param leaves those that say what the leaves predict, ascending; none unless honest
  record Parts(int[] structure, int[] leaves) {}

  /// Parts the rows of a tree.
  ///
  /// @param rows ascending
  /// @param seed the tree's
  Parts part(int[] rows, long seed) {
    if (!parameters.honest) {
      return new Parts(rows, NONE);
    }
    long drawn =
        SplitMix.mix(parameters.honestFixedSeparation ? parameters.randomSeed : seed, SALT);
    int[] structure = new int[rows.length];
    int[] leaves = new int[rows.length];
    int grown = 0;
    for (int i = 0; i < rows.length; i++) {
      structure[grown] = rows[i];
      leaves[i - grown] = rows[i];
      double at = new SplitMix(SplitMix.mix(drawn, rows[i])).nextDouble();
      grown += at < parameters.honestRatioLeafExamples ? 0 : 1;
    }
    return new Parts(Arrays.copyOf(structure, grown), Arrays.copyOf(leaves, rows.length - grown));
  }

  /// The tree with the leaves and counts that other rows give it; as grown, if these have no
  /// weight.
  Tree estimate(Tree grown, Target target, int[] leaves) {
    Filling filling = new Filling(target, leaves.clone());
    long[] whole = filling.sums(0, leaves.length);
    return target.weight(whole) > 0
        ? new Tree(filling.fill(grown.root(), 0, leaves.length, whole))
        : grown;
  }

  /// Sends rows down a tree.
  private final class Filling {
    private final Target target;
    private final int[] rows;
    private final int[] spare;

    Filling(Target target, int[] rows) {
      this.target = target;
      this.rows = rows;
      this.spare = new int[rows.length];
    }

    long[] sums(int from, int to) {
      long[] sums = new long[target.width()];
      target.sum(rows, from, to, sums);
      return sums;
    }

    Node fill(Node node, int from, int to, long[] whole) {
      if (node instanceof Node.Split split) {
        int middle = partition(split, from, to);
        long[] low = sums(from, middle);
        long[] high = sums(middle, to);
        if (target.weight(low) > 0 && target.weight(high) > 0) {
          return new Node.Split(
              split.condition(),
              split.missingIsPositive(),
              fill(split.negative(), from, middle, low),
              fill(split.positive(), middle, to, high),
              split.output() == null ? null : target.output(rows, from, to),
              new Node.Statistics(
                  whole[0],
                  target.weight(whole),
                  high[0],
                  target.weight(high),
                  split.statistics().score()));
        }
        Arrays.sort(rows, from, to);
      }
      return new Node.Leaf(target.output(rows, from, to), whole[0]);
    }

    /// Moves the negative rows to the front; either side keeps its order.
    private int partition(Node.Split split, int from, int to) {
      int low = from;
      int high = 0;
      for (int i = from; i < to; i++) {
        if (walk.positive(split, rows[i])) {
          spare[high++] = rows[i];
        } else {
          rows[low++] = rows[i];
        }
      }
      System.arraycopy(spare, 0, rows, low, high);
      return low;
    }
  }
}
