package dev.tendril.data;

/// A sequence of vectors of one length a row, all floats one after the other.
public final class VectorSequenceColumn implements Column {
  private final Field field;
  private final int[] starts;
  private final float[] values;
  private final boolean[] missing;

  /// @param starts the position of each row's first vector, counted in vectors, and the total;
  ///     taken over
  /// @param values the vectors; taken over
  /// @param missing which rows have no value; taken over
  public VectorSequenceColumn(Field field, int[] starts, float[] values, boolean[] missing) {
    this.field = field;
    this.starts = starts;
    this.values = values;
    this.missing = missing;
  }

  /// A column with statistics of its own values.
  public static VectorSequenceColumn of(
      String name, int length, int[] starts, float[] values, boolean[] missing) {
    long gaps = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int row = 0; row < missing.length; row++) {
      if (missing[row]) {
        gaps++;
      } else {
        least = Math.min(least, starts[row + 1] - starts[row]);
        most = Math.max(most, starts[row + 1] - starts[row]);
      }
    }
    Field.VectorSequence details =
        new Field.VectorSequence(length, least == Integer.MAX_VALUE ? 0 : least, most);
    return new VectorSequenceColumn(
        new Field(name, false, missing.length, gaps, details), starts, values, missing);
  }

  @Override
  public Field field() {
    return field;
  }

  /// The length of every vector.
  public int length() {
    return ((Field.VectorSequence) field.details()).length();
  }

  /// The same vectors under another field of the same length.
  VectorSequenceColumn withField(Field other) {
    return new VectorSequenceColumn(other, starts, values, missing);
  }

  /// Whether no row has a vector.
  boolean isEmpty() {
    return values.length == 0;
  }

  @Override
  public int rows() {
    return missing.length;
  }

  /// The position of the first vector of a row, counted in vectors.
  public int start(int row) {
    return starts[row];
  }

  /// The position after the last vector of a row.
  public int end(int row) {
    return starts[row + 1];
  }

  /// Component `i` of the vector at a position.
  public float value(int position, int i) {
    return values[position * length() + i];
  }

  @Override
  public boolean isMissing(int row) {
    return missing[row];
  }

  @Override
  public VectorSequenceColumn select(int[] rows) {
    int length = length();
    int[] pickedStarts = new int[rows.length + 1];
    boolean[] pickedMissing = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      pickedStarts[i + 1] = pickedStarts[i] + starts[rows[i] + 1] - starts[rows[i]];
      pickedMissing[i] = missing[rows[i]];
    }
    float[] picked = new float[pickedStarts[rows.length] * length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(
          values,
          starts[rows[i]] * length,
          picked,
          pickedStarts[i] * length,
          (pickedStarts[i + 1] - pickedStarts[i]) * length);
    }
    VectorSequenceColumn selected = of(name(), length, pickedStarts, picked, pickedMissing);
    return selected.withField(selected.field.withManual(field.manual()));
  }

  @Override
  public long bytes() {
    return 4L * starts.length + 4L * values.length + missing.length;
  }
}
