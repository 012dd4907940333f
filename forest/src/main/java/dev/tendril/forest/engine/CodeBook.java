package dev.tendril.forest.engine;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Turns the cells of a row into small whole numbers, the codes, such that a condition on an
/// ordered feature becomes the comparison `code > threshold` of two of them.
///
/// The code of a value is the number of the feature's thresholds that are at most the value. Two
/// things complicate that, and both end in a feature having several columns of codes:
///
/// * Each condition says for itself where a missing value goes. The thresholds of conditions that
///   it passes, and those of conditions that it fails, each have columns of their own, unless the
///   former all lie below the latter: then the missing value acts as a value between them, which is
///   what imputation by a mean leads to.
/// * A column counts up to a largest code. More thresholds than that are spread over columns.
///
/// Numbers are compared as whole numbers of the same order as the floats. To count thresholds, the
/// range of a ruler is cut into equal cells, and a table tells how many thresholds lie in the cells
/// before that of a value; a few comparisons within the cell do the rest. Which cell a number is in
/// is computed by rounded arithmetic, but never decreases with the number, so that the count is
/// exact. Where thresholds crowd in a cell, a binary search counts instead.
///
/// Immutable.
final class CodeBook {
  /// A condition on an ordered feature: positive where the code of the column is above.
  record Test(int column, int threshold) {}

  /// The ordered conditions on a slot that one set of thresholds serves.
  ///
  /// @param keys the number of the first of the sorted keys; there are `2 * half - 1`, filled up
  ///     with the largest integer
  /// @param missing how many of the thresholds a missing value passes
  /// @param columns how many columns the thresholds are spread over
  record Ruler(
      int slot,
      boolean number,
      int keys,
      int half,
      int missing,
      int column,
      int columns,
      Grid grid) {}

  /// The cells of a ruler.
  ///
  /// @param low where the first cell begins
  /// @param perUnit cells in a unit
  /// @param starts where the table of this ruler begins
  /// @param last the number of the last cell
  /// @param crowd the most thresholds in a cell; 0 when there is no table
  record Grid(float low, float perUnit, int starts, int last, int crowd) {
    static final Grid NONE = new Grid(0, 1, 0, 0, 0);

    int cell(float value) {
      return Math.max(0, Math.min((int) ((value - low) * perUnit), last));
    }
  }

  /// More thresholds than this in a cell are searched for.
  private static final int MOST_CROWD = 32;

  /// From this many on, a search takes fewer steps than comparing one by one.
  private static final int FEW = 8;

  /// So many more keys than a ruler has can be read.
  private static final int PADDING = 64;

  private static final int CELLS_PER_THRESHOLD = 8;
  private static final int MOST_CELLS = 1 << 12;

  private final Layout layout;
  private final int largest;
  private final List<Ruler> built = new ArrayList<>();
  private final IntList keyList = new IntList();
  private final StringBuilder startList = new StringBuilder();
  private int columnCount;

  /// Of every slot, the ruler of the conditions that a missing value fails, and of those it passes.
  private final int[][] rulerOf;

  private final Ruler[] rulers;
  private final int[] keys;
  private final char[] starts;

  /// @param largest the largest code of a column
  /// @throws Unsuited when a condition is of another kind
  CodeBook(Forest forest, Layout layout, int largest) throws Unsuited {
    this.layout = layout;
    this.largest = largest;
    @Nullable IntList[][] conditions = new IntList[layout.slots()][2];
    Set<String> others = new TreeSet<>();
    forest
        .trees()
        .forEach(
            tree ->
                tree.forEach(
                    (node, _) -> {
                      if (node instanceof Node.Split split) {
                        int slot = layout.slot(split.condition().attributes()[0]);
                        if (isOrdered(split.condition())) {
                          int missing = missing(split);
                          IntList keys = conditions[slot][missing];
                          if (keys == null) {
                            keys = new IntList();
                            conditions[slot][missing] = keys;
                          }
                          keys.add(key(split.condition()));
                        } else if (!isCategory(split.condition())) {
                          others.add(kind(split.condition()));
                        }
                      }
                    }));
    if (!others.isEmpty()) {
      throw new Unsuited("it has conditions on " + String.join(" and ", others));
    }
    this.rulerOf = new int[layout.slots()][2];
    for (int slot = 0; slot < layout.slots(); slot++) {
      rule(slot, sorted(conditions[slot][0]), sorted(conditions[slot][1]));
    }
    this.rulers = built.toArray(Ruler[]::new);
    this.keys = keyList.toArray();
    this.starts = startList.toString().toCharArray();
  }

