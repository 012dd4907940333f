package dev.tendril.data;

/// Numbers as 32-bit floats; NaN is missing.
public final class NumericalColumn implements Column {
  private final Field field;
  private final float[] values;

  /// Takes over both as they are: the array is not copied and must not be changed afterwards.
  public NumericalColumn(Field field, float[] values) {
    this.field = field;
    this.values = values;
  }

  /// A column with statistics of its own values.
  public static NumericalColumn of(String name, float... values) {
    return new NumericalColumn(describe(name, values), values);
  }

  static Field describe(String name, float[] values) {
    long missing = 0;
    for (float value : values) {
      if (Float.isNaN(value)) {
        missing++;
      }
    }
    return new Field(name, false, values.length, missing, statistics(values));
  }

  /// Mean and deviation by Kahan's compensated summation (Kahan 1965), in row order, so that the
  /// result depends on nothing but the values.
  static Field.Numerical statistics(float[] values) {
    long n = 0;
    double sum = 0;
    double lost = 0;
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      if (!Float.isNaN(value)) {
        n++;
        double term = value - lost;
        double next = sum + term;
        lost = (next - sum) - term;
        sum = next;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    if (n == 0) {
      return Field.Numerical.NONE;
    }
    double mean = sum / n;
    double squares = 0;
    lost = 0;
    for (float value : values) {
      if (!Float.isNaN(value)) {
        double term = (value - mean) * (value - mean) - lost;
        double next = squares + term;
        lost = (next - squares) - term;
        squares = next;
      }
    }
    return new Field.Numerical(mean, min, max, Math.sqrt(squares / n));
  }

  @Override
  public Field field() {
    return field;
  }

  @Override
  public int rows() {
    return values.length;
  }

  /// The value, NaN when missing.
  public float value(int row) {
    return values[row];
  }

  /// The values themselves, not a copy: read only.
  public float[] values() {
    return values;
  }

  @Override
  public boolean isMissing(int row) {
    return Float.isNaN(values[row]);
  }

  @Override
  public NumericalColumn select(int[] rows) {
    float[] picked = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return new NumericalColumn(describe(name(), picked).withManual(field.manual()), picked);
  }

  @Override
  public long bytes() {
    return 4L * values.length;
  }
}
