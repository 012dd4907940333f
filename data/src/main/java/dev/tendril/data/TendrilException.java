package dev.tendril.data;

/// The root of everything that Tendril throws for a reason a user can act on. The message is one
/// line: what was being done, the offending value and where it came from, what was expected, and
/// what to do. Line breaks within a value are shown as `\n` and `\r`.
public class TendrilException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TendrilException(String message) {
    super(oneLine(message));
  }

  public TendrilException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return message.replace("\n", "\\n").replace("\r", "\\r");
  }
}
