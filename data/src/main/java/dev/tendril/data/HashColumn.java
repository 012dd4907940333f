package dev.tendril.data;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Identifiers as 64-bit hashes of their text: only equality is kept. Missing is [#MISSING].
public final class HashColumn implements Column {
  /// The hash of a missing value.
  public static final long MISSING = 0;

  private final Field field;
  private final long[] values;

  /// Takes over both as they are: the array is not copied and must not be changed afterwards.
  public HashColumn(Field field, long[] values) {
    this.field = field;
    this.values = values;
  }

  /// A column of hashes, [#MISSING] for missing.
  public static HashColumn of(String name, long... values) {
    return new HashColumn(describe(name, values), values);
  }

  static Field describe(String name, long[] values) {
    long missing = 0;
    for (long value : values) {
      missing += value == MISSING ? 1 : 0;
    }
    return new Field(name, false, values.length, missing, new Field.Hash());
  }

  /// The hash of a text (FNV-1a, 64 bits, over its UTF-8 bytes; never [#MISSING]), or [#MISSING]
  /// for null.
  public static long hash(@Nullable String text) {
    if (text == null) {
      return MISSING;
    }
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash == MISSING ? 1 : hash;
  }

  @Override
  public Field field() {
    return field;
  }

  @Override
  public int rows() {
    return values.length;
  }

  public long value(int row) {
    return values[row];
  }

  /// The values themselves, not a copy: read only.
  long[] values() {
    return values;
  }

  @Override
  public boolean isMissing(int row) {
    return values[row] == MISSING;
  }

  @Override
  public HashColumn select(int[] rows) {
    long[] picked = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return new HashColumn(describe(name(), picked).withManual(field.manual()), picked);
  }

  @Override
  public long bytes() {
    return 8L * values.length;
  }
}
