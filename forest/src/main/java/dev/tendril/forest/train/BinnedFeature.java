package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;

/// How the values of one feature fall into bins, which histograms count.
///
/// @param column the position of the column in the schema
/// @param bins the number of bins of values
/// @param cuts of numbers the lowest value of every bin but the first, ascending; otherwise empty
/// @param replacement the bin that a missing value counts to
/// @param gaps whether missing values have a bin of their own, number `bins`, so that splits can
///     test for them
record BinnedFeature(int column, Kind kind, int bins, float[] cuts, int replacement, boolean gaps) {

  /// What is in the bins.
  enum Kind {
    /// Ranges of numbers.
    NUMBER,
    /// The bins of a discretized column.
    DISCRETIZED,
    /// Categories.
    CATEGORY,
    /// False and true.
    FLAG
  }

  /// The number of sums that a histogram keeps of the feature.
  int sums() {
    return gaps ? bins + 1 : bins;
  }

  /// The condition that the bin is at least this one.
  Condition atLeast(int bin) {
    return switch (kind) {
      case NUMBER -> new Condition.AtLeast(column, cuts[bin - 1]);
      case DISCRETIZED -> new Condition.BinAtLeast(column, bin);
      case FLAG -> new Condition.IsTrue(column);
      case CATEGORY -> throw new IllegalStateException("categories have no order");
    };
  }

  /// A cut in the middle between two bins.
  ///
  /// @param at position of the feature in the table
  Cut between(int below, int above, double score, int at) {
    int first = (below + above + 1) / 2;
    return new Cut(score, at, atLeast(first), replacement >= first, first);
  }

  /// Writes by bin whether it goes to the positive side of a cut: 1 or 0.
  void sides(Cut cut, byte[] side) {
    Arrays.fill(side, 0, sums(), (byte) 0);
    switch (cut.condition()) {
      case Condition.IsMissing _ -> {
        side[bins] = 1;
        return;
      }
      case Condition.Contains contains -> {
        for (int value : contains.values()) {
          side[value] = 1;
        }
      }
      default -> Arrays.fill(side, cut.firstKey(), bins, (byte) 1);
    }
    if (gaps) {
      side[bins] = (byte) (cut.missingIsPositive() ? 1 : 0);
    }
  }
}
