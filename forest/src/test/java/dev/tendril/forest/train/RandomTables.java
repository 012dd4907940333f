package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Tables of every kind of column, with missing values and a label that depends on them.
final class RandomTables {
  private final Random random;
  private final int rows;
  private final double missing;

  RandomTables(long seed, int rows, double missing) {
    this.random = new Random(seed);
    this.rows = rows;
    this.missing = missing;
  }

  /// @param classes the number of classes of column `label`; 0: a number
  Frame draw(int classes) {
    List<Column> columns = new ArrayList<>();
    double[] signal = new double[rows];
    columns.add(numbers("smooth", signal, 1000000));
    columns.add(numbers("coarse", signal, 6));
    columns.add(categories("color", signal, 5));
    columns.add(categories("town", signal, 60));
    columns.add(flags("flag", signal));
    columns.add(words("words", signal));
    columns.add(numbers("noise", new double[rows], 50));
    columns.add(classes == 0 ? numberLabel("label", signal) : classLabel("label", signal, classes));
    return Frame.of(columns);
  }

  private boolean absent() {
    return random.nextDouble() < missing;
  }

  private Column numbers(String name, double[] signal, int distinct) {
    float[] values = new float[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = (float) random.nextInt(distinct) / distinct;
      signal[row] += values[row];
      if (absent()) {
        values[row] = Float.NaN;
      }
    }
    return NumericalColumn.of(name, values);
  }

  private Column categories(String name, double[] signal, int arity) {
    List<@Nullable String> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int value = random.nextInt(arity);
      signal[row] += value * 7 % arity / (double) arity;
      values.add(absent() ? null : name + value);
    }
    return CategoricalColumn.of(name, values, VocabularyLimits.DEFAULT);
  }

  private Column flags(String name, double[] signal) {
    byte[] values = new byte[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = (byte) random.nextInt(2);
      signal[row] += 0.5 * values[row];
      if (absent()) {
        values[row] = BooleanColumn.MISSING;
      }
    }
    return BooleanColumn.of(name, values);
  }

  private Column words(String name, double[] signal) {
    List<@Nullable List<String>> sets = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<String> set = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        int word = random.nextInt(30);
        set.add("w" + word);
        signal[row] += word < 4 ? 1 : 0;
      }
      sets.add(absent() ? null : set);
    }
    return CategoricalSetColumn.of(name, sets, VocabularyLimits.DEFAULT);
  }

  private Column numberLabel(String name, double[] signal) {
    float[] values = new float[rows];
    for (int row = 0; row < rows; row++) {
      values[row] = (float) (10 * signal[row] + random.nextGaussian());
    }
    return NumericalColumn.of(name, values);
  }

  private Column classLabel(String name, double[] signal, int classes) {
    List<@Nullable String> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int value = (int) (signal[row] + 0.5 * random.nextGaussian());
      values.add("c" + Math.clamp(value, 0, classes - 1));
    }
    return CategoricalColumn.of(name, values, VocabularyLimits.NONE);
  }
}
