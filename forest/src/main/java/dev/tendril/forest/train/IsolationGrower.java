package dev.tendril.forest.train;

import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Grows isolation trees, one after the other, in one thread. At every node the columns are tried
/// in random order until one of them parts the rows.
final class IsolationGrower {
  private final List<IsolationColumn> columns;
  private final int maxDepth;
  private final int minExamples;
  private final int[] order;
  private final byte[] side;
  private int[] spare = {};

  /// @param tableRows the rows of the table that samples are drawn from
  /// @param maxDepth the depth at which nodes are leaves; the root has depth 0
  IsolationGrower(List<IsolationColumn> columns, int tableRows, int maxDepth, int minExamples) {
    this.columns = columns;
    this.maxDepth = maxDepth;
    this.minExamples = Math.max(2, minExamples);
    this.order = new int[columns.size()];
    this.side = new byte[tableRows];
  }

  /// @param rows the sample; rearranged
  Tree grow(int[] rows, long seed) {
    if (spare.length < rows.length) {
      spare = new int[rows.length];
    }
    return new Tree(grow(rows, 0, rows.length, 0, seed));
  }

  private Node grow(int[] rows, int from, int to, int depth, long seed) {
    int size = to - from;
    IsolationColumn.Test test =
        size < minExamples || depth >= maxDepth ? null : test(rows, from, to, new SplitMix(seed));
    if (test == null) {
      return new Node.Leaf(new Output.Isolated(size), size);
    }
    int middle = RowPartition.split(rows, from, to, side, spare);
    return new Node.Split(
        test.condition(),
        test.missingIsPositive(),
        grow(rows, from, middle, depth + 1, SplitMix.mix(seed, 1)),
        grow(rows, middle, to, depth + 1, SplitMix.mix(seed, 2)),
        null,
        new Node.Statistics(size, size, to - middle, to - middle, 0));
  }

  private IsolationColumn.@Nullable Test test(int[] rows, int from, int to, SplitMix random) {
    Arrays.setAll(order, i -> i);
    random.shuffle(order);
    for (int at : order) {
      IsolationColumn.Test test = columns.get(at).test(rows, from, to, random, side);
      if (test != null) {
        return test;
      }
    }
    return null;
  }
}
