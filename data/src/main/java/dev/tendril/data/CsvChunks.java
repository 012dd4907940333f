package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Cuts a big CSV file into ranges that can be parsed side by side.
///
/// A line break ends a record only outside of quotes. In a well-formed file that is where the
/// number of quotes before it is even, so one pass counts the quotes of every stretch, and each cut
/// is put behind the first line break that has an even count. A quote that stands inside an
/// unquoted field is legal too and spoils the count; therefore a cut is a guess, which the parser
/// of the range before it confirms by ending outside of quotes (the first range begins at a record,
/// and a range that begins at a record and ends outside of quotes makes the next one begin at a
/// record). Where it does not, the file is read in one piece.
final class CsvChunks {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 1 << 16;

  private CsvChunks() {}

  /// A range of a file's bytes that begins at a record; `end` is negative for the whole file, which
  /// may be compressed.
  record Chunk(InputFile file, long start, long end) {
    boolean isWhole() {
      return end < 0;
    }

    InputStream open(int bom) throws IOException {
      InputStream in = isWhole() ? file.open() : file.open(start, end);
      if (start == 0) {
        in.skipNBytes(bom);
      }
      return in;
    }
  }

  static Chunk whole(InputFile file) {
    return new Chunk(file, 0, -1);
  }

  static List<Chunk> of(InputFile file, long chunkBytes, int threads) throws IOException {
    long size = file.size();
    if (threads == 1 || size < 2 * chunkBytes || file.isGzip()) {
      return List.of(whole(file));
    }
    long stretch = Math.max(chunkBytes, size / (4L * threads));
    int stretches = (int) (size / stretch);
    long[] quotes = new long[stretches];
    Parallel.run(
        threads,
        stretches - 1,
        i -> {
          try {
            quotes[i] = quotes(file, i * stretch, (i + 1) * stretch);
          } catch (IOException e) {
            throw file.failure(e);
          }
        });
    List<Chunk> chunks = new ArrayList<>();
    long start = 0;
    long before = 0;
    for (int i = 1; i < stretches; i++) {
      before += quotes[i - 1];
      long cut = cut(file, i * stretch, size, (before & 1) != 0);
      if (cut > start && cut < size) {
        chunks.add(new Chunk(file, start, cut));
        start = cut;
      }
    }
    chunks.add(new Chunk(file, start, size));
    return chunks;
  }

  private static long quotes(InputFile file, long start, long end) throws IOException {
    long quotes = 0;
    byte[] block = new byte[BLOCK];
    try (InputStream in = file.open(start, end)) {
      for (int got = in.readNBytes(block, 0, BLOCK);
          got > 0;
          got = in.readNBytes(block, 0, BLOCK)) {
        int i = 0;
        for (; i + 8 <= got; i += 8) {
          quotes += quotes((long) LONGS.get(block, i));
        }
        for (; i < got; i++) {
          quotes += block[i] == '"' ? 1 : 0;
        }
      }
    }
    return quotes;
  }

  /// The number of bytes of a word that are quotes: such bytes become zero, and a byte is zero when
  /// neither its low seven bits carry into the eighth nor the eighth is set.
  static int quotes(long word) {
    long zeros = word ^ 0x2222222222222222L;
    long low = 0x7f7f7f7f7f7f7f7fL;
    return Long.bitCount(~(((zeros & low) + low) | zeros | low));
  }

  /// The position behind the first line feed outside of quotes, or the end of the file.
  private static long cut(InputFile file, long from, long size, boolean quoted) throws IOException {
    boolean inside = quoted;
    byte[] block = new byte[BLOCK];
    try (InputStream in = file.open(from, size)) {
      long at = from;
      for (int got = in.read(block); got > 0; got = in.read(block)) {
        for (int i = 0; i < got; i++) {
          if (block[i] == '"') {
            inside = !inside;
          } else if (block[i] == '\n' && !inside) {
            return at + i + 1;
          }
        }
        at += got;
      }
    }
    return size;
  }
}
