package dev.tendril.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the first line of a CSV file tells: the delimiter and the names of the columns.
///
/// @param bom the number of bytes of the byte order mark
record CsvLayout(char delimiter, List<String> names, int bom) {
  private static final int PEEK = 1 << 16;
  private static final char[] CANDIDATES = {',', ';', '\t', '|'};

  /// @throws DataException when the file is empty, is not text, or its header does not name every
  ///     column once
  static CsvLayout of(InputFile file, ReadOptions options) {
    try {
      byte[] head;
      try (InputStream in = file.open()) {
        head = in.readNBytes(PEEK);
      }
      int bom = bom(file, head);
      if (head.length == bom) {
        throw new DataException(file.shown() + ": the file is empty");
      }
      char delimiter =
          options.delimiter != 0
              ? options.delimiter
              : delimiter(head, bom, file.format() == FileFormat.TSV ? '\t' : ',');
      if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
        throw new IllegalArgumentException(
            "the delimiter cannot be a quote or a line break; got " + Shown.quoted("" + delimiter));
      }
      FirstRecord first = new FirstRecord();
      try (InputStream in = file.open()) {
        in.skipNBytes(bom);
        first.parse(in, delimiter);
      } catch (CsvFailure e) {
        throw e.kind == CsvFailure.Kind.ENCODING
            ? Utf8.locate(file)
            : DataException.at(file.shown(), e.line, e.reason);
      }
      if (first.texts.isEmpty()) {
        throw new DataException(file.shown() + ": the file has only empty lines");
      }
      List<String> names = first.texts;
      if (options.header) {
        check(file, first.line(), names);
      } else {
        names = new ArrayList<>();
        for (int i = 0; i < first.texts.size(); i++) {
          names.add("f" + i);
        }
      }
      return new CsvLayout(delimiter, List.copyOf(names), bom);
    } catch (IOException e) {
      throw file.failure(e);
    }
  }

  private static int bom(InputFile file, byte[] head) {
    int first = head.length > 1 ? (head[0] & 0xff) << 8 | (head[1] & 0xff) : 0;
    if (first == 0xfeff || first == 0xfffe) {
      throw new DataException(file.shown() + ": the text is UTF-16; save the file as UTF-8");
    }
    for (int i = 0; i < head.length; i++) {
      if (head[i] == 0) {
        throw new DataException(
            file.shown()
                + ": byte "
                + i
                + " is zero, so this is not a text file; expected "
                + file.format().word());
      }
    }
    return first == 0xefbb && head.length > 2 && (head[2] & 0xff) == 0xbf ? 3 : 0;
  }

  /// The usual delimiter, unless the first line has none of it and has another one.
  private static char delimiter(byte[] head, int from, char usual) {
    Map<Character, Integer> counts = new HashMap<>();
    boolean quoted = false;
    for (int i = from; i < head.length; i++) {
      char c = (char) (head[i] & 0xff);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        if (!counts.isEmpty() || i > from) {
          break;
        }
      } else if (!quoted) {
        counts.merge(c, 1, Integer::sum);
      }
    }
    char best = usual;
    int most = 0;
    if (!counts.containsKey(usual)) {
      for (char candidate : CANDIDATES) {
        int count = counts.getOrDefault(candidate, 0);
        if (count > most) {
          most = count;
          best = candidate;
        }
      }
    }
    return best;
  }

  private static void check(InputFile file, long line, List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isBlank()) {
        throw DataException.at(
            file.shown(),
            line,
            "column " + (i + 1) + " of the header has no name; name it, or read without header");
      }
      Integer other = places.put(name, i);
      if (other != null) {
        throw DataException.at(
            file.shown(),
            line,
            "columns "
                + (other + 1)
                + " and "
                + (i + 1)
                + " of the header are both named "
                + Shown.quoted(name)
                + "; rename one of them");
      }
    }
  }

  /// The header for messages: the names as they stand in the file, cut when there are many.
  String header() {
    int shown = Math.min(names.size(), 8);
    return String.join(",", names.subList(0, shown)) + (shown < names.size() ? ",…" : "");
  }

  private static final class FirstRecord extends CsvRows {
    final List<String> texts = new ArrayList<>();

    @Override
    void field(int index, char[] text, int offset, int length) {
      texts.add(new String(text, offset, length));
    }

    @Override
    boolean row() {
      return false;
    }
  }
}
