package dev.tendril.forest.engine;

import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns categories into bytes whose bits tell which sets of categories they belong to.
///
/// Each set that a condition on a categorical feature names takes one bit of a column of bytes; a
/// table of the column has the byte of every category, and of a missing value. So a condition
/// becomes `(code & mask) > 0`. A column has seven sets, since bytes are signed.
///
/// Immutable.
final class CategoryBits {
  private static final int SETS = 7;

  /// As many bytes as the tables of all columns may take.
  private static final int MOST_BYTES = 1 << 22;

  /// Where the answer to a condition is.
  ///
  /// @param column counted from the first column of categories
  record Bit(int column, byte mask) {}

  /// The categories of a set, and whether a missing value is positive.
  private record Set(int slot, List<Integer> values, boolean missing) {}

  private final Layout layout;
  private final Map<Set, Bit> bits = new HashMap<>();
  private final IntList slotList = new IntList();
  private final List<byte[]> tableList = new ArrayList<>();
  private final Map<Integer, Integer> setsOfSlot = new HashMap<>();
  private final int[] slots;
  private final byte[][] tables;
  private long bytes;

  CategoryBits(Forest forest, Layout layout) throws Unsuited {
    this.layout = layout;
    forest
        .trees()
        .forEach(
            tree ->
                tree.forEach(
                    (node, _) -> {
                      if (node instanceof Node.Split split
                          && split.condition() instanceof Condition.Contains contains
                          && layout.semantic(layout.slot(contains.attribute()))
                              == Semantic.CATEGORICAL) {
                        add(set(split, contains));
                      }
                    }));
    if (bytes > MOST_BYTES) {
      throw new Unsuited("its sets of categories take " + bytes + " bytes of tables");
    }
    this.slots = slotList.toArray();
    this.tables = tableList.toArray(byte[][]::new);
  }

  private Set set(Node.Split split, Condition.Contains contains) {
    return new Set(
        layout.slot(contains.attribute()),
        Arrays.stream(contains.values()).boxed().toList(),
        split.missingIsPositive());
  }

  private void add(Set set) {
    if (bits.containsKey(set)) {
      return;
    }
    int size = layout.field(set.slot).vocabulary().size() + 1;
    int number = setsOfSlot.merge(set.slot, 1, Integer::sum) - 1;
    if (number % SETS == 0) {
      bytes += size;
      slotList.add(set.slot);
      tableList.add(bytes > MOST_BYTES ? new byte[0] : new byte[size]);
    }
    int column = lastColumn(set.slot);
    byte mask = (byte) (1 << (number % SETS));
    bits.put(set, new Bit(column, mask));
    byte[] table = tableList.get(column);
    if (table.length > 0) {
      table[0] |= set.missing ? mask : 0;
      set.values.forEach(value -> table[value + 1] |= mask);
    }
  }

  private int lastColumn(int slot) {
    int column = slotList.size() - 1;
    while (slotList.get(column) != slot) {
      column--;
    }
    return column;
  }

  /// The bit of a condition on categories.
  Bit bit(Node.Split split) {
    return java.util.Objects.requireNonNull(
        bits.get(set(split, (Condition.Contains) split.condition())));
  }

  int columns() {
    return slots.length;
  }

  /// The slot whose category a column is made of.
  int slot(int column) {
    return slots[column];
  }

  /// The byte of every category, of which the first is that of a missing value.
  byte[] table(int column) {
    return tables[column];
  }
}
