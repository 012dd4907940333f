package dev.tendril.formats.file;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/// Writes a folder whole or not at all: into a temporary sibling, which takes its place when it is
/// complete. A folder that is there is replaced only if it is of the same kind.
public final class WholeFolder {
  private WholeFolder() {}

  /// What is to be in the folder.
  @FunctionalInterface
  public interface Content {
    void write(Path folder) throws IOException;
  }

  /// @param mark the file by which a folder of the same kind is known
  /// @throws TensorException when it cannot be written, or another folder or file is there
  public static void write(Path folder, String mark, Content content) {
    Path target = folder.toAbsolutePath().normalize();
    String suffix = "." + Long.toHexString(System.nanoTime()) + ".tmp";
    Path made = target.resolveSibling("." + target.getFileName() + suffix);
    Path old = target.resolveSibling("." + target.getFileName() + ".old" + suffix);
    try {
      requireReplaceable(folder, target, mark);
      try {
        Files.createDirectory(made);
        content.write(made);
        if (Files.exists(target)) {
          Files.move(target, old);
        }
        Files.move(made, target);
      } finally {
        if (Files.exists(old) && !Files.exists(target)) {
          Files.move(old, target);
        }
        delete(made);
        delete(old);
      }
    } catch (NoSuchFileException e) {
      throw new TensorException("writing " + folder + ": no such folder", e);
    } catch (IOException e) {
      throw new TensorException("writing " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void requireReplaceable(Path folder, Path target, String mark) throws IOException {
    if (!Files.exists(target) || Files.exists(target.resolve(mark))) {
      return;
    }
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        if (files.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new TensorException(
        "writing "
            + folder
            + ": something other than a folder with "
            + mark
            + " is there: choose another name or remove it");
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
