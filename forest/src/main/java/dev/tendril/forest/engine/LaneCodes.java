package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The codes of rows as signed bytes, for the engines that compare them in the lanes of vectors.
///
/// The columns of a [CodeBook] come first, their codes less 128, then those of [CategoryBits]. A
/// condition is `(code & mask) > threshold`: of ordered values the mask has all bits, of categories
/// one, and the threshold is 0.
final class LaneCodes {
  static final int LARGEST = 255;

  /// A threshold that no code is above.
  static final byte NEVER = 127;

  static final byte ALL_BITS = -1;

  private static final int BIAS = 128;
  private static final VectorSpecies<Float> NUMBERS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> WHOLE =
      VectorSpecies.of(int.class, NUMBERS.vectorShape());

  /// A condition on a column.
  record Test(int column, byte mask, byte threshold) {}

  private final CodeBook book;
  private final CategoryBits bits;
  private final CodeBook.Ruler[] rulers;
  private final float[] numbers;
  private final char[] starts;
  private final int firstCategory;

  /// Of every ruler whose numbers a grid finds: what [#countAll] reads.
  private final int[] gridRulers;

  private final int[] otherRulers;
  private final int[] gridSlots;
  private final int[] gridColumns;
  private final int[] gridKeys;
  private final int[] gridStarts;
  private final int[] gridLasts;
  private final int[] gridMissing;
  private final float[] gridLows;
  private final float[] gridPerUnits;

  LaneCodes(Forest forest, Layout layout) throws Unsuited {
    this.book = new CodeBook(forest, layout, LARGEST);
    this.bits = new CategoryBits(forest, layout);
    this.rulers = book.rulers();
    this.numbers = book.numbers();
    this.starts = book.starts();
    this.firstCategory = book.columns();
    IntList grids = new IntList();
    IntList others = new IntList();
    for (int i = 0; i < rulers.length; i++) {
      boolean simple = rulers[i].columns() == 1 && oneVector(rulers[i]);
      (simple ? grids : others).add(i);
    }
    this.gridRulers = grids.toArray();
    this.otherRulers = others.toArray();
    int count = gridRulers.length;
    this.gridSlots = new int[count];
    this.gridColumns = new int[count];
    this.gridKeys = new int[count];
    this.gridStarts = new int[count];
    this.gridLasts = new int[padded(count)];
    this.gridMissing = new int[count];
    this.gridLows = new float[padded(count)];
    this.gridPerUnits = new float[padded(count)];
    for (int i = 0; i < count; i++) {
      CodeBook.Ruler ruler = rulers[gridRulers[i]];
      gridSlots[i] = ruler.slot();
      gridColumns[i] = ruler.column();
      gridKeys[i] = ruler.keys();
      gridStarts[i] = ruler.grid().starts();
      gridLasts[i] = ruler.grid().last();
      gridMissing[i] = ruler.missing();
      gridLows[i] = ruler.grid().low();
      gridPerUnits[i] = ruler.grid().perUnit();
    }
  }

  /// Room for whole vectors.
  private static int padded(int count) {
    return (count + NUMBERS.length() - 1) / NUMBERS.length() * NUMBERS.length();
  }

  /// Whether the thresholds of a cell fit one vector.
  private static boolean oneVector(CodeBook.Ruler ruler) {
    return ruler.grid().crowd() > 0 && ruler.grid().crowd() <= NUMBERS.length();
  }

  int columns() {
    return firstCategory + bits.columns();
  }

  /// Whether there are conditions on categories.
  boolean mixed() {
    return bits.columns() > 0;
  }

  Test test(Node.Split split) {
    CodeBook.Test test = book.test(split);
    if (test != null) {
      return new Test(test.column(), ALL_BITS, (byte) (test.threshold() - BIAS));
    }
    CategoryBits.Bit bit = bits.bit(split);
    return new Test(firstCategory + bit.column(), bit.mask(), (byte) 0);
  }

  /// Writes the codes of rows, column by column.
  ///
  /// @param from the first row
  /// @param stride between the columns
  void fill(Rows rows, int from, int count, byte[] codes, int stride) {
    for (CodeBook.Ruler ruler : rulers) {
      fill(ruler, rows, from, count, codes, stride);
    }
    int slots = rows.layout().slots();
    for (int column = 0; column < bits.columns(); column++) {
      look(
          bits.table(column),
          rows.cells(),
          from * slots + bits.slot(column),
          slots,
          codes,
          (firstCategory + column) * stride,
          count);
    }
  }

