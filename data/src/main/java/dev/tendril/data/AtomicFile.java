package dev.tendril.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/// Writes a file whole or not at all: into a temporary sibling, which takes the file's place when
/// it is complete. A name that ends in `.gz` is compressed.
final class AtomicFile {
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  @FunctionalInterface
  interface Content {
    void write(OutputStream out) throws IOException;
  }

  static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    Path name = target.getFileName();
    if (folder == null || name == null || Files.isDirectory(target)) {
      throw new DataException(file + ": cannot be written: it is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new DataException(file + ": cannot be written: there is no folder " + folder);
    }
    Path temporary =
        folder.resolve("." + name + "." + Long.toHexString(System.nanoTime()) + ".tmp");
    try {
      try {
        try (OutputStream out = open(temporary, name.toString().endsWith(".gz"))) {
          content.write(out);
        }
        move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new DataException(file + ": cannot be written: " + e, e);
    }
  }

  private static OutputStream open(Path file, boolean gzip) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new BufferedOutputStream(gzip ? new GZIPOutputStream(out, BUFFER) : out, BUFFER);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
