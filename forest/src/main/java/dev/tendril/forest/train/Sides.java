package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;

/// Evaluates the condition of a [Cut] on training rows. Missing values go where the cut says, which
/// under global imputation is where their replacement goes.
final class Sides {
  private Sides() {}

  /// Writes 1 for every row that goes to the positive side, 0 for the others.
  static void mark(
      TrainingTable table, Cut cut, int[] rows, int from, int to, byte[] side, Scratch scratch) {
    if (cut.condition() instanceof Condition.Oblique oblique) {
      ObliqueSearch.mark(table, oblique, rows, from, to, scratch.floats(), side);
      return;
    }
    byte absent = (byte) (cut.missingIsPositive() ? 1 : 0);
    Attribute attribute = table.attributes().get(cut.attribute());
    if (cut.condition() instanceof Condition.IsMissing) {
      boolean[] missing = attribute.missing();
      for (int i = from; i < to; i++) {
        side[rows[i]] = (byte) (missing != null && missing[rows[i]] ? 1 : 0);
      }
      return;
    }
    switch (attribute) {
      case Attribute.Numerical numerical ->
          markFrom(numerical.keys(), cut.firstKey(), absent, rows, from, to, side);
      case Attribute.Categorical categorical -> {
        if (cut.condition() instanceof Condition.Contains contains) {
          markIn(
              categorical.keys(),
              mask(contains, categorical.arity()),
              absent,
              rows,
              from,
              to,
              side);
        } else {
          markFrom(categorical.keys(), 1, absent, rows, from, to, side);
        }
      }
      case Attribute.Vectors vectors ->
          SequenceTest.of(cut.condition()).mark(vectors, rows, from, to, side);
      case Attribute.Items items -> {
        byte[] in = mask((Condition.Contains) cut.condition(), items.arity());
        for (int i = from; i < to; i++) {
          side[rows[i]] = shares(items, rows[i], in);
        }
      }
    }
  }

  private static void markFrom(
      int[] keys, int first, byte absent, int[] rows, int from, int to, byte[] side) {
    for (int i = from; i < to; i++) {
      int key = keys[rows[i]];
      side[rows[i]] = key < 0 ? absent : (byte) (1 + ((key - first) >> 31));
    }
  }

  private static void markIn(
      int[] keys, byte[] in, byte absent, int[] rows, int from, int to, byte[] side) {
    for (int i = from; i < to; i++) {
      int key = keys[rows[i]];
      side[rows[i]] = key < 0 ? absent : in[key];
    }
  }

  private static byte shares(Attribute.Items items, int row, byte[] in) {
    for (int k = items.starts()[row]; k < items.starts()[row + 1]; k++) {
      if (in[items.items()[k]] == 1) {
        return 1;
      }
    }
    return 0;
  }

  private static byte[] mask(Condition.Contains contains, int arity) {
    byte[] in = new byte[arity];
    Arrays.stream(contains.values()).forEach(value -> in[value] = 1);
    return in;
  }
}
