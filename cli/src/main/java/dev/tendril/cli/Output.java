package dev.tendril.cli;

import dev.tendril.data.DataException;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.ModelFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/// Checks, before any work begins, that its result can be written.
final class Output {
  private static final Pattern TABLE =
      Pattern.compile(".*\\.(csv|tsv|jsonl|tfrecord)(\\.gz)?", Pattern.CASE_INSENSITIVE);

  private Output() {}

  /// @throws ModelException when a model cannot be written there, or something else would be lost
  static void requireModelFolder(Path folder) {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.isRegularFile(target)) {
      throw new ModelException(
          "--out " + folder + " is a file: expected the name of a folder for the model");
    }
    if (Files.isDirectory(target) && !isEmpty(target) && !isModel(target)) {
      throw new ModelException(
          "--out "
              + folder
              + " is a folder that holds something other than a model: choose another name or"
              + " empty it");
    }
    Path parent = target.getParent();
    if (parent == null) {
      throw new ModelException("--out " + folder + ": give the model a folder of its own");
    }
    String obstacle = obstacle(parent);
    if (!obstacle.isEmpty()) {
      throw new ModelException("--out " + folder + " cannot be written: " + obstacle);
    }
  }

  /// @param option the option that names the file
  /// @throws DataException when the file cannot be written
  static void requireFile(String option, Path file) {
    Path target = file.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || Files.isDirectory(target)) {
      throw new DataException(option + " " + file + " is a folder: expected the name of a file");
    }
    String obstacle = Files.isDirectory(parent) ? obstacle(parent) : "there is no folder " + parent;
    if (!obstacle.isEmpty()) {
      throw new DataException(option + " " + file + " cannot be written: " + obstacle);
    }
  }

  /// @throws DataException when a table cannot be written there
  static void requireTable(String option, Path file) {
    requireFile(option, file);
    if (!TABLE.matcher(String.valueOf(file.getFileName())).matches()) {
      throw new DataException(
          option
              + " "
              + file
              + ": the name does not tell the format: expected .csv, .tsv, .jsonl or .tfrecord,"
              + " each also with .gz");
    }
  }

  /// Writes a text file whole or not at all.
  static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Writes a file whole or not at all.
  static void write(Path file, byte[] bytes) {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      try {
        Files.write(temporary, bytes);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException _) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new DataException(file + " cannot be written: " + e, e);
    }
  }

  /// What keeps a folder from being made or filled; empty when nothing does.
  private static String obstacle(Path folder) {
    Path existing = folder;
    while (!Files.exists(existing)) {
      Path parent = existing.getParent();
      if (parent == null) {
        return "there is no folder " + folder;
      }
      existing = parent;
    }
    if (!Files.isDirectory(existing)) {
      return existing + " is a file";
    }
    return Files.isWritable(existing) ? "" : "permission denied: " + existing;
  }

  private static boolean isEmpty(Path folder) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    } catch (IOException e) {
      throw new ModelException("the folder " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static boolean isModel(Path folder) {
    return ServiceLoader.load(ModelFormat.class).stream()
        .anyMatch(format -> format.get().accepts(folder));
  }
}
