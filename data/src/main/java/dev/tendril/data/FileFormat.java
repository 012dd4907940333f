package dev.tendril.data;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The table formats, by the word that ends a file's name or precedes it (`csv:`).
enum FileFormat {
  CSV,
  TSV,
  JSONL,
  TFRECORD;

  static final String EXPECTED = ".csv, .tsv, .jsonl or .tfrecord, each also with .gz";

  private static final Pattern SHARD = Pattern.compile("-[0-9]{1,9}-of-[0-9]{1,9}$");

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The format that a file name speaks of, or null. `.gz` and a shard number (`-00000-of-00002`)
  /// at the end are skipped; the word may follow a dot or a hyphen, as in
  /// `x.tfe-tfrecord-00000-of-00002`.
  static @Nullable FileFormat ofName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    name = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    name = SHARD.matcher(name).replaceFirst("");
    name = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    for (FileFormat format : values()) {
      if (name.endsWith("." + format.word()) || name.endsWith("-" + format.word())) {
        return format;
      }
    }
    return null;
  }

  static @Nullable FileFormat ofPrefix(String prefix) {
    for (FileFormat format : values()) {
      if (format.word().equalsIgnoreCase(prefix)) {
        return format;
      }
    }
    return null;
  }
}
