package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.learn.Task;
import java.util.HashMap;
import java.util.Map;

/// What leaves add to the sums of a row, with the same number of sums for all leaves of a forest. A
/// vote for one class becomes zeros for the others, which changes no bit of a sum that starts at
/// zero.
final class Contributions {
  private final Answers answers;
  private final boolean votes;
  private final FloatList values = new FloatList();
  private final Map<Integer, Integer> voted = new HashMap<>();
  private final int width;

  Contributions(Forest forest, Answers answers) {
    this.answers = answers;
    this.votes =
        forest.task() instanceof Task.Classification
            && forest.combination() instanceof Combination.Mean(boolean all)
            && all;
    this.width = votes ? answers.outputs() : width(forest.trees().getFirst().root());
  }

  private int width(Node node) {
    Node at = node;
    while (at instanceof Node.Split split) {
      at = split.negative();
    }
    return answers.contribution((Node.Leaf) at, 0).length;
  }

  /// The number of values of a leaf.
  int width() {
    return width;
  }

  /// The first sum that the leaves of a tree add to.
  int firstSum(int tree, Node.Leaf any) {
    return votes ? 0 : answers.firstSum(any, tree);
  }

  /// Keeps the values of a leaf.
  ///
  /// @return where they begin
  int add(Node.Leaf leaf, int depth, int tree) throws Unsuited {
    float[] contribution = answers.contribution(leaf, depth);
    int at = values.size();
    if (votes) {
      int winner = answers.firstSum(leaf, tree);
      int key = contribution[0] == 0 ? -1 : winner;
      Integer known = voted.putIfAbsent(key, at);
      if (known != null) {
        return known;
      }
      float[] all = new float[width];
      all[winner] = contribution[0];
      values.addAll(all);
      return at;
    }
    if (contribution.length != width) {
      throw new Unsuited("its leaves hold different numbers of values");
    }
    values.addAll(contribution);
    return at;
  }

  /// The values that begin at a position.
  float[] values(int at) {
    return values.copy(at, at + width);
  }

  float[] toArray() {
    return values.toArray();
  }
}
