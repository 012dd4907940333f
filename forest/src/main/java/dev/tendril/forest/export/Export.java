package dev.tendril.forest.export;

import dev.tendril.forest.tree.Forest;

/// Writes forests as source code that needs neither Tendril nor anything else.
public final class Export {
  private Export() {}

  /// A forest as the source of one Java class, for Java 8 and newer.
  ///
  /// @param name of the class, with its package if it is to be in one
  /// @throws IllegalArgumentException when the name cannot name a class
  public static String java(Forest forest, String name) {
    return JavaSource.of(forest, name);
  }

  /// A forest as a header of C99.
  ///
  /// @param prefix of all names in it
  /// @throws IllegalArgumentException when no name can begin so
  public static String c(Forest forest, String prefix) {
    return CHeader.of(forest, prefix);
  }

  /// A forest as a header of C99 without floating point; the header says what its numbers mean and
  /// how far they may be off.
  ///
  /// @param prefix of all names in it
  /// @param bits of an input, 16 or 32
  /// @throws IllegalArgumentException when no name can begin so, when there is another number of
  ///     bits, or when the forest has conditions on sequences of vectors
  public static String integerC(Forest forest, String prefix, int bits) {
    return IntegerCHeader.of(forest, prefix, bits);
  }
}
