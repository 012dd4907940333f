package dev.tendril.data;

/// Truth values as bytes: 1 true, 0 false, -1 missing.
public final class BooleanColumn implements Column {
  /// The byte of a missing value.
  public static final byte MISSING = -1;

  private final Field field;
  private final byte[] values;

  /// Takes over both as they are: the array is not copied and must not be changed afterwards.
  public BooleanColumn(Field field, byte[] values) {
    this.field = field;
    this.values = values;
  }

  /// A column with statistics of its own values.
  public static BooleanColumn of(String name, byte... values) {
    return new BooleanColumn(describe(name, values), values);
  }

  static Field describe(String name, byte[] values) {
    long trues = 0;
    long falses = 0;
    for (byte value : values) {
      trues += value == 1 ? 1 : 0;
      falses += value == 0 ? 1 : 0;
    }
    return new Field(
        name, false, values.length, values.length - trues - falses, new Field.Bool(trues, falses));
  }

  @Override
  public Field field() {
    return field;
  }

  @Override
  public int rows() {
    return values.length;
  }

  /// 1, 0, or [#MISSING].
  public byte value(int row) {
    return values[row];
  }

  /// The values themselves, not a copy: read only.
  byte[] values() {
    return values;
  }

  @Override
  public boolean isMissing(int row) {
    return values[row] == MISSING;
  }

  @Override
  public BooleanColumn select(int[] rows) {
    byte[] picked = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return new BooleanColumn(describe(name(), picked).withManual(field.manual()), picked);
  }

  @Override
  public long bytes() {
    return values.length;
  }
}
