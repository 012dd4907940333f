package dev.tendril.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// Ways to divide the rows of a table into parts that share no row. Both parts keep the order of
/// the table.
///
/// Random parts have an exact size: every row (or group of rows) gets a random key that depends on
/// nothing but the seed and the row's index (or the group's value), see [CounterRandom], and the
/// rows of the smallest keys are taken. The result therefore is the same on every machine and in
/// every release.
public final class Splits {
  private Splits() {}

  /// Draws the test part at random.
  ///
  /// @param testShare the share of the test part, in `]0, 1[`; it gets this share of the rows,
  ///     rounded, and each part at least one row
  /// @throws DataException when there are fewer than two rows
  public static Split random(Frame frame, double testShare, long seed) {
    int size = testSize(frame, testShare);
    int[] order = shuffled(frame.rows(), seed);
    boolean[] test = new boolean[frame.rows()];
    for (int i = 0; i < size; i++) {
      test[order[i]] = true;
    }
    return divide(frame, row -> test[row]);
  }

  /// Draws whole groups of rows for the test part: rows with equal values in a column are never
  /// separated. Missing values are one group.
  ///
  /// Groups are taken in random order until the test part is as near to its share as it can get;
  /// each part has at least one group.
  ///
  /// @param column the column of the groups, of one value a row
  public static Split byGroup(Frame frame, String column, double testShare, long seed) {
    int wanted = testSize(frame, testShare);
    Groups groups = Groups.of(frame, column, seed);
    if (groups.sizes.length < 2) {
      throw new DataException(
          "the rows cannot be split by column \"" + column + "\": all of them are one group");
    }
    boolean[] test = new boolean[groups.sizes.length];
    int taken = 0;
    for (int i = 0; i + 1 < test.length; i++) {
      int after = taken + groups.sizes[i];
      if (taken > 0 && after - wanted >= wanted - taken) {
        break;
      }
      test[i] = true;
      taken = after;
    }
    return divide(frame, row -> test[groups.groupOf[row]]);
  }

  /// Puts the latest rows into the test part. Rows of the same time are never separated: the cut
  /// lies at the change of time that is nearest to the share.
  ///
  /// @param column numbers, or text whose alphabetical order is the order in time, such as ISO 8601
  /// @throws DataException when a time is missing or all are equal
  public static Split byTime(Frame frame, String column, double testShare) {
    int size = testSize(frame, testShare);
    Column times = frame.column(column);
    for (int row = 0; row < times.rows(); row++) {
      if (times.isMissing(row)) {
        throw new DataException(
            "the rows cannot be split by the time in column \""
                + column
                + "\": row "
                + (row + 1)
                + " has none; drop such rows");
      }
    }
    Comparator<Integer> earlier = order(times);
    Integer[] order = new Integer[frame.rows()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, earlier);
    int wanted = order.length - size;
    int cut = -1;
    for (int i = 1; i < order.length; i++) {
      if (earlier.compare(order[i - 1], order[i]) != 0
          && (cut < 0 || Math.abs(i - wanted) < Math.abs(cut - wanted))) {
        cut = i;
      }
    }
    if (cut < 0) {
      throw new DataException(
          "the rows cannot be split by column \"" + column + "\": all have the same time");
    }
    boolean[] test = new boolean[order.length];
    for (int i = cut; i < order.length; i++) {
      test[order[i]] = true;
    }
    return divide(frame, row -> test[row]);
  }

