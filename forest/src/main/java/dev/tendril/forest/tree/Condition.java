package dev.tendril.forest.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The test of a [Node.Split]: true sends a row to the positive child. Attributes are column
/// positions in the schema of the forest. The vocabulary is that of the YDF format.
public sealed interface Condition {
  /// The attributes that the test reads.
  int[] attributes();

  /// The value is missing.
  record IsMissing(int attribute) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }
  }

  /// A number is at least the threshold.
  record AtLeast(int attribute, float threshold) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }
  }

  /// A truth value is true.
  record IsTrue(int attribute) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }
  }

  /// A categorical value is one of these, or a categorical set shares an item with them.
  ///
  /// @param values ascending vocabulary indices; not copied, read only
  record Contains(int attribute, int[] values) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }

    public boolean contains(int value) {
      return Arrays.binarySearch(values, value) >= 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Contains(int thatAttribute, int[] thatValues)
          && attribute == thatAttribute
          && Arrays.equals(values, thatValues);
    }

    @Override
    public int hashCode() {
      return 31 * attribute + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return "Contains[" + attribute + " in " + Arrays.toString(values) + "]";
    }
  }

  /// The bin of a discretized number is at least this one.
  record BinAtLeast(int attribute, int bin) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }
  }

  /// A weighted sum of numbers is at least the threshold; computed in 32-bit floats in the order of
  /// the list.
  ///
  /// @param replacements what stands in for a missing attribute; empty: any missing attribute makes
  ///     the whole test missing
  record Oblique(int[] attributes, float[] weights, float threshold, float[] replacements)
      implements Condition {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Oblique that
          && Arrays.equals(attributes, that.attributes)
          && Arrays.equals(weights, that.weights)
          && threshold == that.threshold
          && Arrays.equals(replacements, that.replacements);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(attributes) + Arrays.hashCode(weights);
    }
  }

  /// A vector of the sequence lies within a distance of the anchor.
  ///
  /// @param squaredDistance the square of the largest distance
  record CloserThan(int attribute, float[] anchor, float squaredDistance) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof CloserThan that
          && attribute == that.attribute
          && Arrays.equals(anchor, that.anchor)
          && squaredDistance == that.squaredDistance;
    }

    @Override
    public int hashCode() {
      return 31 * attribute + Arrays.hashCode(anchor);
    }
  }

  /// A vector of the sequence has at least this scalar product with the anchor.
  record ProjectedMoreThan(int attribute, float[] anchor, float threshold) implements Condition {
    @Override
    public int[] attributes() {
      return new int[] {attribute};
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ProjectedMoreThan that
          && attribute == that.attribute
          && Arrays.equals(anchor, that.anchor)
          && threshold == that.threshold;
    }

    @Override
    public int hashCode() {
      return 31 * attribute + Arrays.hashCode(anchor);
    }
  }
}
