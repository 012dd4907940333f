package dev.tendril.forest.engine;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;

/// The meaning of a forest: walks the nodes as they are. Every other engine is tested against it.
public final class ReferenceEngine implements Engine {
  private final Forest forest;
  private final Layout layout;
  private final Answers answers;

  public ReferenceEngine(Forest forest, Layout layout) {
    this.forest = forest;
    this.layout = layout;
    this.answers = new Answers(forest);
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int outputs() {
    return answers.outputs();
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    answers.start(out, offset, count);
    for (int row = 0; row < count; row++) {
      int at = offset + row * answers.outputs();
      for (int t = 0; t < forest.trees().size(); t++) {
        Node node = forest.trees().get(t).root();
        int depth = 0;
        while (node instanceof Node.Split split) {
          node = test(split, rows, row) ? split.positive() : split.negative();
          depth++;
        }
        Node.Leaf leaf = (Node.Leaf) node;
        float[] contribution = answers.contribution(leaf, depth);
        int first = at + answers.firstSum(leaf, t);
        for (int i = 0; i < contribution.length; i++) {
          out[first + i] += contribution[i];
        }
      }
    }
    answers.finish(out, offset, count);
  }

  /// Finds the leaf that each row reaches in each tree.
  ///
  /// @param out `[count, trees]` from `offset` on: the leaf's number within its tree, counted in
  ///     pre-order, the negative side first
  public void leaves(Rows rows, int count, int[] out, int offset) {
    int trees = forest.trees().size();
    for (int row = 0; row < count; row++) {
      for (int t = 0; t < trees; t++) {
        Node node = forest.trees().get(t).root();
        int before = 0;
        while (node instanceof Node.Split split) {
          if (test(split, rows, row)) {
            before += new Tree(split.negative()).leaves();
            node = split.positive();
          } else {
            node = split.negative();
          }
        }
        out[offset + row * trees + t] = before;
      }
    }
  }

  /// Whether a row goes to the positive child.
  private boolean test(Node.Split split, Rows rows, int row) {
    return switch (split.condition()) {
      case Condition.IsMissing(int attribute) -> missing(rows, row, layout.slot(attribute));
      case Condition.AtLeast(int attribute, float threshold) -> {
        int slot = layout.slot(attribute);
        yield missing(rows, row, slot)
            ? split.missingIsPositive()
            : rows.number(row, slot) >= threshold;
      }
      case Condition.IsTrue(int attribute) -> {
        int slot = layout.slot(attribute);
        yield missing(rows, row, slot) ? split.missingIsPositive() : rows.cell(row, slot) == 1;
      }
      case Condition.BinAtLeast(int attribute, int bin) -> {
        int slot = layout.slot(attribute);
        yield missing(rows, row, slot) ? split.missingIsPositive() : rows.cell(row, slot) >= bin;
      }
      case Condition.Contains contains -> {
        int slot = layout.slot(contains.attribute());
        if (missing(rows, row, slot)) {
          yield split.missingIsPositive();
        }
        int cell = rows.cell(row, slot);
        if (layout.semantic(slot) == Semantic.CATEGORICAL) {
          yield contains.contains(cell);
        }
        for (int i = 1; i <= rows.items()[cell]; i++) {
          if (contains.contains(rows.items()[cell + i])) {
            yield true;
          }
        }
        yield false;
      }
      case Condition.Oblique oblique -> {
        float sum = 0;
        for (int i = 0; i < oblique.attributes().length; i++) {
          int slot = layout.slot(oblique.attributes()[i]);
          float value = rows.number(row, slot);
          if (missing(rows, row, slot)) {
            if (oblique.replacements().length == 0) {
              yield split.missingIsPositive();
            }
            value = oblique.replacements()[i];
          }
          sum += value * oblique.weights()[i];
        }
        yield sum >= oblique.threshold();
      }
      case Condition.CloserThan(int attribute, float[] anchor, float squaredDistance) -> {
        int slot = layout.slot(attribute);
        if (missing(rows, row, slot)) {
          yield split.missingIsPositive();
        }
        int cell = rows.cell(row, slot);
        int at = rows.items()[cell + 1];
        for (int i = 0; i < rows.items()[cell]; i++, at += anchor.length) {
          float distance = 0;
          for (int j = 0; j < anchor.length; j++) {
            float difference = rows.vectors()[at + j] - anchor[j];
            distance += difference * difference;
          }
          if (distance <= squaredDistance) {
            yield true;
          }
        }
        yield false;
      }
      case Condition.ProjectedMoreThan(int attribute, float[] anchor, float threshold) -> {
        int slot = layout.slot(attribute);
        if (missing(rows, row, slot)) {
          yield split.missingIsPositive();
        }
        int cell = rows.cell(row, slot);
        int at = rows.items()[cell + 1];
        for (int i = 0; i < rows.items()[cell]; i++, at += anchor.length) {
          float product = 0;
          for (int j = 0; j < anchor.length; j++) {
            product += rows.vectors()[at + j] * anchor[j];
          }
          if (product >= threshold) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  private boolean missing(Rows rows, int row, int slot) {
    return layout.semantic(slot) == Semantic.NUMERICAL
        ? Float.isNaN(rows.number(row, slot))
        : rows.cell(row, slot) == Rows.MISSING;
  }
}
