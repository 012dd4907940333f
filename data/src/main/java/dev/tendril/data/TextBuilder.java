package dev.tendril.data;

import java.util.List;

/// Builds strings that are stored once each: categorical values and free text.
final class TextBuilder extends ColumnBuilder {
  private final TextTable table = new TextTable();
  private final Blocks<int[]> blocks = new Blocks<>(int[]::new);
  private int[] block = {};
  private int used;

  private void put(int code) {
    if (used == block.length) {
      block = blocks.next();
      used = 0;
    }
    block[used++] = code;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    put(Missing.is(text, offset, length) ? Vocabulary.MISSING : table.code(text, offset, length));
    return true;
  }

  @Override
  boolean add(Cell cell) {
    return switch (cell) {
      case Cell.None _ -> addCode(Vocabulary.MISSING);
      case Cell.Flag(boolean value) -> addCode(table.code(value ? "1" : "0"));
      case Cell.Numeric(_, String text) -> addCode(table.code(text));
      case Cell.Text(String value) -> addValue(value);
      case Cell.Texts(List<String> values) ->
          values.isEmpty()
              ? addCode(Vocabulary.MISSING)
              : values.size() == 1 && addValue(values.getFirst());
      case Cell.Numbers(float[] values) -> values.length == 0 && addCode(Vocabulary.MISSING);
      case Cell.Vectors _ -> false;
    };
  }

  private boolean addValue(String value) {
    return addCode(value.isEmpty() ? Vocabulary.MISSING : table.code(value));
  }

  private boolean addCode(int code) {
    put(code);
    return true;
  }

  @Override
  void addMissing() {
    put(Vocabulary.MISSING);
  }

  /// Joins the parts' codes into those of one table: 1 is its first string, -1 missing.
  static int[] join(List<ColumnBuilder> parts, int rows, TextMerge merge) {
    int[] codes = new int[rows];
    int at = 0;
    for (ColumnBuilder part : parts) {
      TextBuilder texts = (TextBuilder) part;
      int size = (int) texts.blocks.size(texts.used);
      texts.blocks.drain(texts.used, codes, at);
      merge.recode(texts.table, codes, at, at + size);
      at += size;
    }
    return codes;
  }
}
