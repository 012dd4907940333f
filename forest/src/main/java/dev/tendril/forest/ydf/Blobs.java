package dev.tendril.forest.ydf;

import dev.tendril.learn.ModelException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The node blobs of a model, one after the other across all of its shards.
///
/// Three containers exist. A *blob sequence* has 8 header bytes, `BS`, a version of 16 bits, a
/// compression byte that counts from version 1 on, and zeros; then each blob with its length in 32
/// bits. With compression 1 everything behind the header is one gzip member. *TFRecord* gives each
/// blob 64 bits of length, a masked CRC-32C of the length, and a masked CRC-32C of the blob behind
/// it. All numbers are little-endian.
///
/// No length is believed: a blob longer than what is left of its file is refused before a byte of
/// it is read, and compressed content may not grow beyond [#MAX_EXPANSION] times its file.
final class Blobs implements Closeable {
  static final String BLOB_SEQUENCE = "BLOB_SEQUENCE";
  static final String BLOB_SEQUENCE_GZIP = "BLOB_SEQUENCE_GZIP";
  static final String TFE_RECORDIO = "TFE_RECORDIO";

  /// How much larger than its file the content of a compressed shard may be.
  static final long MAX_EXPANSION = 256;

  private static final int HEADER_BYTES = 8;

  private final YdfFiles files;
  private final int shards;
  private final boolean records;
  private int shard = -1;
  private @Nullable InputStream input;
  private Path file;
  private long position;
  private long limit;

  /// Where the nodes begin in their file.
  private long origin;

  private long start;
  private boolean compressed;

  /// @param format the container's name, as the learner's header gives it
  Blobs(YdfFiles files, int shards, String format, String header) {
    this.files = files;
    this.shards = shards;
    this.file = files.file(header);
    this.records =
        switch (format) {
          case BLOB_SEQUENCE, BLOB_SEQUENCE_GZIP -> false;
          case TFE_RECORDIO -> true;
          case "RECORDIO" ->
              throw new ModelException(
                  file
                      + ": nodes are stored as RECORDIO, which only Google can read; save the"
                      + " model again with node format BLOB_SEQUENCE");
          default ->
              throw new ModelException(
                  file
                      + ": unknown node format \""
                      + printable(format)
                      + "\"; expected BLOB_SEQUENCE, BLOB_SEQUENCE_GZIP or TFE_RECORDIO");
        };
    if (shards < 1 || shards > 99_999) {
      throw new ModelException(
          file + ": nodes are in " + shards + " files; expected between 1 and 99999");
    }
  }

  private static String printable(String text) {
    String shown = text.replaceAll("[^ -~]", "?");
    return shown.length() > 40 ? shown.substring(0, 40) + "..." : shown;
  }

  /// The file of the last blob.
  Path file() {
    return file;
  }

  /// Where the last blob begins in its file, or in the content of its file when compressed.
  long start() {
    return origin + start;
  }

  ModelException damaged(String what) {
    return ModelException.damaged(file, start(), (compressed ? "(uncompressed) " : "") + what);
  }

  /// The next blob, or null after the last.
  byte @Nullable [] next() {
    try {
      while (true) {
        if (input != null) {
          byte[] blob = records ? record(input) : blob(input);
          if (blob != null) {
            return blob;
          }
          input.close();
          input = null;
        }
        if (shard + 1 == shards) {
          return null;
        }
        open(++shard);
      }
    } catch (NoSuchFileException _) {
      throw new ModelException(file + ": is missing; the model is incomplete");
    } catch (EOFException | ZipException e) {
      start = position;
      throw damaged("the compressed content is damaged: " + e.getMessage());
    } catch (IOException e) {
      throw YdfFiles.unreadable(file, e);
    }
  }

  private void open(int index) throws IOException {
    String name = YdfFiles.nodes(index, shards);
    file = files.file(name);
    long size = files.size(name);
    InputStream raw = new BufferedInputStream(files.open(name), 1 << 16);
    input = raw;
    origin = files.start(name);
    position = 0;
    start = 0;
    limit = size;
    compressed = false;
    if (records) {
      return;
    }
    byte[] header = raw.readNBytes(HEADER_BYTES);
    if (header.length < HEADER_BYTES || header[0] != 'B' || header[1] != 'S') {
      throw damaged("does not begin with BS; expected a blob sequence");
    }
    int version = (header[2] & 0xff) | ((header[3] & 0xff) << 8);
    if (version > 1) {
      throw damaged("blob sequence of version " + version + "; expected 0 or 1");
    }
    int compression = version == 0 ? 0 : header[4];
    if (compression != 0 && compression != 1) {
      throw damaged("unknown compression " + compression + "; expected 0 (none) or 1 (gzip)");
    }
    position = HEADER_BYTES;
    if (compression == 1) {
      compressed = true;
      origin = 0;
      position = 0;
      limit = MAX_EXPANSION * size + (1 << 20);
      input = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16);
    }
  }

  private byte @Nullable [] blob(InputStream in) throws IOException {
    start = position;
    byte[] head = read(in, 4, "the length of a blob");
    if (head == null) {
      return null;
    }
    long length = Integer.toUnsignedLong(little(head).getInt());
    return body(in, length);
  }

  private byte @Nullable [] record(InputStream in) throws IOException {
    start = position;
    byte[] head = read(in, 12, "the length of a record");
    if (head == null) {
      return null;
    }
    ByteBuffer numbers = little(head);
    long length = numbers.getLong();
    if (numbers.getInt() != masked(head, 8)) {
      throw damaged("the checksum of a record's length does not match");
    }
    byte[] body = body(in, length);
    byte[] tail = read(in, 4, "the checksum of a record");
    if (tail == null || little(tail).getInt() != masked(body, body.length)) {
      throw damaged("the checksum of a record does not match");
    }
    return body;
  }

  private byte[] body(InputStream in, long length) throws IOException {
    if (length < 0 || length > limit - position || length > Integer.MAX_VALUE - 8) {
      throw damaged(
          "a blob of "
              + Long.toUnsignedString(length)
              + " bytes where at most "
              + (limit - position)
              + " are left");
    }
    byte[] body = in.readNBytes((int) length);
    if (body.length < length) {
      throw damaged("a blob of " + length + " bytes is cut short after " + body.length);
    }
    position += length;
    return body;
  }

  /// Exactly this many bytes, or null at the end of the file.
  private byte @Nullable [] read(InputStream in, int count, String what) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length == 0) {
      return null;
    }
    if (bytes.length < count) {
      throw damaged(what + " is cut short");
    }
    position += count;
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The checksum of TFRecord: CRC-32C, rotated and shifted so that checksums of checksums differ.
  static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void close() {
    try {
      if (input != null) {
        input.close();
      }
    } catch (IOException e) {
      throw YdfFiles.unreadable(file, e);
    }
  }
}
