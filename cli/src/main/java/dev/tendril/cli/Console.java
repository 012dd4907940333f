package dev.tendril.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a command speaks: results to standard output, everything else to standard error, both in
/// UTF-8. What the two are connected to is told by the launcher, as Java cannot see it.
final class Console {
  private static final int DEFAULT_COLUMNS = 100;

  private final StandardStream standard;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final boolean colors;
  private final int columns;

  private Console(
      OutputStream out, OutputStream err, boolean terminal, boolean colors, int columns) {
    this.standard = new StandardStream(out);
    this.out = new PrintStream(new BufferedOutputStream(standard), false, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.terminal = terminal;
    this.colors = colors;
    this.columns = columns;
  }

  /// A console that is no terminal.
  static Console of(OutputStream out, OutputStream err) {
    return new Console(out, err, false, false, DEFAULT_COLUMNS);
  }

  /// The console of the process.
  static Console ofSystem() {
    boolean plain = isSet(System.getenv("NO_COLOR")) || "dumb".equals(System.getenv("TERM"));
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        Boolean.getBoolean("tendril.terminal.err") && !"dumb".equals(System.getenv("TERM")),
        Boolean.getBoolean("tendril.terminal.out") && !plain,
        Math.clamp(Integer.getInteger("tendril.columns", DEFAULT_COLUMNS), 40, 200));
  }

  private static boolean isSet(@Nullable String variable) {
    return variable != null && !variable.isEmpty();
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
  }

  PrintWriter errorWriter() {
    return new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
  }

  /// Whether standard error is a terminal, so that a line on it can be redrawn.
  boolean terminal() {
    return terminal;
  }

  /// Whether help may be colored.
  boolean colors() {
    return colors;
  }

  /// The width of the terminal.
  int columns() {
    return columns;
  }

  /// Prints a line of results.
  void line(String text) {
    out.print(text);
    out.print('\n');
  }

  /// Prints a formatted line of results, independent of the user's locale.
  void line(String format, Object... values) {
    line(String.format(Locale.ROOT, format, values));
  }

  /// Prints a line beside the results.
  void note(String text) {
    out.flush();
    err.print(text + "\n");
    err.flush();
  }

  /// Flushes the results. A reader that has gone, as `head` does, is no failure.
  ///
  /// @return the exit status, which is that of a failure when the results could not be written
  int finish(int status) {
    out.flush();
    err.flush();
    String failure = standard.failure();
    if (failure != null && status == 0) {
      note("tendril: the results cannot be written to standard output: " + failure);
      return Main.FAILURE;
    }
    return status;
  }
}
