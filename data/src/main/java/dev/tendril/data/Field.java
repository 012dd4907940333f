package dev.tendril.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is known of a column: its name, its semantic, and the statistics that learners and models
/// rely on.
///
/// @param name the column's name
/// @param manual whether a user chose the semantic, rather than inference
/// @param rows the number of rows that the statistics were computed on
/// @param missing how many of them had no value
/// @param details what the semantic adds
public record Field(String name, boolean manual, long rows, long missing, Details details) {

  /// The part of a field that depends on its semantic.
  public sealed interface Details {
    Semantic semantic();
  }

  /// Statistics over the values that are not missing; all zero when there are none.
  ///
  /// @param mean arithmetic mean, by compensated summation
  /// @param sd population standard deviation
  public record Numerical(double mean, float min, float max, double sd) implements Details {
    public static final Numerical NONE = new Numerical(0, 0, 0, 0);

    @Override
    public Semantic semantic() {
      return Semantic.NUMERICAL;
    }
  }

  public record Categorical(Vocabulary vocabulary) implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.CATEGORICAL;
    }
  }

  /// @param minSize the size of the smallest set
  /// @param maxSize the size of the largest set
  public record CategoricalSet(Vocabulary vocabulary, int minSize, int maxSize) implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.CATEGORICAL_SET;
    }
  }

  public record Bool(long trues, long falses) implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.BOOLEAN;
    }

    /// What stands in for a missing value: the more frequent one, true on a tie.
    public boolean mostFrequent() {
      return trues >= falses;
    }
  }

  public record Text(long distinct) implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.TEXT;
    }
  }

  public record Hash() implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.HASH;
    }
  }

  /// @param boundaries ascending; a value falls in the bin whose index is the number of boundaries
  ///     not above it
  /// @param distinct the number of distinct values before binning
  /// @param maxBins the number of bins asked for
  public record Discretized(Numerical numerical, float[] boundaries, long distinct, int maxBins)
      implements Details {
    public Discretized {
      boundaries = boundaries.clone();
    }

    @Override
    public Semantic semantic() {
      return Semantic.DISCRETIZED_NUMERICAL;
    }

    /// A number that falls in a bin: its lowest, or for the first bin one below the others.
    float representative(int bin) {
      if (boundaries.length == 0) {
        return numerical.min();
      }
      return bin > 0
          ? boundaries[bin - 1]
          : Math.min(numerical.min(), Math.nextDown(boundaries[0]));
    }

    /// The bin of a value.
    public int bin(float value) {
      int at = Arrays.binarySearch(boundaries, value);
      return at >= 0 ? at + 1 : -at - 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Discretized that
          && numerical.equals(that.numerical)
          && Arrays.equals(boundaries, that.boundaries)
          && distinct == that.distinct
          && maxBins == that.maxBins;
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(boundaries);
    }
  }

  /// @param length the length of every vector
  /// @param minVectors the fewest vectors in a row
  /// @param maxVectors the most vectors in a row
  public record VectorSequence(int length, int minVectors, int maxVectors) implements Details {
    @Override
    public Semantic semantic() {
      return Semantic.NUMERICAL_VECTOR_SEQUENCE;
    }
  }

  public Semantic semantic() {
    return details.semantic();
  }

  /// The vocabulary of a categorical or categorical-set field.
  public Vocabulary vocabulary() {
    return switch (details) {
      case Categorical categorical -> categorical.vocabulary();
      case CategoricalSet set -> set.vocabulary();
      case Numerical _, Bool _, Text _, Hash _, Discretized _, VectorSequence _ ->
          throw new DataException(
              "column \"" + name + "\" is " + semantic() + " and has no vocabulary");
    };
  }

  public Field withManual(boolean chosen) {
    return new Field(name, chosen, rows, missing, details);
  }
}
