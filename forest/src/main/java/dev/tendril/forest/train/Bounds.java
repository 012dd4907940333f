package dev.tendril.forest.train;

/// Between which values the leaves below a node have to stay, so that predictions follow a feature
/// in one direction: Newton steps before shrinkage.
///
/// A split on a constrained feature parts the range of its node at a value between the steps of its
/// sides; whatever is grown on the lower side stays below, on the higher side above. Splits on
/// other features hand the range on to both sides.
record Bounds(double least, double most) {
  static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  boolean none() {
    return least == Double.NEGATIVE_INFINITY && most == Double.POSITIVE_INFINITY;
  }

  double clamp(double step) {
    return Math.max(least, Math.min(most, step));
  }

  /// The range of one side of a split.
  ///
  /// @param direction 1: the side that stays above the middle; -1: the one below
  /// @param middle within these bounds
  Bounds side(int direction, double middle) {
    return direction > 0 ? new Bounds(middle, most) : new Bounds(least, middle);
  }
}
