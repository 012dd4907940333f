package dev.tendril.forest.engine;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayDeque;
import java.util.Deque;

/// All trees of a forest in a few primitive arrays.
///
/// A node takes [#STRIDE] integers of [#nodes]: kind and slot, an operand, and where the positive
/// child is; the negative child follows at once. What does not fit an operand stands in [#ints],
/// [#floats] or [#words], and the operand is its position there. A leaf has the first sum that it
/// adds to in place of a slot, the position of its contribution in [#values] as operand, and the
/// length of the contribution in place of a child.
///
/// | kind | operand |
/// |---|---|
/// | at least (two kinds, by where missing goes) | the bits of the threshold |
/// | is true, bin at least | the smallest cell that is positive |
/// | bitmap | words; bit `v + 1` for value `v`, so that bit 0 is that of a missing value |
/// | list | ints: number of values, values |
/// | oblique | ints: number of attributes, slots, position in floats (weights, threshold,
/// replacements), whether there are replacements |
/// | vectors | floats: anchor, bound; ints: vector length, position in floats |
final class FlatForest {
  static final int STRIDE = 3;
  static final int SLOT_BITS = 24;
  static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

  static final int LEAF = 0;
  static final int AT_LEAST = 1;
  static final int AT_LEAST_OR_MISSING = 2;
  static final int CODE_AT_LEAST = 3;
  static final int CODE_AT_LEAST_OR_MISSING = 4;
  static final int BITMAP = 5;
  static final int LIST = 6;
  static final int LIST_OR_MISSING = 7;
  static final int SET_BITMAP = 8;
  static final int SET_LIST = 9;
  static final int SET_LIST_OR_MISSING = 10;
  static final int MISSING_NUMBER = 11;
  static final int MISSING_CODE = 12;
  static final int OBLIQUE = 13;
  static final int OBLIQUE_OR_MISSING = 14;
  static final int CLOSER = 15;
  static final int CLOSER_OR_MISSING = 16;
  static final int PROJECTED = 17;
  static final int PROJECTED_OR_MISSING = 18;

  final int[] roots;
  final int[] nodes;
  final float[] values;
  final int[] ints;
  final float[] floats;
  final long[] words;

  private FlatForest(Compiler compiler, int[] roots) {
    this.roots = roots;
    this.nodes = compiler.nodes.toArray();
    this.values = compiler.values.toArray();
    this.ints = compiler.ints.toArray();
    this.floats = compiler.floats.toArray();
    this.words = compiler.words.toArray();
  }

  static FlatForest compile(Forest forest, Layout layout, Answers answers) {
    if (layout.slots() > SLOT_MASK) {
      throw new IllegalArgumentException(
          "a forest on " + layout.slots() + " features; expected at most " + SLOT_MASK);
    }
    Compiler compiler = new Compiler(layout, answers);
    int[] roots = new int[forest.trees().size()];
    for (int t = 0; t < roots.length; t++) {
      roots[t] = compiler.nodes.size();
      compiler.add(forest.trees().get(t), t);
    }
    return new FlatForest(compiler, roots);
  }

  private static final class Compiler {
    private final Layout layout;
    private final Answers answers;
    private final IntList nodes = new IntList();
    private final FloatList values = new FloatList();
    private final IntList ints = new IntList();
    private final FloatList floats = new FloatList();
    private final LongList words = new LongList();

    Compiler(Layout layout, Answers answers) {
      this.layout = layout;
      this.answers = answers;
    }

    /// @param parent the node that this one is the positive child of, or -1
    private record Pending(Node node, int depth, int parent) {}

    void add(Tree tree, int index) {
      Deque<Pending> stack = new ArrayDeque<>();
      stack.push(new Pending(tree.root(), 0, -1));
      while (!stack.isEmpty()) {
        Pending next = stack.pop();
        int at = nodes.size();
        if (next.parent >= 0) {
          nodes.set(next.parent + 2, at);
        }
        switch (next.node) {
          case Node.Leaf leaf -> {
            float[] contribution = answers.contribution(leaf, next.depth);
            node(LEAF, answers.firstSum(leaf, index), values.size());
            nodes.set(at + 2, contribution.length);
            values.addAll(contribution);
          }
          case Node.Split split -> {
            condition(split.condition(), split.missingIsPositive());
            stack.push(new Pending(split.positive(), next.depth + 1, at));
            stack.push(new Pending(split.negative(), next.depth + 1, -1));
          }
        }
      }
    }

    private void node(int kind, int slot, int operand) {
      nodes.add((kind << SLOT_BITS) | slot);
      nodes.add(operand);
      nodes.add(0);
    }

    private void condition(Condition condition, boolean missing) {
      int orMissing = missing ? 1 : 0;
      switch (condition) {
        case Condition.IsMissing(int attribute) -> {
          int slot = layout.slot(attribute);
          boolean number = layout.semantic(slot) == Semantic.NUMERICAL;
          node(number ? MISSING_NUMBER : MISSING_CODE, slot, 0);
        }
        case Condition.AtLeast(int attribute, float threshold) ->
            node(AT_LEAST + orMissing, layout.slot(attribute), Float.floatToRawIntBits(threshold));
        case Condition.IsTrue(int attribute) ->
            node(CODE_AT_LEAST + orMissing, layout.slot(attribute), 1);
        case Condition.BinAtLeast(int attribute, int bin) ->
            node(CODE_AT_LEAST + orMissing, layout.slot(attribute), bin);
        case Condition.Contains contains -> contains(contains, missing);
        case Condition.Oblique oblique -> {
          int operand = ints.size();
          ints.add(oblique.attributes().length);
          for (int attribute : oblique.attributes()) {
            ints.add(layout.slot(attribute));
          }
          ints.add(floats.size());
          ints.add(oblique.replacements().length);
          floats.addAll(oblique.weights());
          floats.add(oblique.threshold());
          floats.addAll(oblique.replacements());
          node(OBLIQUE + orMissing, 0, operand);
        }
        case Condition.CloserThan(int attribute, float[] anchor, float squaredDistance) ->
            vectors(CLOSER + orMissing, attribute, anchor, squaredDistance);
        case Condition.ProjectedMoreThan(int attribute, float[] anchor, float threshold) ->
            vectors(PROJECTED + orMissing, attribute, anchor, threshold);
      }
    }

    private void vectors(int kind, int attribute, float[] anchor, float bound) {
      int operand = ints.size();
      ints.add(anchor.length);
      ints.add(floats.size());
      floats.addAll(anchor);
      floats.add(bound);
      node(kind, layout.slot(attribute), operand);
    }

    /// A list where a bitmap would take more room than the values themselves warrant.
    private void contains(Condition.Contains contains, boolean missing) {
      int slot = layout.slot(contains.attribute());
      boolean set = layout.semantic(slot) == Semantic.CATEGORICAL_SET;
      int[] sorted = contains.values();
      int size = layout.field(slot).vocabulary().size() + 1;
      if (size > 1024 && size > 64L * sorted.length) {
        int operand = ints.size();
        ints.add(sorted.length);
        ints.addAll(sorted);
        int kind = set ? SET_LIST : LIST;
        node(missing ? kind + 1 : kind, slot, operand);
        return;
      }
      long[] bits = new long[(size + 63) / 64];
      if (missing) {
        bits[0] = 1;
      }
      for (int value : sorted) {
        bits[(value + 1) >> 6] |= 1L << (value + 1);
      }
      int operand = words.size();
      words.addAll(bits);
      node(set ? SET_BITMAP : BITMAP, slot, operand);
    }
  }
}
