package dev.tendril.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The frame of a TFRecord: the length of the record as 8 bytes, the checksum of these, the record,
/// and its checksum, all little-endian. A checksum is CRC-32C, rotated right by 15 bits, plus a
/// constant, so that a checksum of data that hold checksums stays good.
final class TfRecords {
  static final int HEADER = 12;
  static final int FOOTER = 4;

  private static final int MASK = 0xa282ead8;

  private TfRecords() {}

  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  static byte[] header(long length) {
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length);
    return header.putInt(checksum(header.array(), 0, Long.BYTES)).array();
  }

  static byte[] footer(byte[] record) {
    return ByteBuffer.allocate(FOOTER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(checksum(record, 0, record.length))
        .array();
  }
}
