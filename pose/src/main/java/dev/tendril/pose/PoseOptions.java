package dev.tendril.pose;

/// How poses are found; one kind for each family of models.
public sealed interface PoseOptions permits MoveNetOptions, BlazePoseOptions {
  /// The number of threads of a network's run; 0 for one per processor.
  int threads();

  /// Checks a value that a user gave.
  static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " cannot be " + value + ": expected " + expected);
    }
  }
}
