package dev.tendril.core;

import org.jspecify.annotations.Nullable;

/// The root of what goes wrong with tensors and graphs for a reason that a user can act on. The
/// message is one line: what was being done, the offending value, what was expected, and where in
/// the user's code an op was built, if that is known.
public class TensorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private @Nullable String source;
  private @Nullable String place;

  public TensorException(String message) {
    super(oneLine(message));
  }

  public TensorException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return message.replace("\n", "\\n").replace("\r", "\\r");
  }

  /// Adds where it happened, such as `Mlp.java:12`; the first place that is said stays.
  public TensorException at(String where) {
    if (place == null) {
      place = where;
    }
    return this;
  }

  /// Adds the file that it is about.
  public TensorException in(String file) {
    source = file;
    return this;
  }

  @Override
  public String getMessage() {
    String message = String.valueOf(super.getMessage());
    return (source == null ? "" : source + ": ")
        + message
        + (place == null ? "" : " (at " + place + ")");
  }
}
