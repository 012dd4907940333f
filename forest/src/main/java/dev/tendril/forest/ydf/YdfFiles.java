package dev.tendril.forest.ydf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.tendril.learn.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of one model in a folder, or what is in place of them in a model of one file. In a
/// folder all may share a prefix, which is what stands before `data_spec.pb` in the name of that
/// file. A SavedModel of TF-DF has them in its `assets` folder.
///
/// @param folder where the files are, or the one file
/// @param prefix of the name of every file; mostly empty
/// @param parts the contents of a model in one file; null for a folder
record YdfFiles(Path folder, String prefix, @Nullable Map<String, Part> parts) {
  /// The name of the nodes in a model of one file.
  static final String NODES = "nodes-00000-of-00001";

  /// The content of a file.
  ///
  /// @param start where it begins in the one file
  record Part(byte[] bytes, long start) {}

  static final String DATA_SPEC = "data_spec.pb";
  static final String HEADER = "header.pb";
  static final String RANDOM_FOREST = "random_forest_header.pb";
  static final String GRADIENT_BOOSTED_TREES = "gradient_boosted_trees_header.pb";
  static final String ISOLATION_FOREST = "isolation_forest_header.pb";
  static final String MULTITASKER = "multitasker.pb";
  static final String DONE = "done";

  /// The largest message that is read into memory; those of real models have a few kilobytes.
  private static final int MAX_MESSAGE = 512 << 20;

  /// Whether a folder looks like a model.
  static boolean present(Path folder) {
    try {
      find(folder);
      return true;
    } catch (ModelException _) {
      return false;
    }
  }

  /// Finds the model of a folder.
  static YdfFiles find(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          folder + ": cannot read a model: there is no such folder; expected a model folder");
    }
    YdfFiles here = in(folder);
    if (here != null) {
      return here;
    }
    Path assets = folder.resolve("assets");
    YdfFiles inside = Files.isDirectory(assets) ? in(assets) : null;
    if (inside == null) {
      throw new ModelException(
          folder
              + ": cannot read a model: no file ends in "
              + DATA_SPEC
              + "; expected a YDF model folder or a TF-DF SavedModel");
    }
    return inside;
  }

  private static @Nullable YdfFiles in(Path folder) {
    String several = prefix(folder, MULTITASKER);
    return several == null ? one(folder) : new YdfFiles(folder, several, null);
  }

  private static @Nullable YdfFiles one(Path folder) {
    String prefix = prefix(folder, DATA_SPEC);
    return prefix == null ? null : new YdfFiles(folder, prefix, null);
  }

  /// What stands before the name of a file, which only one file may have.
  private static @Nullable String prefix(Path folder, String suffix) {
    String prefix = null;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + suffix)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        String found = name.substring(0, name.length() - suffix.length());
        if (prefix != null) {
          throw new ModelException(
              folder
                  + ": holds several models, with the prefixes \""
                  + prefix
                  + "\" and \""
                  + found
                  + "\"; keep the files of one of them");
        }
        prefix = found;
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw unreadable(folder, e);
    }
    return prefix;
  }

  /// The files of one of several models in the folder.
  YdfFiles model(int number) {
    return new YdfFiles(folder, prefix + several(number), parts);
  }

  /// What stands before the names of the files of one of several models.
  static String several(int number) {
    return "_" + number;
  }

  /// Whether all is in one file.
  boolean single() {
    return parts != null;
  }

  /// Where something is read, for messages too.
  Path file(String name) {
    if (parts != null) {
      return folder;
    }
    return folder.resolve(prefix + name);
  }

  private Part part(Map<String, Part> from, String name) {
    Part part = from.get(name);
    if (part == null) {
      throw new ModelException(folder + ": has no " + name + "; the model is incomplete");
    }
    return part;
  }

  /// The name of a file of nodes.
  static String nodes(int shard, int shards) {
    return String.format(Locale.ROOT, "nodes-%05d-of-%05d", shard, shards);
  }

  long size(String name) throws IOException {
    return parts == null ? Files.size(file(name)) : part(parts, name).bytes.length;
  }

  InputStream open(String name) throws IOException {
    return parts == null
        ? Files.newInputStream(file(name))
        : new ByteArrayInputStream(part(parts, name).bytes);
  }

  /// Where something begins in its file.
  long start(String name) {
    return parts == null ? 0 : part(parts, name).start;
  }

  boolean has(String name) {
    return parts != null ? parts.containsKey(name) : Files.isRegularFile(file(name));
  }

  byte[] bytes(String name) {
    if (parts != null) {
      return part(parts, name).bytes;
    }
    Path file = file(name);
    try (InputStream input = Files.newInputStream(file)) {
      byte[] bytes = input.readNBytes(MAX_MESSAGE + 1);
      if (bytes.length > MAX_MESSAGE) {
        throw new ModelException(file + ": is larger than " + MAX_MESSAGE + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException _) {
      throw new ModelException(file + ": is missing; the model is incomplete");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  <T> T message(String name, Parser<T> parser) {
    return parse(parser, bytes(name), file(name), start(name));
  }

  /// Parses a message; a failure names the byte where parsing stopped.
  ///
  /// @param offset where the message begins in its file
  static <T> T parse(Parser<T> parser, byte[] bytes, Path file, long offset) {
    CodedInputStream input = CodedInputStream.newInstance(bytes);
    try {
      T message = parser.parseFrom(input);
      if (!input.isAtEnd()) {
        throw ModelException.damaged(
            file,
            offset + input.getTotalBytesRead(),
            "the message ends before its bytes do; expected a protocol buffer");
      }
      return message;
    } catch (InvalidProtocolBufferException _) {
      throw ModelException.damaged(
          file,
          offset + input.getTotalBytesRead(),
          "no field can be read here; expected a protocol buffer");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static ModelException unreadable(Path file, Exception e) {
    return new ModelException(file + ": cannot be read: " + e, e);
  }
}
