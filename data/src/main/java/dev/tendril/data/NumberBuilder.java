package dev.tendril.data;

import java.util.List;

/// Builds numbers.
final class NumberBuilder extends ColumnBuilder {
  private final Blocks<float[]> blocks = new Blocks<>(float[]::new);
  private float[] block = {};
  private int used;

  void put(float value) {
    if (used == block.length) {
      block = blocks.next();
      used = 0;
    }
    block[used++] = value;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    long bits = FloatParser.parse(text, offset, length);
    if (bits == FloatParser.NOT_A_NUMBER) {
      put(Float.NaN);
      return Missing.isPadded(text, offset, length);
    }
    put(Float.intBitsToFloat((int) bits));
    return true;
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
    put(value);
    return true;
  }

  @Override
  void addMissing() {
    put(Float.NaN);
  }

  static float[] join(List<ColumnBuilder> parts, int rows) {
    float[] values = new float[rows];
    int at = 0;
    for (ColumnBuilder part : parts) {
      NumberBuilder numbers = (NumberBuilder) part;
      int size = (int) numbers.blocks.size(numbers.used);
      numbers.blocks.drain(numbers.used, values, at);
      at += size;
    }
    return values;
  }
}
