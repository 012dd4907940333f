package dev.tendril.forest.train;

import dev.tendril.data.Field;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;

/// Reads the numbers of a node's rows, with something in the place of those that are missing.
///
/// @param index position of the column in the schema
record NumberReader(int index, NumericalColumn column, MissingValuePolicy policy) {

  /// @param into receives the numbers of the rows, from position 0
  /// @return what stands in for a missing number in predictions
  float read(int[] rows, int from, int to, SplitMix random, float[] into) {
    int n = 0;
    int present = 0;
    double sum = 0;
    for (int i = from; i < to; i++) {
      float value = column.value(rows[i]);
      into[n++] = value;
      if (!Float.isNaN(value)) {
        present++;
        sum += value;
      }
    }
    boolean global = policy == MissingValuePolicy.GLOBAL_IMPUTATION || present == 0;
    float replacement = global ? mean() : (float) (sum / present);
    if (present < n) {
      fill(into, n, present, replacement, global, random);
    }
    return replacement;
  }

  private void fill(
      float[] values, int n, int present, float replacement, boolean global, SplitMix random) {
    float[] drawnFrom = {};
    if (!global && policy == MissingValuePolicy.RANDOM_LOCAL_IMPUTATION) {
      drawnFrom = new float[present];
      int at = 0;
      for (int i = 0; i < n; i++) {
        if (!Float.isNaN(values[i])) {
          drawnFrom[at++] = values[i];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (Float.isNaN(values[i])) {
        values[i] =
            drawnFrom.length > 0 ? drawnFrom[random.nextInt(drawnFrom.length)] : replacement;
      }
    }
  }

  private float mean() {
    return column.field().details() instanceof Field.Numerical statistics
        ? (float) statistics.mean()
        : 0;
  }
}