  private static void look(
      byte[] table, int[] cells, int first, int slots, byte[] codes, int at, int count) {
    for (int row = 0, cell = first; row < count; row++, cell += slots) {
      codes[at + row] = table[cells[cell] + 1];
    }
  }

  private void fill(
      CodeBook.Ruler ruler, Rows rows, int from, int count, byte[] codes, int stride) {
    int[] cells = rows.cells();
    int slots = rows.layout().slots();
    int cell = from * slots + ruler.slot();
    int[] passed = rows.ints(stride);
    if (ruler.grid().crowd() > 0) {
      count(ruler, numbers, starts, cells, cell, slots, passed, count);
    } else {
      for (int row = 0; row < count; row++, cell += slots) {
        passed[row] = book.count(ruler, cells[cell]);
      }
    }
    for (int i = 0; i < ruler.columns(); i++) {
      write(passed, i * LARGEST, count, codes, (ruler.column() + i) * stride);
    }
  }

  /// Counts the thresholds that numbers pass, comparing each with all those that its cell can have
  /// at once.
  private static void count(
      CodeBook.Ruler ruler,
      float[] numbers,
      char[] starts,
      int[] cells,
      int first,
      int slots,
      int[] passed,
      int count) {
    CodeBook.Grid grid = ruler.grid();
    for (int row = 0, cell = first; row < count; row++, cell += slots) {
      float value = Float.intBitsToFloat(cells[cell]);
      int start = starts[grid.starts() + grid.cell(value)];
      int within = 0;
      for (int i = 0; i < grid.crowd(); i += NUMBERS.length()) {
        within +=
            FloatVector.fromArray(NUMBERS, numbers, ruler.keys() + start + i)
                .compare(VectorOperators.LE, value)
                .trueCount();
      }
      passed[row] = Float.isNaN(value) ? ruler.missing() : start + within;
    }
  }

  private static void write(int[] passed, int less, int count, byte[] codes, int at) {
    for (int row = 0; row < count; row++) {
      codes[at + row] = code(passed[row] - less);
    }
  }

  private static byte code(int passed) {
    return (byte) (Math.max(0, Math.min(passed, LARGEST)) - BIAS);
  }

  /// Writes the codes of one row, one byte a column.
  void fill(Rows rows, int row, byte[] codes) {
    int[] cells = rows.cells();
    int first = row * rows.layout().slots();
    int[] found = rows.ints(2 * gridLasts.length);
    countAll(cells, first, found, codes);
    for (int i : otherRulers) {
      CodeBook.Ruler ruler = rulers[i];
      int passed = book.count(ruler, cells[first + ruler.slot()]);
      for (int c = 0; c < ruler.columns(); c++) {
        codes[ruler.column() + c] = code(passed - c * LARGEST);
      }
    }
    for (int column = 0; column < bits.columns(); column++) {
      codes[firstCategory + column] = bits.table(column)[cells[first + bits.slot(column)] + 1];
    }
  }

  /// Finds the cells of all numbers in vectors, then counts the thresholds within each.
  private void countAll(int[] cells, int first, int[] found, byte[] codes) {
    int room = gridLasts.length;
    for (int i = 0; i < gridSlots.length; i++) {
      found[room + i] = cells[first + gridSlots[i]];
    }
    for (int i = 0; i < room; i += NUMBERS.length()) {
      IntVector.fromArray(WHOLE, found, room + i)
          .reinterpretAsFloats()
          .sub(FloatVector.fromArray(NUMBERS, gridLows, i))
          .mul(FloatVector.fromArray(NUMBERS, gridPerUnits, i))
          .convertShape(VectorOperators.F2I, WHOLE, 0)
          .reinterpretAsInts()
          .max(0)
          .min(IntVector.fromArray(WHOLE, gridLasts, i))
          .intoArray(found, i);
    }
    for (int i = 0; i < gridSlots.length; i++) {
      float value = Float.intBitsToFloat(found[room + i]);
      int start = starts[gridStarts[i] + found[i]];
      int passed =
          start
              + FloatVector.fromArray(NUMBERS, numbers, gridKeys[i] + start)
                  .compare(VectorOperators.LE, value)
                  .trueCount();
      codes[gridColumns[i]] = (byte) ((Float.isNaN(value) ? gridMissing[i] : passed) - BIAS);
    }
  }
}
