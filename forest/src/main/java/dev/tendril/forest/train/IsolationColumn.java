package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import org.jspecify.annotations.Nullable;

/// A source of random tests on the rows of a node, such as a column. Immutable, so that threads can
/// share it.
interface IsolationColumn {
  /// A random test.
  ///
  /// @param missingIsPositive where rows go whose tested value is missing
  record Test(Condition condition, boolean missingIsPositive) {}

  /// Draws a test that some rows of the node pass and others do not.
  ///
  /// @param rows the node's are those from `from` to `to`
  /// @param side receives 1 for rows that pass, 0 for the others, by row of the table
  /// @return null when none is found, as when all rows have the same value
  @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side);

  /// @param index position of the column in the schema
  static IsolationColumn of(int index, Column column, MissingValuePolicy policy) {
    return switch (column) {
      case NumericalColumn numbers ->
          new IsolationNumbers(new NumberReader(index, numbers, policy));
      case BooleanColumn flags -> IsolationKeys.of(index, flags, policy);
      case CategoricalColumn values -> IsolationKeys.of(index, values, policy);
      case DiscretizedColumn bins -> IsolationKeys.of(index, bins, policy);
      case CategoricalSetColumn sets -> new IsolationItems(index, sets);
      case TextColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw new IllegalArgumentException(
              "a " + column.semantic() + " column cannot be learned from");
    };
  }
}
