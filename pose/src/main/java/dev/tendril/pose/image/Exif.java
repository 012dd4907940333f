package dev.tendril.pose.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a camera says of its picture (Exif 2.32, a directory of TIFF): how it was held.
final class Exif {
  private static final byte[] NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY = 12;

  private final ByteBuffer tiff;

  Exif(byte[] segment) {
    tiff = ByteBuffer.wrap(segment, NAME.length, segment.length - NAME.length).slice();
    if (tiff.remaining() > 1 && tiff.get(0) == 'I') {
      tiff.order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  static boolean isExif(byte[] segment) {
    return segment.length > NAME.length
        && Arrays.equals(segment, 0, NAME.length, NAME, 0, NAME.length);
  }

  /// From 1, upright, to 8; 1 when it is not said.
  int orientation() {
    int size = tiff.capacity();
    if (size < 8) {
      return 1;
    }
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > size - 2) {
      return 1;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int at = directory + 2 + i * ENTRY;
      if (at > size - ENTRY) {
        return 1;
      }
      if ((tiff.getShort(at) & 0xffff) == ORIENTATION) {
        return tiff.getShort(at + 8) & 0xffff;
      }
    }
    return 1;
  }
}
