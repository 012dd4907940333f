package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Node;
import java.util.ArrayList;
import java.util.List;

/// A tree filled up to a depth, so that all leaves are on its lowest level, and its nodes in the
/// order in which the engines on vectors evaluate them: from the lowest level up, some levels at a
/// time. A leaf above the lowest level stands in for the nodes and the leaves that are missing
/// below it.
final class FullTree {
  private final int depth;
  private final Node[] heap;
  private final int[] depthOf;
  private final List<Node> order = new ArrayList<>();

  /// @param levels evaluated at a time; 3
  FullTree(Node root, int depth, int levels) {
    this.depth = depth;
    // Heap order: the children of i are 2i + 1 (negative) and 2i + 2.
    this.heap = new Node[(2 << depth) - 1];
    this.depthOf = new int[heap.length];
    heap[0] = root;
    for (int i = 0; i < (1 << depth) - 1; i++) {
      int above = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(i + 1);
      boolean split = heap[i] instanceof Node.Split;
      heap[2 * i + 1] = heap[i] instanceof Node.Split s ? s.negative() : heap[i];
      heap[2 * i + 2] = heap[i] instanceof Node.Split s ? s.positive() : heap[i];
      depthOf[2 * i + 1] = split ? above + 1 : depthOf[i];
      depthOf[2 * i + 2] = depthOf[2 * i + 1];
    }
    int level = depth - levels;
    for (; level >= 0; level -= levels) {
      for (int i = (1 << level) - 1; i < (2 << level) - 1; i++) {
        unit(i);
      }
    }
    for (level += levels - 1; level >= 0; level--) {
      for (int i = (1 << level) - 1; i < (2 << level) - 1; i++) {
        order.add(heap[i]);
      }
    }
  }

  /// Three levels in the order in which their numbers are picked.
  private void unit(int at) {
    int negative = 2 * at + 1;
    int positive = 2 * at + 2;
    order.add(heap[2 * negative + 1]);
    order.add(heap[2 * negative + 2]);
    order.add(heap[negative]);
    order.add(heap[2 * positive + 1]);
    order.add(heap[2 * positive + 2]);
    order.add(heap[positive]);
    order.add(heap[at]);
  }

  /// The nodes above the lowest level.
  List<Node> order() {
    return order;
  }

  int leaves() {
    return 1 << depth;
  }

  Node.Leaf leaf(int number) {
    return (Node.Leaf) heap[(1 << depth) - 1 + number];
  }

  /// The depth of a leaf in the tree as it was.
  int leafDepth(int number) {
    return depthOf[(1 << depth) - 1 + number];
  }
}
