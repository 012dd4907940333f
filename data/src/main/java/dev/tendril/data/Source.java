package dev.tendril.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Where a table comes from: one or several files of one format, named by a path, a glob, a shard
/// count (`part.csv@3` is `part.csv-00000-of-00003` and its siblings), or a list of these separated
/// by commas. A format in front (`csv:`) overrides what the names say. The files of a source are
/// read in the order of the list; those of a glob in the order of their names.
final class Source {
  private static final Pattern SHARDS = Pattern.compile("(.+)@([0-9]{1,5})");

  private final List<InputFile> files;

  private Source(List<InputFile> files) {
    this.files = files;
  }

  /// @throws DataException when a file is not there or its format is not known
  static Source parse(String text) {
    String names = text;
    FileFormat forced = null;
    int colon = text.indexOf(':');
    if (colon > 0) {
      forced = FileFormat.ofPrefix(text.substring(0, colon));
      names = forced == null ? text : text.substring(colon + 1);
    }
    if (names.isBlank()) {
      throw new DataException("no file is named in " + Shown.quoted(text));
    }
    List<InputFile> files = new ArrayList<>();
    for (Path path : expand(names)) {
      FileFormat format = forced != null ? forced : formatOf(path);
      if (!files.isEmpty() && files.getFirst().format() != format) {
        throw new DataException(
            "the files of one table must have one format, but "
                + files.getFirst().shown()
                + " is "
                + files.getFirst().format().word()
                + " and "
                + path
                + " is "
                + format.word());
      }
      files.add(new InputFile(path, format));
    }
    return new Source(files);
  }

  Frame read(ReadOptions options) {
    return switch (files.getFirst().format()) {
      case CSV, TSV -> new CsvReader(files, options).read();
      case JSONL, TFRECORD -> new RowReader(files, options).read();
    };
  }

  /// Writes a table to one file, whole or not at all; the format follows from the name.
  static void write(Frame frame, Path file) {
    FileFormat format = formatOf(file);
    AtomicFile.write(
        file,
        out -> {
          switch (format) {
            case CSV -> CsvWriter.write(frame, ',', out);
            case TSV -> CsvWriter.write(frame, '\t', out);
            case JSONL -> JsonWriter.write(frame, out);
            case TFRECORD -> TfRecordWriter.write(frame, out);
          }
        });
  }

  private static FileFormat formatOf(Path path) {
    Path name = path.getFileName();
    FileFormat format = name == null ? null : FileFormat.ofName(name.toString());
    if (format == null) {
      throw new DataException(
          path
              + ": the name does not tell the format; expected "
              + FileFormat.EXPECTED
              + ", or the format in front, for example csv:"
              + path);
    }
    return format;
  }

  private static List<Path> expand(String names) {
    Path whole = pathOrNull(names);
    if (whole != null && Files.exists(whole)) {
      return List.of(regular(whole));
    }
    List<Path> paths = new ArrayList<>();
    for (String name : split(names)) {
      Path path = pathOrNull(name);
      Matcher shards = SHARDS.matcher(name);
      if (path != null && Files.exists(path)) {
        paths.add(regular(path));
      } else if (isGlob(name)) {
        paths.addAll(glob(name));
      } else if (shards.matches()) {
        int count = Integer.parseInt(shards.group(2));
        for (int i = 0; i < count; i++) {
          paths.add(
              existing(String.format(Locale.ROOT, "%s-%05d-of-%05d", shards.group(1), i, count)));
        }
      } else {
        paths.add(existing(name));
      }
    }
    if (paths.isEmpty()) {
      throw new DataException("no file is named in " + Shown.quoted(names));
    }
    return paths;
  }

  /// Cuts at commas that are not within the braces of a glob.
  private static List<String> split(String names) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i <= names.length(); i++) {
      char c = i < names.length() ? names.charAt(i) : ',';
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (i == names.length() || (c == ',' && depth <= 0)) {
        if (!names.substring(begin, i).isBlank()) {
          parts.add(names.substring(begin, i).strip());
        }
        begin = i + 1;
      }
    }
    return parts;
  }

  private static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
  }

  private static @Nullable Path pathOrNull(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException _) {
      return null;
    }
  }

  private static Path regular(Path path) {
    if (Files.isDirectory(path)) {
      throw new DataException(
          path + " is a folder, not a file; name its files, for example " + path.resolve("*.csv"));
    }
    return path;
  }

  private static Path existing(String name) {
    Path path = pathOrNull(name);
    if (path == null || !Files.exists(path)) {
      throw new DataException("there is no file " + name + (path == null ? "" : hint(path)));
    }
    return regular(path);
  }

  private static String hint(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    Path name = path.getFileName();
    if (folder == null || name == null || !Files.isDirectory(folder)) {
      return folder == null ? "" : ": there is no folder " + folder;
    }
    List<String> siblings = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        siblings.add(String.valueOf(entry.getFileName()));
      }
    } catch (IOException | DirectoryIteratorException _) {
      return "";
    }
    Collections.sort(siblings);
    return Nearest.hint(name.toString(), siblings);
  }

  /// The files that a pattern names, one path element after the other, so that only folders that it
  /// names are listed.
  private static List<Path> glob(String pattern) {
    List<String> elements = List.of(pattern.split("/", -1));
    List<Path> found = List.of(Path.of(pattern.startsWith("/") ? "/" : ""));
    for (String element : elements) {
      List<Path> next = new ArrayList<>();
      for (Path path : found) {
        if (element.isEmpty()) {
          next.add(path);
        } else if (isGlob(element)) {
          next.addAll(matches(path, element, pattern));
        } else if (Files.exists(path.resolve(element))) {
          next.add(path.resolve(element));
        }
      }
      found = next;
    }
    List<Path> files = new ArrayList<>(found.stream().filter(Files::isRegularFile).toList());
    if (files.isEmpty()) {
      throw new DataException("no file matches " + pattern);
    }
    Collections.sort(files);
    return files;
  }

  private static List<Path> matches(Path folder, String element, String pattern) {
    List<Path> matches = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return matches;
    }
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + element);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          Path name = entry.getFileName();
          boolean hidden = name.toString().startsWith(".") && !element.startsWith(".");
          if (!hidden && matcher.matches(name)) {
            matches.add(folder.toString().isEmpty() ? name : entry);
          }
        }
      }
    } catch (PatternSyntaxException e) {
      throw new DataException(
          "the pattern " + pattern + " cannot be read: " + e.getDescription(), e);
    } catch (IOException | DirectoryIteratorException e) {
      throw new DataException("the folder " + folder + " cannot be listed: " + e.getMessage(), e);
    }
    return matches;
  }
}
