package dev.tendril.formats.tflite;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.tendril.formats.FormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The bytes of a FlatBuffers file, none of which is trusted: every place is checked before it is
/// read. What is decoded from vectors is counted, since tables may share a vector, and a small file
/// could otherwise ask for more memory than there is.
final class FlatFile {
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Decoded bytes for each byte of the file, and for a file of any size.
  private static final long DECODED = 16;

  private static final long DECODED_ALWAYS = 1 << 16;

  private final MemorySegment bytes;
  private long budget;

  FlatFile(MemorySegment bytes) {
    this.bytes = bytes;
    this.budget = DECODED * bytes.byteSize() + DECODED_ALWAYS;
  }

  /// The table that the file begins with.
  ///
  /// @param identifier the four letters at byte 4
  FlatTable root(String identifier, Schema.Table schema) {
    if (bytes.byteSize() < 8) {
      throw new FormatException(0, "a file of " + bytes.byteSize() + " bytes; expected at least 8");
    }
    for (int i = 0; i < 4; i++) {
      if (bytes.get(JAVA_BYTE, 4 + i) != identifier.charAt(i)) {
        throw new FormatException(4, "no identifier " + identifier);
      }
    }
    return FlatTable.at(this, reference(0, "the root"), schema, "the root");
  }

  long size() {
    return bytes.byteSize();
  }

  MemorySegment slice(long at, long length, String what) {
    check(at, length, what);
    return bytes.asSlice(at, length);
  }

  /// Counts decoded bytes.
  void decode(long at, long count, String what) {
    budget -= count;
    if (budget < 0) {
      throw new FormatException(
          at, what + ": parts of the file are used again and again; expected less than that");
    }
  }

  private void check(long at, long length, String what) {
    if (at < 0 || length < 0 || at > bytes.byteSize() - length) {
      throw new FormatException(
          Math.max(at, 0),
          what + " of " + length + " bytes goes beyond the file, which has " + bytes.byteSize());
    }
  }

  int int8(long at, String what) {
    check(at, 1, what);
    return bytes.get(JAVA_BYTE, at);
  }

  int uint16(long at, String what) {
    check(at, 2, what);
    return Short.toUnsignedInt(bytes.get(SHORT, at));
  }

  int int32(long at, String what) {
    check(at, 4, what);
    return bytes.get(INT, at);
  }

  long int64(long at, String what) {
    check(at, 8, what);
    return bytes.get(LONG, at);
  }

  float float32(long at, String what) {
    check(at, 4, what);
    return bytes.get(FLOAT, at);
  }

  /// Where an offset points to.
  long reference(long at, String what) {
    long offset = Integer.toUnsignedLong(int32(at, what));
    if (offset == 0 || at + offset >= bytes.byteSize()) {
      throw new FormatException(
          at, what + " with offset " + offset + "; expected 1 to " + (bytes.byteSize() - at - 1));
    }
    return at + offset;
  }
}
