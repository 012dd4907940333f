package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Finds the place at which a file stops being UTF-8, for the message of an error that is already
/// certain.
final class Utf8 {
  private Utf8() {}

  static DataException locate(InputFile file) throws IOException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    CharBuffer chars = CharBuffer.allocate(1 << 16);
    long line = 1;
    long offset = 0;
    boolean afterReturn = false;
    try (InputStream in = file.open()) {
      boolean last = false;
      while (!last) {
        int got = in.read(bytes.array(), bytes.position(), bytes.remaining());
        last = got < 0;
        bytes.position(bytes.position() + Math.max(0, got)).flip();
        CoderResult result = decoder.decode(bytes, chars, last);
        offset += bytes.position();
        chars.flip();
        while (chars.hasRemaining()) {
          char c = chars.get();
          line += c == '\r' || (c == '\n' && !afterReturn) ? 1 : 0;
          afterReturn = c == '\r';
        }
        chars.clear();
        if (result.isError()) {
          break;
        }
        bytes.compact();
      }
    }
    return DataException.at(
        file.shown(), line, "byte " + offset + " is not UTF-8 text; save the file as UTF-8");
  }

  /// The number of line breaks (LF, CR, or both together) in the first bytes of a file.
  static long lines(InputFile file, long end) throws IOException {
    long lines = 0;
    boolean afterReturn = false;
    byte[] block = new byte[1 << 16];
    try (InputStream in = file.open(0, end)) {
      for (int got = in.read(block); got >= 0; got = in.read(block)) {
        for (int i = 0; i < got; i++) {
          lines += block[i] == '\r' || (block[i] == '\n' && !afterReturn) ? 1 : 0;
          afterReturn = block[i] == '\r';
        }
      }
    }
    return lines;
  }
}
