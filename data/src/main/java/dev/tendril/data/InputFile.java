package dev.tendril.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file to read, which may be compressed: that shows in its first two bytes, not in its name.
record InputFile(Path path, FileFormat format) {
  private static final int BUFFER = 1 << 16;

  /// The name in messages: the path as the user gave it.
  String shown() {
    return path.toString();
  }

  long size() throws IOException {
    return Files.size(path);
  }

  boolean isGzip() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  /// The content, uncompressed.
  InputStream open() throws IOException {
    InputStream file = Files.newInputStream(path);
    try {
      BufferedInputStream in = new BufferedInputStream(file, BUFFER);
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER) : in;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// A range of the bytes of a file that is not compressed.
  InputStream open(long start, long end) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return new InputStream() {
      private long at = start;
      private final byte[] one = new byte[1];

      @Override
      public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (at >= end) {
          return -1;
        }
        int wanted = (int) Math.min(length, end - at);
        int got = channel.read(ByteBuffer.wrap(target, offset, wanted), at);
        at += Math.max(0, got);
        return got;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /// The message for a failure of the file system or of decompression.
  DataException failure(IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "the file is gone";
          case AccessDeniedException _ -> "permission denied";
          case EOFException _ -> "the compressed data end too early: the file was cut off";
          case ZipException _ -> "the compressed data are damaged (" + e.getMessage() + ")";
          default -> String.valueOf(e.getMessage());
        };
    return new DataException(shown() + ": cannot be read: " + reason, e);
  }
}
