package dev.tendril.learn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Models on disk: a folder that is there whole or not at all.
///
/// A folder cannot be replaced by one step of the file system, so writing model `M` takes several,
/// in an order in which a kill at any point leaves the earlier or the new model to load:
///
/// 1. The files go into a [Workspace], a hidden sibling of `M`, and are forced to the disk.
/// 2. `M`, if there is one, becomes `.M.tendril-previous`.
/// 3. The workspace becomes `M`.
/// 4. `.M.tendril-previous` is deleted.
///
/// Between 2 and 3 there is no `M`; then [#load] reads `.M.tendril-previous`, and the next write
/// first moves it back. The next write also deletes workspaces whose writer is gone. Loading never
/// changes anything on disk.
public final class ModelFolder {
  private final List<ModelFormat> formats;
  private final Consumer<Step> watcher;

  /// Points between the steps of writing.
  enum Step {
    FILLED,
    PREVIOUS_MOVED,
    NEW_MOVED,
    PREVIOUS_DELETED
  }

  /// Fills a folder with the files of a model.
  @FunctionalInterface
  public interface Writer {
    /// @param folder an empty folder, which becomes the model
    void write(Path folder) throws IOException;
  }

  /// @param formats the formats that are told from other folders
  /// @param watcher is told after every step
  ModelFolder(List<ModelFormat> formats, Consumer<Step> watcher) {
    this.formats = formats;
    this.watcher = watcher;
  }

  private static ModelFolder ofInstalledFormats() {
    return new ModelFolder(
        ServiceLoader.load(ModelFormat.class).stream().map(ServiceLoader.Provider::get).toList(),
        _ -> {});
  }

  /// Writes a model. Missing parent folders are made; a link is followed and stays.
  ///
  /// @param target the model's folder; an earlier model there stays intact until the new one is
  ///     complete
  /// @param writer fills the folder
  /// @throws ModelException when the target is a file or a folder that holds something other than a
  ///     model, or when it cannot be written; the message gives the reason, and what was there is
  ///     there still
  public static void write(Path target, Writer writer) {
    ofInstalledFormats().replace(target, writer);
  }

  /// Reads a model of any format that a module on the path knows.
  ///
  /// @throws ModelException when there is no model or it is damaged
  public static Model load(Path folder) {
    return ofInstalledFormats().read(folder);
  }

  void replace(Path asked, Writer writer) {
    try {
      Path target = followLinks(asked.toAbsolutePath().normalize());
      Path name = target.getFileName();
      Path parent = target.getParent();
      if (name == null || parent == null) {
        throw new ModelException(
            "cannot write a model to " + asked + ": give it a folder of its own");
      }
      Files.createDirectories(parent);
      Path previous = previous(target);
      if (!Files.exists(target) && Files.isDirectory(previous)) {
        move(previous, target);
      }
      requireReplaceable(asked, target);
      Workspace.deleteAbandoned(target);
      try (Workspace workspace = Workspace.beside(target)) {
        writer.write(workspace.folder());
        force(workspace.folder());
        watcher.accept(Step.FILLED);
        swap(workspace.folder(), target, previous);
      }
    } catch (IOException e) {
      throw new ModelException("cannot write the model " + asked + ": " + reason(e), e);
    } catch (UncheckedIOException e) {
      throw new ModelException("cannot write the model " + asked + ": " + reason(e.getCause()), e);
    }
  }

  private void swap(Path complete, Path target, Path previous) throws IOException {
    Path parent = previous.toAbsolutePath().getParent();
    boolean replaces = Files.exists(target);
    if (replaces) {
      Workspace.delete(previous);
      move(target, previous);
      watcher.accept(Step.PREVIOUS_MOVED);
    }
    try {
      move(complete, target);
    } catch (IOException e) {
      if (replaces) {
        move(previous, target);
      }
      throw e;
    }
    watcher.accept(Step.NEW_MOVED);
    if (parent != null) {
      forceEntry(parent);
    }
    if (replaces) {
      Workspace.delete(previous);
    }
    watcher.accept(Step.PREVIOUS_DELETED);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path previous(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".tendril-previous");
  }

  private void requireReplaceable(Path asked, Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new ModelException(
          "cannot write the model "
              + asked
              + ": there is a file of that name; choose another name");
    }
    if (!isEmpty(target) && format(target) == null) {
      throw new ModelException(
          "cannot write the model "
              + asked
              + ": the folder holds something other than a model; choose another name or empty it");
    }
  }

  Model read(Path folder) {
    Path found = folder;
    if (!Files.exists(folder)) {
      Path previous = previous(folder.toAbsolutePath().normalize());
      if (!Files.isDirectory(previous)) {
        throw new ModelException("there is no model " + folder + ": no such folder");
      }
      found = previous;
    }
    if (!Files.isDirectory(found)) {
      ModelFormat ofFile = format(found);
      if (ofFile == null) {
        throw new ModelException(
            folder + " is a file: expected the folder of a model, or a model in one file");
      }
      return ofFile.load(found);
    }
    try {
      if (isEmpty(found)) {
        throw new ModelException(folder + " is an empty folder: expected the folder of a model");
      }
    } catch (IOException e) {
      throw new ModelException("cannot read the model " + folder + ": " + reason(e), e);
    }
    ModelFormat format = format(found);
    if (format == null) {
      throw new ModelException(
          folder
              + " is not a model of a known format: "
              + (formats.isEmpty()
                  ? "no module that knows one is on the path"
                  : "expected "
                      + formats.stream()
                          .map(ModelFormat::name)
                          .collect(Collectors.joining(" or "))));
    }
    return format.load(found);
  }

  private @Nullable ModelFormat format(Path folder) {
    for (ModelFormat format : formats) {
      if (format.accepts(folder)) {
        return format;
      }
    }
    return null;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    }
  }

  private static Path followLinks(Path path) throws IOException {
    Path followed = path;
    for (int hops = 0; Files.isSymbolicLink(followed); hops++) {
      if (hops == 40) {
        throw new FileSystemException(path.toString(), null, "a circle of links");
      }
      followed = followed.resolveSibling(Files.readSymbolicLink(followed)).normalize();
    }
    return followed;
  }

  /// Makes everything in a folder outlast a loss of power.
  private static void force(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          force(entry);
        } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          forceFile(entry, StandardOpenOption.WRITE);
        }
      }
    }
    forceEntry(folder);
  }

  /// Forces a file, opened for reading where its permissions deny writing.
  private static void forceFile(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel file = FileChannel.open(path, mode)) {
      file.force(true);
    } catch (AccessDeniedException e) {
      if (mode == StandardOpenOption.READ) {
        throw e;
      }
      forceFile(path, StandardOpenOption.READ);
    }
  }

  /// Forces a folder's own entries, where the file system lets a folder be opened.
  private static void forceEntry(Path folder) {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException _) {
      // Some systems do not open folders; they order folder entries by themselves.
    }
  }

  private static String reason(@Nullable IOException e) {
    return switch (e) {
      case null -> "unknown reason";
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileAlreadyExistsException there -> "is a file: " + there.getFile();
      case FileSystemException system when system.getReason() != null ->
          system.getReason() + ": " + system.getFile();
      case IOException other -> String.valueOf(other.getMessage());
    };
  }
}