  private static String kind(Condition condition) {
    return switch (condition) {
      case Condition.Contains _ -> "sets of categories";
      case Condition.Oblique _ -> "sums of features";
      case Condition.CloserThan _, Condition.ProjectedMoreThan _ -> "sequences of vectors";
      case Condition.IsMissing _, Condition.AtLeast _, Condition.IsTrue _, Condition.BinAtLeast _ ->
          "ordered values";
    };
  }

  private static boolean isOrdered(Condition condition) {
    return switch (condition) {
      case Condition.IsMissing _, Condition.AtLeast _, Condition.IsTrue _, Condition.BinAtLeast _ ->
          true;
      case Condition.Contains _,
          Condition.Oblique _,
          Condition.CloserThan _,
          Condition.ProjectedMoreThan _ ->
          false;
    };
  }

  private boolean isCategory(Condition condition) {
    return condition instanceof Condition.Contains(int attribute, _)
        && layout.semantic(layout.slot(attribute)) == Semantic.CATEGORICAL;
  }

  /// The number of columns.
  int columns() {
    return columnCount;
  }

  Ruler[] rulers() {
    return rulers;
  }

  /// The sorted keys of all rulers.
  int[] keys() {
    return keys;
  }

  /// The sorted keys as numbers; NaN where there is no threshold, up to the width of any vector
  /// beyond the last.
  float[] numbers() {
    float[] numbers = new float[keys.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(keys[i]);
    }
    return numbers;
  }

  /// The tables of all grids: how many thresholds lie in the cells before one.
  char[] starts() {
    return starts;
  }

  /// The comparison that an ordered condition became; null for a condition on categories.
  @Nullable Test test(Node.Split split) {
    if (!isOrdered(split.condition())) {
      return null;
    }
    int slot = layout.slot(split.condition().attributes()[0]);
    Ruler ruler = rulers[rulerOf[slot][missing(split)]];
    int end = ruler.keys + 2 * ruler.half - 1;
    int position = Arrays.binarySearch(keys, ruler.keys, end, key(split.condition()));
    // The largest integer is not only a key but fills up; then the first of it is meant.
    while (position > ruler.keys && keys[position - 1] == keys[position]) {
      position--;
    }
    int passed = position - ruler.keys;
    return new Test(ruler.column + passed / largest, passed % largest);
  }

  /// Whether a missing value is positive, as 0 or 1.
  private static int missing(Node.Split split) {
    return split.condition() instanceof Condition.IsMissing || split.missingIsPositive() ? 1 : 0;
  }

  private static int key(Condition condition) {
    return switch (condition) {
      // Only a missing value is positive: it passes a threshold that is above every value.
      case Condition.IsMissing _ -> Integer.MAX_VALUE;
      case Condition.AtLeast(_, float threshold) -> threshold(threshold);
      case Condition.IsTrue _ -> 1;
      case Condition.BinAtLeast(_, int bin) -> bin;
      case Condition.Contains _,
          Condition.Oblique _,
          Condition.CloserThan _,
          Condition.ProjectedMoreThan _ ->
          throw new IllegalStateException("an unordered condition");
    };
  }

  /// No number is at least a threshold that is not a number.
  private static int threshold(float threshold) {
    return Float.isNaN(threshold) ? Integer.MAX_VALUE : key(threshold);
  }

