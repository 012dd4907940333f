package dev.tendril.data;

import java.util.List;

/// Builds sequences of vectors of one length, which the first vector sets unless a schema does.
/// Where a schema does, a flat list of numbers is a sequence too.
final class VectorBuilder extends ColumnBuilder {
  private static final int MISSING = -1;

  private final boolean known;
  private int vectorLength;
  private final Blocks<float[]> valueBlocks = new Blocks<>(float[]::new);
  private float[] values = {};
  private int usedValues;
  private final Blocks<int[]> countBlocks = new Blocks<>(int[]::new);
  private int[] counts = {};
  private int usedCounts;

  /// @param vectorLength the length of every vector, 0 when not known
  VectorBuilder(int vectorLength) {
    this.vectorLength = vectorLength;
    this.known = vectorLength > 0;
  }

  private void putCount(int count) {
    if (usedCounts == counts.length) {
      counts = countBlocks.next();
      usedCounts = 0;
    }
    counts[usedCounts++] = count;
  }

  @Override
  boolean add(char[] text, int offset, int length) {
    putCount(MISSING);
    return Missing.isPadded(text, offset, length);
  }

  @Override
  boolean add(Cell cell) {
    return switch (cell) {
      case Cell.None _ -> addCount(MISSING);
      case Cell.Vectors(int length, float[] components) -> addVectors(length, components);
      case Cell.Numbers(float[] components) ->
          components.length == 0
              ? addCount(0)
              : known
                  && components.length % vectorLength == 0
                  && addVectors(vectorLength, components);
      case Cell.Numeric(float value, _) ->
          known && vectorLength == 1 && addVectors(1, new float[] {value});
      case Cell.Texts(List<String> texts) -> texts.isEmpty() && addCount(0);
      case Cell.Flag _, Cell.Text _ -> false;
    };
  }

  private boolean addVectors(int length, float[] components) {
    if (components.length == 0) {
      return addCount(0);
    }
    if (vectorLength == 0) {
      vectorLength = length;
    }
    if (length != vectorLength) {
      return false;
    }
    for (float component : components) {
      if (usedValues == values.length) {
        values = valueBlocks.next();
        usedValues = 0;
      }
      values[usedValues++] = component;
    }
    return addCount(components.length / length);
  }

  private boolean addCount(int count) {
    putCount(count);
    return true;
  }

  @Override
  void addMissing() {
    putCount(MISSING);
  }

  record Joined(int length, int[] starts, float[] values, boolean[] missing) {}

  /// Structured files are read in one part.
  static Joined join(List<ColumnBuilder> parts, int rows) {
    VectorBuilder vectors = (VectorBuilder) parts.getFirst();
    int size =
        Sizes.checked(vectors.valueBlocks.size(vectors.usedValues), "numbers of a vector column");
    float[] values = new float[size];
    vectors.valueBlocks.drain(vectors.usedValues, values, 0);
    int[] counts = new int[rows];
    vectors.countBlocks.drain(vectors.usedCounts, counts, 0);
    int[] starts = new int[rows + 1];
    boolean[] missing = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      missing[row] = counts[row] == MISSING;
      starts[row + 1] = starts[row] + Math.max(0, counts[row]);
    }
    return new Joined(vectors.vectorLength, starts, values, missing);
  }
}
