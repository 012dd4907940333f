package dev.tendril.data;

/// Data that cannot be used as asked: an unreadable file, a ragged row, a value of the wrong kind,
/// a missing column.
public final class DataException extends TendrilException {
  private static final long serialVersionUID = 1;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /// Prefixes the message with the place, in the form that editors and terminals make clickable:
  /// `file:line: message`.
  public static DataException at(String file, long line, String message) {
    return new DataException(file + ":" + line + ": " + message);
  }
}