  private static Comparator<Integer> order(Column times) {
    return switch (times) {
      case NumericalColumn numbers -> Comparator.comparingDouble(row -> numbers.value(row));
      case DiscretizedColumn bins -> Comparator.comparingInt(row -> bins.bin(row));
      case BooleanColumn flags -> Comparator.comparingInt(row -> flags.value(row));
      case CategoricalColumn _, TextColumn _ ->
          Comparator.comparing(row -> String.valueOf(RowKeys.text(times, row)));
      case HashColumn _, CategoricalSetColumn _, VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + times.name()
                  + "\" is "
                  + times.semantic()
                  + " and has no order; a time is a number or a text");
    };
  }

  /// Cross-validation: every row is in the test part of exactly one of the folds, whose sizes
  /// differ by at most one.
  ///
  /// @param n the number of folds, at least 2 and at most the number of rows
  public static List<Split> folds(Frame frame, int n, long seed) {
    checkFolds(n, frame.rows(), "rows");
    int[] order = shuffled(frame.rows(), seed);
    int[] fold = new int[frame.rows()];
    for (int i = 0; i < order.length; i++) {
      fold[order[i]] = i % n;
    }
    return folds(frame, fold, n);
  }

  /// Cross-validation that never separates rows with equal values in a column. Groups go, the
  /// largest first and equal ones in random order, to the fold with the fewest rows.
  public static List<Split> foldsByGroup(Frame frame, String column, int n, long seed) {
    Groups groups = Groups.of(frame, column, seed);
    checkFolds(n, groups.sizes.length, "groups in column \"" + column + "\"");
    Integer[] order = new Integer[groups.sizes.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt((Integer i) -> -groups.sizes[i]));
    int[] foldOf = new int[order.length];
    long[] filled = new long[n];
    for (Integer group : order) {
      int least = 0;
      for (int i = 1; i < n; i++) {
        least = filled[i] < filled[least] ? i : least;
      }
      foldOf[group] = least;
      filled[least] += groups.sizes[group];
    }
    int[] fold = new int[frame.rows()];
    Arrays.setAll(fold, row -> foldOf[groups.groupOf[row]]);
    return folds(frame, fold, n);
  }

  /// Cross-validation by a column that names each row's fold. Folds come in the order of their
  /// names, by number if all are whole numbers.
  ///
  /// @throws DataException when a row has no fold or there is only one
  public static List<Split> foldsByColumn(Frame frame, String column) {
    Column named = frame.column(column);
    Map<String, Integer> indices = new HashMap<>();
    List<String> names = new ArrayList<>();
    String[] nameOf = new String[frame.rows()];
    for (int row = 0; row < nameOf.length; row++) {
      String name = RowKeys.text(named, row);
      if (name == null) {
        throw new DataException(
            "column \""
                + column
                + "\" names no fold for row "
                + (row + 1)
                + "; every row needs one");
      }
      nameOf[row] = name;
      if (indices.put(name, 0) == null) {
        names.add(name);
      }
    }
    if (names.size() < 2) {
      throw new DataException(
          "column \"" + column + "\" names " + names.size() + " fold; cross-validation needs 2");
    }
    names.sort(Vocabulary.classOrder(names));
    for (int i = 0; i < names.size(); i++) {
      indices.put(names.get(i), i);
    }
    int[] fold = new int[nameOf.length];
    Arrays.setAll(fold, row -> indices.getOrDefault(nameOf[row], 0));
    return folds(frame, fold, names.size());
  }

  private static List<Split> folds(Frame frame, int[] fold, int n) {
    List<Split> splits = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      int index = i;
      splits.add(divide(frame, row -> fold[row] == index));
    }
    return List.copyOf(splits);
  }

  private static Split divide(Frame frame, IntPredicate isTest) {
    int[] test = new int[frame.rows()];
    int[] train = new int[frame.rows()];
    int tests = 0;
    int trains = 0;
    for (int row = 0; row < frame.rows(); row++) {
      if (isTest.test(row)) {
        test[tests++] = row;
      } else {
        train[trains++] = row;
      }
    }
    return new Split(
        frame.rows(Arrays.copyOf(train, trains)), frame.rows(Arrays.copyOf(test, tests)));
  }

  private static int testSize(Frame frame, double testShare) {
    if (!(testShare > 0 && testShare < 1)) {
      throw new IllegalArgumentException(
          "the share of the test part must lie between 0 and 1; got " + testShare);
    }
    if (frame.rows() < 2) {
      throw new DataException(
          "a table of " + frame.rows() + " rows cannot be split into two parts");
    }
    long size = Math.round(testShare * frame.rows());
    return (int) Math.clamp(size, 1, frame.rows() - 1L);
  }

  private static void checkFolds(int n, int most, String what) {
    if (n < 2) {
      throw new IllegalArgumentException("cross-validation needs at least 2 folds; got " + n);
    }
    if (n > most) {
      throw new DataException(n + " folds need at least as many " + what + "; there are " + most);
    }
  }

  /// The rows in the order of their random keys.
  private static int[] shuffled(int rows, long seed) {
    long[] keys = new long[rows];
    for (int row = 0; row < rows; row++) {
      keys[row] = CounterRandom.bits(seed, row);
    }
    return byKey(keys);
  }

  private static int[] byKey(long[] keys) {
    Integer[] order = new Integer[keys.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> keys[i]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  /// The groups of a column's equal values, numbered in random order.
  private record Groups(int[] groupOf, int[] sizes) {
    static Groups of(Frame frame, String column, long seed) {
      long[] values = RowKeys.of(frame.column(column));
      Map<Long, Integer> found = new HashMap<>();
      int[] groupOf = new int[values.length];
      for (int row = 0; row < values.length; row++) {
        Integer group = found.putIfAbsent(values[row], found.size());
        groupOf[row] = group == null ? found.size() - 1 : group;
      }
      long[] keys = new long[found.size()];
      found.forEach((value, group) -> keys[group] = CounterRandom.bits(seed, value));
      int[] order = byKey(keys);
      int[] rank = new int[order.length];
      for (int i = 0; i < order.length; i++) {
        rank[order[i]] = i;
      }
      int[] sizes = new int[order.length];
      for (int row = 0; row < groupOf.length; row++) {
        groupOf[row] = rank[groupOf[row]];
        sizes[groupOf[row]]++;
      }
      return new Groups(groupOf, sizes);
    }
  }
}
