package dev.tendril.data;

import java.util.List;

/// Builds sets of strings. Text is cut into items by [Tokens]; a list of strings is taken item by
/// item as it is.
final class SetBuilder extends ColumnBuilder {
  private static final int MISSING = -1;

  private final boolean lower;
  private final TextTable table = new TextTable();
  private final Blocks<int[]> itemBlocks = new Blocks<>(int[]::new);
  private int[] items = {};
  private int usedItems;
  private final Blocks<int[]> sizeBlocks = new Blocks<>(int[]::new);
  private int[] sizes = {};
  private int usedSizes;
  private char[] scratch = new char[16];

  /// @param lower whether items that are cut from text get lower-case letters
  SetBuilder(boolean lower) {
    this.lower = lower;
  }

  private void putItem(int code) {
    if (usedItems == items.length) {
      items = itemBlocks.next();
      usedItems = 0;
    }
    items[usedItems++] = code;
  }

  private void putSize(int size) {
    if (usedSizes == sizes.length) {
      sizes = sizeBlocks.next();
      usedSizes = 0;
    }
    sizes[usedSizes++] = size;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    if (Missing.isWord(text, offset, length)) {
      putSize(MISSING);
      return true;
    }
    int size = 0;
    int begin = offset;
    for (int i = offset; i <= offset + length; i++) {
      if (i == offset + length || Tokens.isSeparator(text[i])) {
        if (i > begin) {
          putItem(lower ? lowerCode(text, begin, i - begin) : table.code(text, begin, i - begin));
          size++;
        }
        begin = i + 1;
      }
    }
    putSize(size);
    return true;
  }

  private int lowerCode(char[] text, int offset, int length) {
    boolean ascii = true;
    boolean upper = false;
    for (int i = offset; i < offset + length; i++) {
      ascii &= text[i] < 128;
      upper |= text[i] >= 'A' && text[i] <= 'Z';
    }
    if (!ascii) {
      return table.code(Tokens.lower(new String(text, offset, length)));
    }
    if (!upper) {
      return table.code(text, offset, length);
    }
    if (scratch.length < length) {
      scratch = new char[2 * length];
    }
    for (int i = 0; i < length; i++) {
      scratch[i] = Character.toLowerCase(text[offset + i]);
    }
    return table.code(scratch, 0, length);
  }

  @Override
  boolean add(Cell cell) {
    return switch (cell) {
      case Cell.None _ -> addSize(MISSING);
      case Cell.Flag(boolean value) -> addText(value ? "1" : "0");
      case Cell.Numeric(_, String text) -> addItems(List.of(text));
      case Cell.Text(String value) -> addText(value);
      case Cell.Texts(List<String> values) -> addItems(values);
      case Cell.Numbers(float[] values) -> values.length == 0 && addSize(0);
      case Cell.Vectors(_, float[] values) -> values.length == 0 && addSize(0);
    };
  }

  private boolean addItems(List<String> values) {
    for (String value : values) {
      putItem(table.code(value));
    }
    return addSize(values.size());
  }

  private boolean addSize(int size) {
    putSize(size);
    return true;
  }

  @Override
  void addMissing() {
    putSize(MISSING);
  }

  /// The items of all rows, one row after the other, repeats allowed; row `r` from `starts[r]` to
  /// `starts[r + 1]`.
  record Joined(int[] starts, int[] codes, boolean[] missing) {}

  static Joined join(List<ColumnBuilder> parts, int rows, TextMerge merge) {
    long total = 0;
    for (ColumnBuilder part : parts) {
      SetBuilder sets = (SetBuilder) part;
      total += sets.itemBlocks.size(sets.usedItems);
    }
    int[] codes = new int[Sizes.checked(total, "items of a set column")];
    int[] starts = new int[rows + 1];
    boolean[] missing = new boolean[rows];
    int row = 0;
    int item = 0;
    for (ColumnBuilder part : parts) {
      SetBuilder sets = (SetBuilder) part;
      int items = (int) sets.itemBlocks.size(sets.usedItems);
      sets.itemBlocks.drain(sets.usedItems, codes, item);
      merge.recode(sets.table, codes, item, item + items);
      item += items;
      int[] sizes = new int[(int) sets.sizeBlocks.size(sets.usedSizes)];
      sets.sizeBlocks.drain(sets.usedSizes, sizes, 0);
      for (int size : sizes) {
        missing[row] = size == MISSING;
        starts[row + 1] = starts[row] + Math.max(0, size);
        row++;
      }
    }
    return new Joined(starts, codes, missing);
  }
}
