package dev.tendril.data;

/// Which values are worth an index of their own.
///
/// @param minFrequency a value seen less often is out of vocabulary
/// @param maxSize at most this many values are kept, the most frequent ones
public record VocabularyLimits(int minFrequency, int maxSize) {
  /// The limits of columns that are learned from.
  public static final VocabularyLimits DEFAULT = new VocabularyLimits(5, 2000);

  /// Keeps every value, as labels need.
  public static final VocabularyLimits NONE = new VocabularyLimits(1, Integer.MAX_VALUE);

  public VocabularyLimits {
    if (minFrequency < 1 || maxSize < 1) {
      throw new IllegalArgumentException(
          "vocabulary limits must be at least 1; got minimum frequency "
              + minFrequency
              + " and maximum size "
              + maxSize);
    }
  }
}
