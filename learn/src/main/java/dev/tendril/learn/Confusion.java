package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How much weight of each true class was predicted as each class.
///
/// @param truths the rows of the table: the classes and, where the evaluated rows have labels that
///     the model does not know, [#OTHER]
/// @param classes the columns of the table: the model's classes
/// @param table by true class, then by predicted class
public record Confusion(List<String> truths, List<String> classes, double[][] table) {
  /// The true class of rows whose label the model does not know.
  public static final String OTHER = "(other)";

  public Confusion {
    truths = List.copyOf(truths);
    classes = List.copyOf(classes);
    table = Arrays.stream(table).map(double[]::clone).toArray(double[][]::new);
  }

  static Confusion of(Examples examples) {
    int classes = examples.classes().size();
    double[][] table = new double[classes + 1][classes];
    boolean other = false;
    for (int row = 0; row < examples.rows(); row++) {
      int truth = examples.classOf(row);
      other |= truth == classes;
      table[truth][examples.predictions().classIndex(row)] += examples.weight(row);
    }
    List<String> truths = new ArrayList<>(examples.classes());
    if (other) {
      truths.add(OTHER);
    }
    return new Confusion(truths, examples.classes(), Arrays.copyOf(table, truths.size()));
  }

  /// The weight of the rows of a true class that were predicted as a class.
  public double count(String truth, String predicted) {
    return table[index(truths, truth)][index(classes, predicted)];
  }

  /// The weight of all rows.
  public double total() {
    return Arrays.stream(table).mapToDouble(row -> Arrays.stream(row).sum()).sum();
  }

  /// The weight of the rows that were predicted right.
  public double correct() {
    double correct = 0;
    for (int i = 0; i < classes.size(); i++) {
      correct += table[i][i];
    }
    return correct;
  }

  /// The share of the rows predicted as a class that are of it; NaN when none was.
  public double precision(String name) {
    int i = index(classes, name);
    return table[i][i] / Arrays.stream(table).mapToDouble(row -> row[i]).sum();
  }

  /// The share of the rows of a class that were predicted as it; NaN when there are none.
  public double recall(String name) {
    int i = index(classes, name);
    return table[i][i] / truth(i);
  }

  /// The harmonic mean of precision and recall.
  public double f1(String name) {
    double precision = precision(name);
    double recall = recall(name);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /// The weight of the rows of a true class, by its position in [#truths].
  double truth(int i) {
    return Arrays.stream(table[i]).sum();
  }

  private static int index(List<String> names, String name) {
    int i = names.indexOf(name);
    if (i < 0) {
      throw new IllegalArgumentException("there is no class \"" + name + "\" among " + names);
    }
    return i;
  }
}
