package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Schema;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds the leaf of a row while training is under way, for rows that a tree was not grown on. It
/// knows the conditions that growing makes.
final class TreeWalk {
  private final List<@Nullable Column> columns;

  /// @param schema the schema that the conditions refer to
  /// @param frame a table with the columns that they read
  TreeWalk(Schema schema, Frame frame) {
    this.columns = new ArrayList<>();
    for (String name : schema.names()) {
      columns.add(frame.schema().contains(name) ? frame.column(name) : null);
    }
  }

  Node.Leaf leaf(Tree tree, int row) {
    return leaf(tree, row, -1, row);
  }

  /// The leaf of a row in which one attribute has the value of another row.
  Node.Leaf leaf(Tree tree, int row, int borrowed, int lender) {
    Node node = tree.root();
    while (node instanceof Node.Split split) {
      node = positive(split, row, borrowed, lender) ? split.positive() : split.negative();
    }
    return (Node.Leaf) node;
  }

  /// Whether a row goes to the positive side of a split.
  boolean positive(Node.Split split, int row) {
    return positive(split, row, -1, row);
  }

  private boolean positive(Node.Split split, int row, int borrowed, int lender) {
    if (split.condition() instanceof Condition.Oblique oblique) {
      float sum = 0;
      for (int i = 0; i < oblique.attributes().length; i++) {
        int attribute = oblique.attributes()[i];
        float value =
            ((NumericalColumn) column(attribute)).value(attribute == borrowed ? lender : row);
        sum += (Float.isNaN(value) ? oblique.replacements()[i] : value) * oblique.weights()[i];
      }
      return sum >= oblique.threshold();
    }
    int attribute = attribute(split.condition());
    return positive(split, column(attribute), attribute == borrowed ? lender : row);
  }

  private Column column(int attribute) {
    return Objects.requireNonNull(columns.get(attribute));
  }

  private static int attribute(Condition condition) {
    return switch (condition) {
      case Condition.AtLeast c -> c.attribute();
      case Condition.Contains c -> c.attribute();
      case Condition.IsTrue c -> c.attribute();
      case Condition.IsMissing c -> c.attribute();
      case Condition.BinAtLeast c -> c.attribute();
      case Condition.CloserThan c -> c.attribute();
      case Condition.ProjectedMoreThan c -> c.attribute();
      case Condition.Oblique c -> c.attributes()[0];
    };
  }

  private static boolean positive(Node.Split split, Column column, int row) {
    if (column.isMissing(row)) {
      return split.condition() instanceof Condition.IsMissing || split.missingIsPositive();
    }
    return switch (split.condition()) {
      case Condition.AtLeast(_, float threshold) ->
          ((NumericalColumn) column).value(row) >= threshold;
      case Condition.IsTrue _ -> ((BooleanColumn) column).value(row) == 1;
      case Condition.IsMissing _ -> false;
      case Condition.BinAtLeast(_, int bin) -> ((DiscretizedColumn) column).bin(row) >= bin;
      case Condition.Contains contains ->
          column instanceof CategoricalSetColumn set
              ? shares(contains, set, row)
              : contains.contains(((CategoricalColumn) column).code(row));
      case Condition.CloserThan _, Condition.ProjectedMoreThan _ ->
          SequenceTest.of(split.condition()).positive((VectorSequenceColumn) column, row);
      case Condition.Oblique _ ->
          throw new IllegalStateException("has no single column: " + split.condition());
    };
  }

  private static boolean shares(Condition.Contains contains, CategoricalSetColumn set, int row) {
    for (int i = set.start(row); i < set.end(row); i++) {
      if (contains.contains(set.code(i))) {
        return true;
      }
    }
    return false;
  }
}
