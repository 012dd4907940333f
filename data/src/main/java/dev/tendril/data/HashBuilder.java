package dev.tendril.data;

import java.util.List;

/// Builds hashes of identifiers.
final class HashBuilder extends ColumnBuilder {
  private final Blocks<long[]> blocks = new Blocks<>(long[]::new);
  private long[] block = {};
  private int used;

  private void put(long value) {
    if (used == block.length) {
      block = blocks.next();
      used = 0;
    }
    block[used++] = value;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    put(
        Missing.is(text, offset, length)
            ? HashColumn.MISSING
            : HashColumn.hash(new String(text, offset, length)));
    return true;
  }

  @Override
  boolean add(Cell cell) {
    return switch (cell) {
      case Cell.None _ -> addHash(null);
      case Cell.Flag(boolean value) -> addHash(value ? "1" : "0");
      case Cell.Numeric(_, String text) -> addHash(text);
      case Cell.Text(String value) -> addHash(value.isEmpty() ? null : value);
      case Cell.Texts(List<String> values) -> values.size() == 1 && addHash(values.getFirst());
      case Cell.Numbers _, Cell.Vectors _ -> false;
    };
  }

  private boolean addHash(@org.jspecify.annotations.Nullable String text) {
    put(HashColumn.hash(text));
    return true;
  }

  @Override
  void addMissing() {
    put(HashColumn.MISSING);
  }

  static long[] join(List<ColumnBuilder> parts, int rows) {
    long[] values = new long[rows];
    int at = 0;
    for (ColumnBuilder part : parts) {
      HashBuilder hashes = (HashBuilder) part;
      int size = (int) hashes.blocks.size(hashes.used);
      hashes.blocks.drain(hashes.used, values, at);
      at += size;
    }
    return values;
  }
}
