package dev.tendril.formats.file;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes a file whole or not at all: into a temporary sibling, which takes the file's place when
/// it is complete. Who may read it is as of any file that is new.
public final class WholeFile {
  private static final long PART = 1 << 30;

  private WholeFile() {}

  /// What is to be in the file.
  @FunctionalInterface
  public interface Content {
    void write(FileChannel channel) throws IOException;
  }

  /// @throws TensorException when it cannot be written
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path temporary =
        target.resolveSibling(
            "." + target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".tmp");
    try {
      try {
        try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          content.write(channel);
        }
        move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (NoSuchFileException e) {
      throw new TensorException("writing " + file + ": no such folder", e);
    } catch (IOException e) {
      throw new TensorException("writing " + file + ": " + e.getMessage(), e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// All of a memory.
  public static void writeAll(FileChannel channel, MemorySegment memory) throws IOException {
    long size = memory.byteSize();
    for (long at = 0; at < size; at += PART) {
      writeAll(channel, memory.asSlice(at, Math.min(PART, size - at)).asByteBuffer());
    }
  }

  /// All that is left of a buffer.
  public static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
