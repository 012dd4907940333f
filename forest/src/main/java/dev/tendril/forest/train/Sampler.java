package dev.tendril.forest.train;

import dev.tendril.forest.options.RandomForestParameters;
import java.util.Arrays;

/// Draws the rows of one tree of a random forest.
final class Sampler {
  private Sampler() {}

  /// How often each row is in the sample (Breiman 2001: as many draws with replacement as there are
  /// rows).
  ///
  /// @param part of the sample that is to be drawn
  static int[] draw(RandomForestParameters parameters, double part, int rows, SplitMix random) {
    int[] multiplicity = new int[rows];
    if (!parameters.bootstrapTrainingDataset) {
      Arrays.fill(multiplicity, 1);
      return multiplicity;
    }
    int size = (int) Math.max(1, Math.round(part * parameters.bootstrapSizeRatio * rows));
    if (parameters.samplingWithReplacement) {
      for (int i = 0; i < size; i++) {
        multiplicity[random.nextInt(rows)]++;
      }
    } else {
      int left = size;
      for (int row = 0; row < rows; row++) {
        if (random.nextDouble() * (rows - row) < left) {
          multiplicity[row] = 1;
          left--;
        }
      }
    }
    return multiplicity;
  }

  /// By row of the table: 1 for these rows, 0 for the others.
  static int[] marks(int[] rows, int tableRows) {
    int[] marks = new int[tableRows];
    for (int row : rows) {
      marks[row] = 1;
    }
    return marks;
  }

  /// The rows that are in a sample, ascending.
  static int[] present(int[] multiplicity) {
    int[] rows = new int[multiplicity.length + 1];
    int n = 0;
    for (int row = 0; row < multiplicity.length; row++) {
      rows[n] = row;
      n += multiplicity[row] > 0 ? 1 : 0;
    }
    return Arrays.copyOf(rows, n);
  }
}
