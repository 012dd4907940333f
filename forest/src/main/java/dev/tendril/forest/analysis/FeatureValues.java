package dev.tendril.forest.analysis;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.Vocabulary;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// A column of a feature as numbers that one can go through: a number itself, the index of a
/// category, 0 and 1 for truth values, NaN for missing.
///
/// @param field the field of the model
/// @param values a number a row
record FeatureValues(Field field, double[] values) {
  /// Whether the predictions can be drawn over the values of such a feature.
  static boolean suits(Field field) {
    return switch (field.semantic()) {
      case NUMERICAL, DISCRETIZED_NUMERICAL, CATEGORICAL, BOOLEAN -> true;
      case CATEGORICAL_SET, NUMERICAL_VECTOR_SEQUENCE, TEXT, HASH -> false;
    };
  }

  /// @param column in the field of the model
  static FeatureValues of(Column column) {
    double[] values = new double[column.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] = column.isMissing(row) ? Double.NaN : value(column, row);
    }
    return new FeatureValues(column.field(), values);
  }

  private static double value(Column column, int row) {
    return switch (column) {
      case NumericalColumn numbers -> numbers.value(row);
      case BooleanColumn truths -> truths.value(row);
      case CategoricalColumn categories -> categories.code(row);
      case DiscretizedColumn bins -> lowest(bins.details(), bins.bin(row));
      case CategoricalSetColumn _, VectorSequenceColumn _, TextColumn _, HashColumn _ ->
          throw new IllegalArgumentException(
              "feature \"" + column.name() + "\" is " + column.semantic() + ": expected one value");
    };
  }

  /// A number that falls in a bin.
  private static double lowest(Field.Discretized details, int bin) {
    float[] boundaries = details.boundaries();
    if (bin > 0) {
      return boundaries[bin - 1];
    }
    float least = details.numerical().min();
    return boundaries.length == 0 ? least : Math.min(least, Math.nextDown(boundaries[0]));
  }

  boolean numerical() {
    return field.details() instanceof Field.Numerical
        || field.details() instanceof Field.Discretized;
  }

  int missing() {
    return (int) Arrays.stream(values).filter(Double::isNaN).count();
  }

  /// The values to go through, without the missing one. Numbers: all where they are few, else from
  /// the first to the 99th percentile, two thirds of them quantiles, so that there are many where
  /// the rows are, and one third evenly spaced, so that no gap is wide. Categories by descending
  /// number of rows.
  ///
  /// @param most how many at most
  double[] grid(int most) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().toArray();
    if (!numerical()) {
      return byFrequency(distinct, most);
    }
    if (distinct.length <= most) {
      return distinct;
    }
    int quantiles = most * 2 / 3;
    double low = sorted[quantile(sorted.length, 0.01)];
    double high = sorted[quantile(sorted.length, 0.99)];
    DoubleStream dense =
        IntStream.range(0, quantiles)
            .mapToDouble(i -> sorted[quantile(sorted.length, 0.01 + 0.98 * i / (quantiles - 1))]);
    DoubleStream even =
        IntStream.range(1, most - quantiles)
            .mapToDouble(i -> low + (high - low) * i / (most - quantiles));
    return DoubleStream.concat(dense, even).sorted().distinct().toArray();
  }

  private double[] byFrequency(double[] distinct, int most) {
    if (field.details() instanceof Field.Bool) {
      return new double[] {0, 1};
    }
    Map<Double, Integer> counts = new HashMap<>();
    for (double value : values) {
      counts.merge(value, 1, Integer::sum);
    }
    Comparator<Double> order =
        Comparator.<Double>comparingInt(value -> -counts.getOrDefault(value, 0))
            .thenComparing(Comparator.naturalOrder());
    return Arrays.stream(distinct)
        .boxed()
        .sorted(order)
        .limit(most)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static int quantile(int n, double share) {
    return (int) Math.round(share * (n - 1));
  }

  /// A column of given values.
  ///
  /// @param given as in [#values]
  Column column(double[] given) {
    return switch (field.details()) {
      case Field.Numerical _ -> new NumericalColumn(field, floats(given));
      case Field.Discretized _ -> DiscretizedColumn.of(field, floats(given));
      case Field.Categorical _ ->
          new CategoricalColumn(
              field,
              Arrays.stream(given)
                  .mapToInt(v -> Double.isNaN(v) ? Vocabulary.MISSING : (int) v)
                  .toArray());
      case Field.Bool _ -> {
        byte[] truths = new byte[given.length];
        for (int i = 0; i < truths.length; i++) {
          truths[i] = Double.isNaN(given[i]) ? BooleanColumn.MISSING : (byte) given[i];
        }
        yield new BooleanColumn(field, truths);
      }
      case Field.CategoricalSet _, Field.VectorSequence _, Field.Text _, Field.Hash _ ->
          throw new IllegalArgumentException(
              "feature \"" + field.name() + "\" is " + field.semantic() + ": expected one value");
    };
  }

  private static float[] floats(double[] given) {
    float[] floats = new float[given.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) given[i];
    }
    return floats;
  }

  /// The value of a row in words, also a category that is not in the vocabulary.
  static String shown(Column column, int row) {
    if (column instanceof CategoricalColumn categories && !column.isMissing(row)) {
      return String.valueOf(categories.text(row));
    }
    FeatureValues alone = of(column.select(new int[] {row}));
    return alone.label(alone.values[0]);
  }

  /// A value in words.
  String label(double value) {
    if (Double.isNaN(value)) {
      return Dependence.MISSING;
    }
    return switch (field.details()) {
      case Field.Categorical(Vocabulary vocabulary) ->
          value == 0 ? "(other)" : vocabulary.item((int) value);
      case Field.Bool _ -> value == 1 ? "true" : "false";
      case Field.Numerical _, Field.Discretized _ -> Figures.number(value);
      case Field.CategoricalSet _, Field.VectorSequence _, Field.Text _, Field.Hash _ -> "";
    };
  }
}
