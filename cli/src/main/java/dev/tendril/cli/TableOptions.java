package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.data.ReadOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How tables are read.
final class TableOptions {
  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description =
          "The character between the values of a line, or 'tab'. Default: what the first line"
              + " shows.",
      order = 50)
  @Nullable String delimiter;

  @Option(
      names = "--no-header",
      description = "The first line holds values; the columns are called f0, f1, ...",
      order = 51)
  boolean noHeader;

  /// Reads a table.
  ///
  /// @param configure sets what the command needs beyond these options
  Frame read(String source, Consumer<ReadOptions> configure) {
    char separator = separator();
    return Frame.read(
        source,
        options -> {
          options.delimiter = separator;
          options.header = !noHeader;
          configure.accept(options);
        });
  }

  private char separator() {
    if (delimiter == null) {
      return 0;
    }
    return switch (delimiter) {
      case "tab", "\\t" -> '\t';
      case String one when one.length() == 1 -> one.charAt(0);
      default ->
          throw new IllegalArgumentException(
              "--delimiter cannot be \"" + delimiter + "\": expected one character, or tab");
    };
  }
}
