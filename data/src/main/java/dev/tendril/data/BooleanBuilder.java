package dev.tendril.data;

import java.util.List;

/// Builds truth values: 1 and 0, `true` and `false` in any case, and any number by whether it is at
/// least one half. A strict builder takes only 1, 0 and real truth values, so that a count that
/// began with zeros and ones is not mistaken for one.
final class BooleanBuilder extends ColumnBuilder {
  private final boolean strict;
  private final Blocks<byte[]> blocks = new Blocks<>(byte[]::new);
  private byte[] block = {};
  private int used;

  BooleanBuilder(boolean strict) {
    this.strict = strict;
  }

  private void put(byte value) {
    if (used == block.length) {
      block = blocks.next();
      used = 0;
    }
    block[used++] = value;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    if (length == 1 && (text[offset] == '0' || text[offset] == '1')) {
      put((byte) (text[offset] - '0'));
      return true;
    }
    if (Missing.isPadded(text, offset, length)) {
      put(BooleanColumn.MISSING);
      return true;
    }
    if (strict) {
      return false;
    }
    if (FloatParser.matches(text, offset, offset + length, "true")) {
      put((byte) 1);
      return true;
    }
    if (FloatParser.matches(text, offset, offset + length, "false")) {
      put((byte) 0);
      return true;
    }
    long bits = FloatParser.parse(text, offset, length);
    return bits != FloatParser.NOT_A_NUMBER && addNumber(Float.intBitsToFloat((int) bits));
  }

  @Override
  boolean add(Cell cell) {
    return switch (cell) {
      case Cell.None _ -> addNumber(Float.NaN);
      case Cell.Flag(boolean value) -> addNumber(value ? 1 : 0);
      case Cell.Numeric(float value, _) -> addNumber(value);
      case Cell.Text(String value) -> addText(value);
      case Cell.Numbers(float[] values) -> values.length == 0 && addNumber(Float.NaN);
      case Cell.Texts(List<String> values) ->
          values.isEmpty()
              ? addNumber(Float.NaN)
              : values.size() == 1 && addText(values.getFirst());
      case Cell.Vectors _ -> false;
    };
  }

  private boolean addNumber(float value) {
    if (Float.isNaN(value)) {
      put(BooleanColumn.MISSING);
    } else if (strict && value != 0 && value != 1) {
      return false;
    } else {
      put(ofNumber(value));
    }
    return true;
  }

  static byte ofNumber(float value) {
    return Float.isNaN(value) ? BooleanColumn.MISSING : value >= 0.5f ? (byte) 1 : 0;
  }

  @Override
  void addMissing() {
    put(BooleanColumn.MISSING);
  }

  static byte[] join(List<ColumnBuilder> parts, int rows) {
    byte[] values = new byte[rows];
    int at = 0;
    for (ColumnBuilder part : parts) {
      BooleanBuilder flags = (BooleanBuilder) part;
      int size = (int) flags.blocks.size(flags.used);
      flags.blocks.drain(flags.used, values, at);
      at += size;
    }
    return values;
  }
}
