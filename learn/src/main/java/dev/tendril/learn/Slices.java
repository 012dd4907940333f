package dev.tendril.learn;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.learn.Evaluation.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parts rows by the values of a column.
final class Slices {
  private Slices() {}

  static List<Slice> of(Examples examples, Column column, EvaluationOptions options) {
    Map<String, List<Integer>> rowsOf = new LinkedHashMap<>();
    List<Integer> missing = new ArrayList<>();
    double[] bounds =
        column instanceof NumericalColumn numbers ? quartiles(numbers) : new double[0];
    for (int row = 0; row < column.rows(); row++) {
      if (column.isMissing(row)) {
        missing.add(row);
      } else {
        String value =
            column instanceof NumericalColumn numbers
                ? range(bounds, numbers.value(row))
                : Labels.text(column, row);
        rowsOf.computeIfAbsent(value, _ -> new ArrayList<>()).add(row);
      }
    }
    List<Map.Entry<String, List<Integer>>> parts = new ArrayList<>(rowsOf.entrySet());
    parts.sort(order(column));
    if (!missing.isEmpty()) {
      parts.add(Map.entry(Slice.MISSING, missing));
    }
    List<Slice> slices = new ArrayList<>(parts.size());
    for (Map.Entry<String, List<Integer>> part : parts) {
      int[] rows = part.getValue().stream().mapToInt(Integer::intValue).toArray();
      Examples slice = examples.rows(rows);
      slices.add(
          new Slice(part.getKey(), rows.length, slice.totalWeight(), slice.measure(options)));
    }
    return List.copyOf(slices);
  }

  private static Comparator<Map.Entry<String, List<Integer>>> order(Column column) {
    if (column instanceof NumericalColumn numbers) {
      return Comparator.comparingDouble(part -> numbers.value(part.getValue().getFirst()));
    }
    if (column instanceof BooleanColumn) {
      return Map.Entry.comparingByKey();
    }
    return Comparator.<Map.Entry<String, List<Integer>>>comparingInt(
            part -> -part.getValue().size())
        .thenComparing(Map.Entry.comparingByKey());
  }

  /// Smallest value, quartiles and largest value, without repeats.
  private static double[] quartiles(NumericalColumn column) {
    double[] sorted = new double[column.rows()];
    int n = 0;
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isMissing(row)) {
        sorted[n++] = column.value(row);
      }
    }
    double[] present = Arrays.copyOf(sorted, n);
    Arrays.sort(present);
    return n == 0
        ? present
        : Arrays.stream(new double[] {0, 0.25, 0.5, 0.75, 1})
            .map(share -> Bootstrap.quantile(present, share))
            .distinct()
            .toArray();
  }

  private static String range(double[] bounds, double value) {
    if (bounds.length == 1) {
      return Numbers.text(bounds[0]);
    }
    int above = 1;
    while (above < bounds.length - 1 && value > bounds[above]) {
      above++;
    }
    return (above == 1 ? "[" : "(")
        + Numbers.text(bounds[above - 1])
        + ", "
        + Numbers.text(bounds[above])
        + "]";
  }

  /// A column with the values of all parts, for slicing: numerical or boolean if all parts are,
  /// else of their texts.
  static Column concatenate(List<Column> parts) {
    String name = parts.getFirst().name();
    int rows = parts.stream().mapToInt(Column::rows).sum();
    float[] numbers = new float[rows];
    byte[] truths = new byte[rows];
    List<@Nullable String> texts = new ArrayList<>(rows);
    boolean numerical = true;
    boolean truth = true;
    for (Column part : parts) {
      numerical &= part instanceof NumericalColumn;
      truth &= part instanceof BooleanColumn;
      for (int row = 0; row < part.rows(); row++) {
        if (part instanceof NumericalColumn number) {
          numbers[texts.size()] = number.value(row);
        } else if (part instanceof BooleanColumn bool) {
          truths[texts.size()] = bool.value(row);
        }
        texts.add(part.isMissing(row) ? null : Labels.text(part, row));
      }
    }
    return numerical
        ? NumericalColumn.of(name, numbers)
        : truth
            ? BooleanColumn.of(name, truths)
            : CategoricalColumn.of(name, texts, VocabularyLimits.NONE);
  }
}
