package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.forest.ydf.ConditionReader.Unfit;
import dev.tendril.forest.ydf.proto.NodeConditionProto;
import dev.tendril.forest.ydf.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds trees of nodes that come in pre-order, the negative child first. Open nodes wait on a
/// stack, so that only [#MAX_DEPTH] limits how deep a tree may be.
final class TreeReader {
  /// The most splits between a root and a leaf. Tree algorithms elsewhere recurse.
  static final int MAX_DEPTH = 2000;

  private final Blobs blobs;
  private final ConditionReader conditions;
  private final OutputReader outputs;

  TreeReader(Blobs blobs, ConditionReader conditions, OutputReader outputs) {
    this.blobs = blobs;
    this.conditions = conditions;
    this.outputs = outputs;
  }

  /// A split that misses one or both children.
  private static final class Open {
    final Condition condition;
    final NodeProto message;
    final @Nullable Output output;
    @Nullable Node negative;

    Open(Condition condition, NodeProto message, @Nullable Output output) {
      this.condition = condition;
      this.message = message;
      this.output = output;
    }

    Node close(Node negative, Node positive) {
      NodeConditionProto test = message.getCondition();
      return new Node.Split(
          condition,
          test.getNaValue(),
          negative,
          positive,
          output,
          new Node.Statistics(
              test.getNumExamples(),
              test.getNumWeightedExamples(),
              test.getNumPositiveExamples(),
              test.getNumPositiveWeightedExamples(),
              test.getSplitScore()));
    }
  }

  /// Reads all trees.
  ///
  /// @param count how many there must be
  List<Tree> read(long count) {
    List<Tree> trees = new ArrayList<>();
    while (trees.size() < count) {
      trees.add(new Tree(root(trees.size(), count)));
    }
    if (blobs.next() != null) {
      throw blobs.damaged("more nodes than the " + count + " trees of the model have");
    }
    return trees;
  }

  private Node root(int tree, long count) {
    Deque<Open> stack = new ArrayDeque<>();
    while (true) {
      byte[] blob = blobs.next();
      if (blob == null) {
        throw blobs.damaged(
            "the nodes end within tree " + tree + "; expected " + count + " whole trees");
      }
      NodeProto message = YdfFiles.parse(NodeProto.parser(), blob, blobs.file(), blobs.start());
      try {
        if (message.hasCondition()) {
          if (stack.size() == MAX_DEPTH) {
            throw new Unfit("a tree deeper than " + MAX_DEPTH);
          }
          boolean kept = message.getOutputCase() != NodeProto.OutputCase.OUTPUT_NOT_SET;
          stack.push(
              new Open(
                  conditions.read(message.getCondition()),
                  message,
                  kept ? outputs.read(message) : null));
          continue;
        }
        Node done = new Node.Leaf(outputs.read(message), Math.max(0, message.getNumExamples()));
        while (!stack.isEmpty()) {
          Open parent = stack.element();
          Node negative = parent.negative;
          if (negative == null) {
            parent.negative = done;
            break;
          }
          stack.pop();
          done = parent.close(negative, done);
        }
        if (stack.isEmpty()) {
          return done;
        }
      } catch (Unfit e) {
        throw blobs.damaged("tree " + tree + " has " + e.getMessage());
      }
    }
  }
}
