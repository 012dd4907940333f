package dev.tendril.forest.tree;

import java.util.function.ObjIntConsumer;

/// A decision tree.
public record Tree(Node root) {

  /// Visits every node in pre-order, the negative side first, with its depth; the root has depth 0.
  /// Recursion is as deep as the tree, which readers and growers bound.
  public void forEach(ObjIntConsumer<Node> visitor) {
    visit(root, 0, visitor);
  }

  private static void visit(Node node, int depth, ObjIntConsumer<Node> visitor) {
    visitor.accept(node, depth);
    if (node instanceof Node.Split split) {
      visit(split.negative(), depth + 1, visitor);
      visit(split.positive(), depth + 1, visitor);
    }
  }

  /// The number of nodes, leaves included.
  public int nodes() {
    return nodes(root);
  }

  private static int nodes(Node node) {
    return node instanceof Node.Split split
        ? 1 + nodes(split.negative()) + nodes(split.positive())
        : 1;
  }

  /// An estimate of the bytes that the nodes take in memory, the same on every machine.
  public long bytes() {
    long[] sum = new long[1];
    forEach((node, _) -> sum[0] += bytes(node));
    return sum[0];
  }

  private static long bytes(Node node) {
    long output =
        switch (node.output()) {
          case null -> 0;
          case Output.Distribution(_, double[] weights) -> 40 + 8L * weights.length;
          case Output.Value(_, Output.Moments moments) -> moments == null ? 24 : 88;
          case Output.Uplift uplift ->
              72
                  + 8L * uplift.weightPerTreatment().length
                  + 8L * uplift.weightPerTreatmentAndOutcome().length
                  + 4L * uplift.effect().length
                  + 8L * uplift.examplesPerTreatment().length;
          case Output.Isolated _ -> 24;
        };
    return output + (node instanceof Node.Split ? 128 : 32);
  }

  public int leaves() {
    return (nodes() + 1) / 2;
  }

  /// The depth of the deepest leaf; a lone leaf has depth 0.
  public int depth() {
    return depth(root);
  }

  private static int depth(Node node) {
    return node instanceof Node.Split split
        ? 1 + Math.max(depth(split.negative()), depth(split.positive()))
        : 0;
  }
}
