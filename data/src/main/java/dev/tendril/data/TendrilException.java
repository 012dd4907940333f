package dev.tendril.data;

/// The root of everything that Tendril throws for a reason a user can act on. The message is one
/// line: what was being done, the offending value and where it came from, what was expected, and
/// what to do.
public class TendrilException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TendrilException(String message) {
    super(message);
  }

  public TendrilException(String message, Throwable cause) {
    super(message, cause);
  }
}
