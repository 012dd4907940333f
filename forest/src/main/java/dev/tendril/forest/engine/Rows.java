package dev.tendril.forest.engine;

import dev.tendril.data.Field;
import dev.tendril.data.Semantic;
import java.util.Arrays;

/// A block of rows in the form that engines read: one 32-bit cell a feature, row by row.
///
/// | semantic | cell |
/// |---|---|
/// | numerical | the bits of the float, NaN when missing |
/// | categorical | the vocabulary index, [#MISSING] when missing |
/// | boolean | 1, 0 or [#MISSING] |
/// | discretized | the bin or [#MISSING] |
/// | categorical set | [#MISSING] or a position in the item pool: the number of items, the items |
/// | vector sequence | [#MISSING] or a position in the item pool: the number of vectors, the
/// position of the first float in the vector pool |
///
/// Mutable; for one thread at a time. Nothing is allocated once the pools are large enough.
public final class Rows {
  /// The cell of a missing value that is not numerical.
  public static final int MISSING = -1;

  private final Layout layout;
  private final int slots;
  private final int[] cells;
  private int[] items = new int[0];
  private int itemsEnd;
  private float[] vectors = new float[0];
  private int vectorsEnd;

  /// How much of each pool belongs to values that were overwritten since.
  private int deadItems;
  private int deadVectors;

  private byte[] bytes = new byte[0];
  private char[] chars = new char[0];
  private int[] ints = new int[0];

  public Rows(Layout layout, int capacity) {
    this.layout = layout;
    this.slots = layout.slots();
    this.cells = new int[Math.multiplyExact(capacity, slots)];
    clear();
  }

  public Layout layout() {
    return layout;
  }

  /// Room of an engine's own, kept from one prediction to the next; what it holds is left over.
  byte[] bytes(int size) {
    if (bytes.length < size) {
      bytes = new byte[size];
    }
    return bytes;
  }

  char[] chars(int size) {
    if (chars.length < size) {
      chars = new char[size];
    }
    return chars;
  }

  int[] ints(int size) {
    if (ints.length < size) {
      ints = new int[size];
    }
    return ints;
  }

  /// The number of rows that it has room for.
  public int capacity() {
    return slots == 0 ? Integer.MAX_VALUE : cells.length / slots;
  }

  /// Makes every value of every row missing.
  public void clear() {
    int[] missing = layout.missing();
    for (int at = 0; at < cells.length; at += slots) {
      System.arraycopy(missing, 0, cells, at, slots);
    }
    itemsEnd = 0;
    vectorsEnd = 0;
    deadItems = 0;
    deadVectors = 0;
  }

  /// All cells, `[capacity, slots]`; not a copy.
  public int[] cells() {
    return cells;
  }

  /// The pool of set items; not a copy.
  public int[] items() {
    return items;
  }

  /// The pool of vectors; not a copy.
  public float[] vectors() {
    return vectors;
  }

  public int cell(int row, int slot) {
    return cells[row * slots + slot];
  }

  public float number(int row, int slot) {
    return Float.intBitsToFloat(cell(row, slot));
  }

  public void set(int row, int slot, int cell) {
    cells[row * slots + slot] = cell;
  }

  public void set(int row, int slot, float number) {
    cells[row * slots + slot] = Float.floatToRawIntBits(number);
  }

  public void setMissing(int row, int slot) {
    int at = row * slots + slot;
    int cell = cells[at];
    if (cell >= 0 && pooled(layout.semantic(slot))) {
      deadItems += entrySize(slot, cell);
      deadVectors += vectorsSize(slot, cell);
    }
    cells[at] = layout.missing()[slot];
  }

  /// Begins a set in the pool with room for some items; [#item] adds them.
  public void beginSet(int row, int slot, int size) {
    setMissing(row, slot);
    reserve(size + 1);
    cells[row * slots + slot] = itemsEnd;
    items[itemsEnd++] = 0;
  }

  /// Adds an item to the set that was begun last.
  public void item(int row, int slot, int item) {
    items[cells[row * slots + slot]]++;
    items[itemsEnd++] = item;
  }

  /// Begins a sequence of vectors; the caller writes their floats to [#vectors()].
  ///
  /// @return the position in the vector pool to write `count * length` floats to
  public int beginVectors(int row, int slot, int count, int length) {
    setMissing(row, slot);
    reserve(2);
    int needed = Math.multiplyExact(count, length);
    if (vectors.length - vectorsEnd < needed && deadVectors > vectorsEnd / 2) {
      compactVectors();
    }
    if (vectors.length - vectorsEnd < needed) {
      vectors = Arrays.copyOf(vectors, grown(vectorsEnd, needed));
    }
    int start = vectorsEnd;
    cells[row * slots + slot] = itemsEnd;
    items[itemsEnd++] = count;
    items[itemsEnd++] = start;
    vectorsEnd += needed;
    return start;
  }

  private void reserve(int count) {
    if (items.length - itemsEnd < count && deadItems > itemsEnd / 2) {
      compactItems();
    }
    if (items.length - itemsEnd < count) {
      items = Arrays.copyOf(items, grown(itemsEnd, count));
    }
  }

  private static int grown(int end, int count) {
    return Math.max(64, Math.addExact(Math.multiplyExact(2, end), count));
  }

  /// Closes the gaps that overwritten sets left: moves the live entries down in their order.
  private void compactItems() {
    int end = 0;
    int from = -1;
    while (true) {
      int at = nextEntry(from);
      if (at < 0) {
        itemsEnd = end;
        deadItems = 0;
        return;
      }
      from = cells[at];
      int size = entrySize(at % slots, from);
      System.arraycopy(items, from, items, end, size);
      cells[at] = end;
      end += size;
    }
  }

  private void compactVectors() {
    int end = 0;
    int from = -1;
    while (true) {
      int at = nextEntry(from);
      if (at < 0) {
        vectorsEnd = end;
        deadVectors = 0;
        return;
      }
      from = cells[at];
      int size = vectorsSize(at % slots, from);
      if (size > 0) {
        System.arraycopy(vectors, items[from + 1], vectors, end, size);
        items[from + 1] = end;
        end += size;
      }
    }
  }

  /// The pooled cell with the smallest position above a bound; -1 when there is none.
  private int nextEntry(int above) {
    int best = -1;
    for (int at = 0; at < cells.length; at++) {
      if (pooled(layout.semantic(at % slots))
          && cells[at] > above
          && (best < 0 || cells[at] < cells[best])) {
        best = at;
      }
    }
    return best;
  }

  private static boolean pooled(Semantic semantic) {
    return semantic == Semantic.CATEGORICAL_SET || semantic == Semantic.NUMERICAL_VECTOR_SEQUENCE;
  }

  private int entrySize(int slot, int position) {
    return layout.semantic(slot) == Semantic.CATEGORICAL_SET ? items[position] + 1 : 2;
  }

  private int vectorsSize(int slot, int position) {
    return layout.field(slot).details() instanceof Field.VectorSequence(int length, _, _)
        ? items[position] * length
        : 0;
  }
}
