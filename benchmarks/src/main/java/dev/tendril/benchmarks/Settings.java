package dev.tendril.benchmarks;

/// The hyper-parameters that every contestant matches as near as it can.
///
/// @param depth the most conditions between the root and a leaf
/// @param minExamples the fewest rows of a leaf
/// @param columns how many columns are searched at a node; 0: all
/// @param rate the learning rate of boosting
/// @param l2 L2 regularization of leaf values
public record Settings(
    Kind kind,
    int trees,
    int depth,
    int minExamples,
    int columns,
    double rate,
    double l2,
    int threads,
    long seed) {

  /// The two kinds of forest.
  public enum Kind {
    GBT,
    RF
  }

  /// @param columns the number of columns of the table
  public static Settings of(Kind kind, int columns, int threads) {
    return switch (kind) {
      case GBT -> new Settings(kind, 100, 6, 5, 0, 0.1, 1, threads, 42);
      case RF ->
          new Settings(kind, 100, 16, 5, (int) Math.round(Math.sqrt(columns)), 1, 0, threads, 42);
    };
  }
}
