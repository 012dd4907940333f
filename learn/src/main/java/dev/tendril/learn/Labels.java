package dev.tendril.learn;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the truth of rows from whatever semantic a column happens to have: a label of `0` and `1`
/// may arrive as boolean, numerical or categorical, depending on how its file was read.
final class Labels {
  private Labels() {}

  /// A column that an evaluation needs.
  ///
  /// @param role what the column is, such as `label`
  static Column column(Frame frame, String name, String role) {
    if (!frame.schema().contains(name)) {
      throw new DataException(
          "evaluating needs the "
              + role
              + " column \""
              + name
              + "\", which the table does not have; its columns are "
              + String.join(", ", frame.schema().names()));
    }
    return frame.column(name);
  }

  /// The position of every row's class among `classes` and the others after them.
  ///
  /// @param others receives the classes that are not among `classes`
  static int[] classes(Column column, List<String> classes, List<String> others) {
    Map<String, Integer> known = new HashMap<>();
    Map<Double, Integer> numbers = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      known.put(classes.get(i), i);
      double number = truth(classes.get(i));
      if (!Double.isNaN(number)) {
        numbers.putIfAbsent(number, i);
      }
    }
    int[] positions = new int[column.rows()];
    for (int row = 0; row < positions.length; row++) {
      requireValue(column, row, "label");
      Integer position =
          switch (column) {
            case CategoricalColumn _, TextColumn _ -> known.get(text(column, row));
            case NumericalColumn number -> numbers.get((double) number.value(row));
            case BooleanColumn truth -> numbers.get((double) truth.value(row));
            case CategoricalSetColumn _,
                HashColumn _,
                DiscretizedColumn _,
                VectorSequenceColumn _ ->
                throw unusable(column, "label of a classification", "categorical");
          };
      if (position == null) {
        String text = text(column, row);
        position = known.get(text);
        if (position == null) {
          position = classes.size() + others.size();
          known.put(text, position);
          others.add(text);
        }
      }
      positions[row] = position;
    }
    return positions;
  }

  /// The number that a class's name stands for: its own, or 1 and 0 for true and false; else NaN.
  private static double truth(String name) {
    String text = name.strip().toLowerCase(Locale.ROOT);
    return text.equals("true") ? 1 : text.equals("false") ? 0 : number(text);
  }

  /// Every row's value as a number.
  static double[] numbers(Column column, String role) {
    double[] values = new double[column.rows()];
    for (int row = 0; row < values.length; row++) {
      requireValue(column, row, role);
      values[row] =
          switch (column) {
            case NumericalColumn number -> number.value(row);
            case BooleanColumn truth -> truth.value(row);
            case CategoricalColumn _, TextColumn _ -> number(text(column, row));
            case CategoricalSetColumn _,
                HashColumn _,
                DiscretizedColumn _,
                VectorSequenceColumn _ ->
                throw unusable(column, role, "numerical");
          };
      if (!Double.isFinite(values[row])) {
        throw new DataException(
            place(column, row, role) + " is \"" + text(column, row) + "\": expected a number");
      }
    }
    return values;
  }

  /// Every row's weight, a number of at least 0.
  static double[] weights(Column column) {
    double[] weights = numbers(column, "weight");
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] < 0) {
        throw new DataException(
            place(column, row, "weight") + " is " + weights[row] + ": expected at least 0");
      }
    }
    return weights;
  }

  /// A number a distinct value, from 0 in order of appearance.
  static int[] groups(Column column) {
    Map<Object, Integer> seen = new HashMap<>();
    int[] groups = new int[column.rows()];
    for (int row = 0; row < groups.length; row++) {
      requireValue(column, row, "group");
      Object key = column instanceof HashColumn hash ? hash.value(row) : text(column, row);
      groups[row] = seen.computeIfAbsent(key, _ -> seen.size());
    }
    return groups;
  }

  /// 1 where a column of at most two values has the second of them, in class order: by number when
  /// all are numbers, else by text; `yes` names the second value where the order does not tell.
  static double[] second(Column column, String role, @Nullable String yes) {
    double[] found = new double[column.rows()];
    TreeSet<String> distinct = new TreeSet<>(CLASS_ORDER);
    for (int row = 0; row < found.length; row++) {
      requireValue(column, row, role);
      distinct.add(text(column, row));
    }
    if (yes == null && distinct.size() > 2) {
      throw new DataException(
          "evaluating: the "
              + role
              + " column \""
              + column.name()
              + "\" has "
              + distinct.size()
              + " different values: expected two");
    }
    String second = yes == null && distinct.size() == 2 ? distinct.last() : yes;
    for (int row = 0; row < found.length; row++) {
      found[row] = text(column, row).equals(second) ? 1 : 0;
    }
    return found;
  }

  /// Numbers ascending, then texts ascending.
  private static final Comparator<String> CLASS_ORDER =
      Comparator.comparingDouble(Labels::number).thenComparing(Comparator.naturalOrder());

  /// 1 for the rows that are marked as anomalies.
  ///
  /// @param anomaly the mark; null: a true, 1 or `1`
  static double[] anomalies(Column column, @Nullable String anomaly) {
    double[] marked = new double[column.rows()];
    for (int row = 0; row < marked.length; row++) {
      requireValue(column, row, "label");
      String text = text(column, row);
      marked[row] = (anomaly == null ? truth(text) == 1 : text.equals(anomaly)) ? 1 : 0;
      if (anomaly == null && Double.isNaN(truth(text))) {
        throw new DataException(
            place(column, row, "label")
                + " is \""
                + text
                + "\": expected 1, 0, true or false; another mark is to be named, by --anomaly or"
                + " the evaluation option anomaly");
      }
    }
    return marked;
  }

  /// The text of a value that is not missing; whole numbers without a point.
  static String text(Column column, int row) {
    return switch (column) {
      case CategoricalColumn categorical -> orEmpty(categorical.text(row));
      case TextColumn text -> orEmpty(text.text(row));
      case BooleanColumn truth -> truth.value(row) == 1 ? "true" : "false";
      case NumericalColumn number -> {
        float value = number.value(row);
        yield value == Math.rint(value) && Math.abs(value) < 1e9
            ? Long.toString((long) value)
            : Float.toString(value);
      }
      case HashColumn hash -> Long.toHexString(hash.value(row));
      case CategoricalSetColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
          throw unusable(column, "column in an evaluation", "categorical");
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  private static void requireValue(Column column, int row, String role) {
    if (column.isMissing(row)) {
      throw new DataException(
          place(column, row, role)
              + " is missing: evaluate on rows whose "
              + role
              + " is known only");
    }
  }

  private static String place(Column column, int row, String role) {
    return "evaluating: row " + (row + 1L) + ": the " + role + " \"" + column.name() + "\"";
  }

  private static DataException unusable(Column column, String role, String expected) {
    return new DataException(
        "evaluating: column \""
            + column.name()
            + "\" is "
            + column.semantic().name().toLowerCase(Locale.ROOT)
            + " and cannot be the "
            + role
            + ": read it as "
            + expected);
  }
}
