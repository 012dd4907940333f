package dev.tendril.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// SHA-256 over what a table says: the number of rows and of columns, and for every column its
/// name, its semantic and its values in row order. Text counts, not the code that stands for it, so
/// vocabulary limits and the schema that a table was read by make no difference. A model keeps the
/// fingerprint of its training data; equal fingerprints mean equal data.
///
/// Every part has a fixed size or is preceded by its length, all numbers big-endian: numbers as the
/// bits of their float (one pattern for missing), text as the length of its UTF-8 form (-1 for
/// missing) and that form, sets and sequences as the number of their members (-1 for missing) and
/// these, set members in alphabetical order.
final class Fingerprint {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String of(Frame frame) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.putInt(frame.rows());
    fingerprint.putInt(frame.columns().size());
    for (Column column : frame.columns()) {
      fingerprint.putText(column.name());
      fingerprint.putText(column.semantic().name());
      fingerprint.putValues(column);
    }
    return fingerprint.hex();
  }

  private void putValues(Column column) {
    int rows = column.rows();
    switch (column) {
      case NumericalColumn numbers -> {
        for (int row = 0; row < rows; row++) {
          putInt(Float.floatToIntBits(numbers.value(row)));
        }
      }
      case BooleanColumn flags -> {
        for (int row = 0; row < rows; row++) {
          room(1).put(flags.value(row));
        }
      }
      case HashColumn hashes -> {
        for (int row = 0; row < rows; row++) {
          room(8).putLong(hashes.value(row));
        }
      }
      case DiscretizedColumn bins -> {
        putInt(bins.details().boundaries().length);
        for (float boundary : bins.details().boundaries()) {
          putInt(Float.floatToIntBits(boundary));
        }
        for (int row = 0; row < rows; row++) {
          room(2).putChar(bins.bin(row));
        }
      }
      case CategoricalColumn categories -> {
        for (int row = 0; row < rows; row++) {
          putText(categories.text(row));
        }
      }
      case TextColumn texts -> {
        for (int row = 0; row < rows; row++) {
          putText(texts.text(row));
        }
      }
      case CategoricalSetColumn sets -> {
        for (int row = 0; row < rows; row++) {
          if (sets.isMissing(row)) {
            putInt(-1);
          } else {
            String[] items = new String[sets.end(row) - sets.start(row)];
            for (int i = 0; i < items.length; i++) {
              items[i] = sets.text(sets.start(row) + i);
            }
            java.util.Arrays.sort(items);
            putInt(items.length);
            for (String item : items) {
              putText(item);
            }
          }
        }
      }
      case VectorSequenceColumn vectors -> {
        putInt(vectors.length());
        for (int row = 0; row < rows; row++) {
          putInt(vectors.isMissing(row) ? -1 : vectors.end(row) - vectors.start(row));
          for (int at = vectors.start(row); at < vectors.end(row); at++) {
            for (int i = 0; i < vectors.length(); i++) {
              putInt(Float.floatToIntBits(vectors.value(at, i)));
            }
          }
        }
      }
    }
  }

  private void putInt(int value) {
    room(4).putInt(value);
  }

  private void putText(@Nullable String text) {
    if (text == null) {
      putInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putInt(bytes.length);
    if (bytes.length <= buffer.capacity()) {
      room(bytes.length).put(bytes);
    } else {
      flush();
      digest.update(bytes);
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() {
    digest.update(buffer.flip());
    buffer.clear();
  }

  private String hex() {
    flush();
    return HexFormat.of().formatHex(digest.digest());
  }
}
