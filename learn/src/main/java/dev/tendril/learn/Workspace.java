package dev.tendril.learn;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A hidden folder beside a target, in which its next content grows.
///
/// For target `M` it is `.M.tendril-new-N`, and `.M.tendril-new-N.lock` beside it is locked for as
/// long as its writer lives. So whoever comes later can tell a workspace that is in use from one
/// whose writer was killed. The lock file is made before the folder and deleted after it: a folder
/// without lock does not come up.
final class Workspace implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path folder;
  private final Path lockFile;
  private final FileChannel channel;

  private Workspace(Path folder, Path lockFile, FileChannel channel) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  static Workspace beside(Path target) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    Path lockFile = Files.createTempFile(parent, prefix(target), LOCK);
    String name = String.valueOf(lockFile.getFileName());
    Path folder = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    FileChannel channel = null;
    try {
      channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
      tryLock(channel);
      Files.createDirectory(folder);
      return new Workspace(folder, lockFile, channel);
    } catch (IOException e) {
      if (channel != null) {
        channel.close();
      }
      Files.deleteIfExists(lockFile);
      throw e;
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".tendril-new-";
  }

  /// Locks; null when another one holds the lock or the file system knows no locks.
  private static @Nullable FileLock tryLock(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (IOException | OverlappingFileLockException _) {
      return null;
    }
  }

  Path folder() {
    return folder;
  }

  /// Deletes what is left of the folder, which is nothing if it was moved away.
  @Override
  public void close() throws IOException {
    try (channel) {
      delete(folder);
    } finally {
      Files.deleteIfExists(lockFile);
    }
  }

  /// Deletes the workspaces beside a target whose writers are gone, as far as permissions let it.
  static void deleteAbandoned(Path target) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    String prefix = prefix(target);
    try (DirectoryStream<Path> locks =
        Files.newDirectoryStream(
            parent,
            entry -> {
              String name = String.valueOf(entry.getFileName());
              return name.startsWith(prefix) && name.endsWith(LOCK);
            })) {
      for (Path lockFile : locks) {
        deleteIfAbandoned(lockFile);
      }
    }
  }

  private static void deleteIfAbandoned(Path lockFile) {
    String name = String.valueOf(lockFile.getFileName());
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      if (tryLock(channel) != null) {
        delete(lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length())));
        Files.deleteIfExists(lockFile);
      }
    } catch (IOException _) {
      // Another user's leftovers do not keep this one from writing.
    }
  }

  /// Deletes a file or a folder with all it holds, if there is one. Links are deleted, not
  /// followed.
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
