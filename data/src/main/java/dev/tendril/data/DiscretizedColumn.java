package dev.tendril.data;

/// Numbers kept as bin indices of 16 bits; [#MISSING] is missing.
public final class DiscretizedColumn implements Column {
  /// The bin of a missing value.
  public static final char MISSING = Character.MAX_VALUE;

  private final Field field;
  private final char[] bins;

  /// Takes over both as they are: the array is not copied and must not be changed afterwards.
  public DiscretizedColumn(Field field, char[] bins) {
    this.field = field;
    this.bins = bins;
  }

  /// Bins numbers by the boundaries of a known field.
  public static DiscretizedColumn of(Field field, float[] values) {
    if (!(field.details() instanceof Field.Discretized discretized)) {
      throw new DataException(
          "column \"" + field.name() + "\" is " + field.semantic() + ", not discretized");
    }
    char[] bins = new char[values.length];
    for (int i = 0; i < bins.length; i++) {
      bins[i] = Float.isNaN(values[i]) ? MISSING : (char) discretized.bin(values[i]);
    }
    return new DiscretizedColumn(field, bins);
  }

  @Override
  public Field field() {
    return field;
  }

  public Field.Discretized details() {
    return (Field.Discretized) field.details();
  }

  /// The same bins under another field of the same boundaries.
  DiscretizedColumn withField(Field other) {
    return new DiscretizedColumn(other, bins);
  }

  @Override
  public int rows() {
    return bins.length;
  }

  /// The bin index, or [#MISSING].
  public char bin(int row) {
    return bins[row];
  }

  @Override
  public boolean isMissing(int row) {
    return bins[row] == MISSING;
  }

  /// Keeps the boundaries, since the numbers behind the bins are gone.
  @Override
  public DiscretizedColumn select(int[] rows) {
    char[] picked = new char[rows.length];
    long missing = 0;
    for (int i = 0; i < rows.length; i++) {
      picked[i] = bins[rows[i]];
      missing += picked[i] == MISSING ? 1 : 0;
    }
    Field selected = new Field(name(), field.manual(), rows.length, missing, field.details());
    return new DiscretizedColumn(selected, picked);
  }

  @Override
  public long bytes() {
    return 2L * bins.length;
  }
}
