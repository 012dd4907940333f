package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import java.util.Map;

/// In which direction predictions have to follow which features.
///
/// @param byColumn by position of the column in the schema: 1 rising, -1 falling; those not there
///     are free
record Directions(Map<Integer, Integer> byColumn) {
  static final Directions NONE = new Directions(Map.of());

  Directions {
    byColumn = Map.copyOf(byColumn);
  }

  boolean none() {
    return byColumn.isEmpty();
  }

  /// @return 1, -1, or 0 for a feature that is free
  int of(int column) {
    return none() ? 0 : byColumn.getOrDefault(column, 0);
  }

  /// In which direction predictions have to change from the negative to the positive side. The
  /// weights of a projection have the signs of the directions, so that it has to be followed
  // upward.
  int of(Condition condition) {
    return switch (condition) {
      case Condition.AtLeast(int column, _) -> of(column);
      case Condition.BinAtLeast(int column, _) -> of(column);
      case Condition.IsTrue(int column) -> of(column);
      case Condition.Oblique oblique ->
          Arrays.stream(oblique.attributes()).anyMatch(column -> of(column) != 0) ? 1 : 0;
      case Condition.IsMissing _,
          Condition.Contains _,
          Condition.CloserThan _,
          Condition.ProjectedMoreThan _ ->
          0;
    };
  }
}
