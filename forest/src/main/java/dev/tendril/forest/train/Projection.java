package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import java.util.List;

/// A weighted sum of numerical attributes, computed as predictions compute it: in 32-bit floats, in
/// the order of the attributes, with the mean of the training rows for what is missing.
///
/// @param attributes ascending by column
record Projection(Attribute.Numerical[] attributes, float[] weights) {

  /// The sum that a condition tests.
  static Projection of(TrainingTable table, Condition.Oblique condition) {
    List<Attribute> all = table.attributes();
    Attribute.Numerical[] attributes =
        Arrays.stream(condition.attributes())
            .mapToObj(column -> (Attribute.Numerical) all.get(table.attribute(column)))
            .toArray(Attribute.Numerical[]::new);
    return new Projection(attributes, condition.weights());
  }

  /// Writes the sums of a range of rows.
  void values(int[] rows, int from, int to, float[] sums) {
    Arrays.fill(sums, 0, to - from, 0);
    for (int i = 0; i < attributes.length; i++) {
      if (attributes[i].missing() == null) {
        add(attributes[i].values(), weights[i], rows, from, to, sums);
      } else {
        addPresent(attributes[i], weights[i], rows, from, to, sums);
      }
    }
  }

  private static void add(
      float[] values, float weight, int[] rows, int from, int to, float[] sums) {
    for (int i = from; i < to; i++) {
      sums[i - from] += values[rows[i]] * weight;
    }
  }

  private static void addPresent(
      Attribute.Numerical attribute, float weight, int[] rows, int from, int to, float[] sums) {
    float[] values = attribute.values();
    float replacement = attribute.replacement();
    for (int i = from; i < to; i++) {
      float value = values[rows[i]];
      sums[i - from] += (Float.isNaN(value) ? replacement : value) * weight;
    }
  }

  /// The test whether the sum is at least a threshold.
  Condition.Oblique condition(float threshold) {
    int[] columns = new int[attributes.length];
    float[] replacements = new float[attributes.length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = attributes[i].column();
      replacements[i] = attributes[i].replacement();
    }
    return new Condition.Oblique(columns, weights, threshold, replacements);
  }
}