  /// A whole number of the same order as a float; both zeros have the same.
  static int key(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static int[] sorted(@Nullable IntList keys) {
    return keys == null ? new int[0] : Arrays.stream(keys.toArray()).sorted().distinct().toArray();
  }

  private void rule(int slot, int[] failed, int[] passed) {
    if (passed.length == 0 || failed.length == 0 || passed[passed.length - 1] < failed[0]) {
      int[] all = Arrays.copyOf(passed, passed.length + failed.length);
      System.arraycopy(failed, 0, all, passed.length, failed.length);
      rulerOf[slot][0] = built.size();
      rulerOf[slot][1] = built.size();
      ruler(slot, all, passed.length);
    } else {
      rulerOf[slot][0] = built.size();
      ruler(slot, failed, 0);
      rulerOf[slot][1] = built.size();
      ruler(slot, passed, passed.length);
    }
  }

  private void ruler(int slot, int[] sorted, int missing) {
    if (sorted.length == 0) {
      return;
    }
    int half = Integer.highestOneBit(sorted.length);
    int columns = (sorted.length + largest - 1) / largest;
    boolean number = layout.semantic(slot) == Semantic.NUMERICAL;
    built.add(
        new Ruler(
            slot,
            number,
            keyList.size(),
            half,
            missing,
            columnCount,
            columns,
            number ? grid(sorted) : Grid.NONE));
    keyList.addAll(sorted);
    for (int i = sorted.length; i < 2 * half - 1 + PADDING; i++) {
      keyList.add(Integer.MAX_VALUE);
    }
    columnCount += columns;
  }

  /// Cuts the range of sorted keys into cells.
  private Grid grid(int[] sorted) {
    float low = number(sorted[0]);
    float high = number(sorted[sorted.length - 1]);
    int cells = Math.min(MOST_CELLS, Integer.highestOneBit(sorted.length) * CELLS_PER_THRESHOLD);
    float perUnit = (cells - 1) / (high - low);
    if (sorted.length < 2
        || sorted.length > Character.MAX_VALUE
        || !(Math.abs(low) < Float.MAX_VALUE)
        || !(perUnit > 0 && perUnit < Float.MAX_VALUE)) {
      return Grid.NONE;
    }
    Grid grid = new Grid(low, perUnit, startList.length(), cells - 1, 0);
    int[] counts = new int[cells];
    for (int key : sorted) {
      counts[grid.cell(number(key))]++;
    }
    int crowd = Arrays.stream(counts).max().orElse(0);
    if (crowd > MOST_CROWD) {
      return Grid.NONE;
    }
    int start = 0;
    for (int count : counts) {
      startList.append((char) start);
      start += count;
    }
    return new Grid(low, perUnit, grid.starts, grid.last, crowd);
  }

  /// The float of a key.
  private static float number(int key) {
    return Float.intBitsToFloat(key ^ ((key >> 31) & Integer.MAX_VALUE));
  }

  /// The number of thresholds of a ruler that a cell passes. Its only branch that depends on the
  /// cell is whether the value is missing.
  int count(Ruler ruler, int cell) {
    return ruler.number ? countNumber(ruler, cell) : countCode(ruler, cell);
  }

  private int countNumber(Ruler ruler, int cell) {
    float value = Float.intBitsToFloat(cell);
    if (Float.isNaN(value)) {
      return ruler.missing;
    }
    int key = key(value);
    Grid grid = ruler.grid;
    if (grid.crowd == 0 || grid.crowd > FEW) {
      return search(keys, ruler.keys, ruler.half, key);
    }
    int start = starts[grid.starts + grid.cell(value)];
    int at = ruler.keys + start;
    int passed = start;
    for (int i = 0; i < grid.crowd; i++) {
      passed += (int) (((long) keys[at + i] - key - 1) >>> 63);
    }
    return passed;
  }

  private int countCode(Ruler ruler, int cell) {
    return cell == Rows.MISSING ? ruler.missing : search(keys, ruler.keys, ruler.half, cell);
  }

  /// How many of `2 * half - 1` sorted keys are at most a key.
  static int search(int[] keys, int from, int half, int key) {
    int at = from;
    for (int step = half; step > 0; step >>= 1) {
      at += step & (int) (((long) keys[at + step - 1] - key - 1) >> 63);
    }
    return at - from;
  }
}
