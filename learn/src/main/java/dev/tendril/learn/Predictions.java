package dev.tendril.learn;

import java.util.List;

/// What a model says about the rows of a table: for classification a probability for every class,
/// else one value a row. The values are not copied: read only.
public final class Predictions {
  private final Task task;
  private final List<String> classes;
  private final float[] values;
  private final int width;

  /// @param classes the classes of a classification, empty for other tasks
  /// @param values row by row, one per class or one
  public Predictions(Task task, List<String> classes, float[] values) {
    this.task = task;
    this.classes = List.copyOf(classes);
    this.values = values;
    this.width = Math.max(1, classes.size());
  }

  public Task task() {
    return task;
  }

  public List<String> classes() {
    return classes;
  }

  public int rows() {
    return values.length / width;
  }

  /// The predicted value of a row: of a classification the probability of its most probable class.
  public float value(int row) {
    return classes.isEmpty() ? values[row] : probability(row, classIndex(row));
  }

  /// The probability that a row is of a class, by the class's position in [#classes].
  public float probability(int row, int classIndex) {
    return values[row * width + classIndex];
  }

  /// The position of the most probable class; the first of equals.
  public int classIndex(int row) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (values[row * width + i] > values[row * width + best]) {
        best = i;
      }
    }
    return best;
  }

  /// The name of the most probable class.
  public String label(int row) {
    return classes.get(classIndex(row));
  }

  /// All values, row by row.
  public float[] values() {
    return values;
  }
}
