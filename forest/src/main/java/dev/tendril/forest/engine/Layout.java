package dev.tendril.forest.engine;

import dev.tendril.data.Field;
import dev.tendril.data.Schema;
import dev.tendril.data.Semantic;
import dev.tendril.forest.tree.Forest;
import java.util.Arrays;

/// Where the features of a forest stand in a row of [Rows]: feature `i` of the forest is slot `i`.
public final class Layout {
  private final Field[] fields;
  private final int[] slotOf;
  private final int[] missing;

  public Layout(Forest forest) {
    Schema schema = forest.schema();
    fields = new Field[forest.features().size()];
    slotOf = new int[schema.size()];
    missing = new int[fields.length];
    Arrays.fill(slotOf, -1);
    for (int slot = 0; slot < fields.length; slot++) {
      int attribute = forest.features().get(slot);
      fields[slot] = schema.field(attribute);
      slotOf[attribute] = slot;
      missing[slot] =
          fields[slot].semantic() == Semantic.NUMERICAL
              ? Float.floatToRawIntBits(Float.NaN)
              : Rows.MISSING;
    }
  }

  /// The number of features.
  public int slots() {
    return fields.length;
  }

  public Field field(int slot) {
    return fields[slot];
  }

  public Semantic semantic(int slot) {
    return fields[slot].semantic();
  }

  /// The slot of a column of the forest's schema.
  ///
  /// @throws IllegalArgumentException when the column is no feature
  public int slot(int attribute) {
    int slot = slotOf[attribute];
    if (slot < 0) {
      throw new IllegalArgumentException(
          "a condition reads column " + attribute + ", which is no feature of the forest");
    }
    return slot;
  }

  /// One cell a slot, each missing; not a copy.
  int[] missing() {
    return missing;
  }
}
