package dev.tendril.forest.analysis;

import java.util.List;

/// What an analysis computes, and on how many rows at most.
public final class AnalysisOptions {
  /// The most rows that plots and Shapley values are computed on; more are sampled.
  public int maxRows = 1000;

  /// The most rows that features are shuffled on and neighbors are looked for among; more are
  /// sampled.
  public int maxShuffledRows = 10_000;

  /// How often each feature is shuffled.
  public int repeats = 5;

  /// The seed of samples and shuffles.
  public long seed = 1;

  /// The most features with plots, the most important first.
  public int maxPlots = 20;

  /// Rows of the table, from 0, whose predictions are explained one by one.
  public List<Integer> explained = List.of();

  /// @throws IllegalArgumentException naming the option, its value and what is legal
  void validate(int rows) {
    atLeast("maxRows", maxRows, 1);
    atLeast("maxShuffledRows", maxShuffledRows, 1);
    atLeast("repeats", repeats, 1);
    atLeast("maxPlots", maxPlots, 0);
    for (int row : explained) {
      if (row < 0 || row >= rows) {
        throw new IllegalArgumentException(
            "row " + row + " cannot be explained: the table has rows 0 to " + (rows - 1));
      }
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "analysis option " + name + " cannot be " + value + ": expected at least " + least);
    }
  }
}
