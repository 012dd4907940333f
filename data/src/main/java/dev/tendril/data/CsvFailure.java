package dev.tendril.data;

/// Why a part of a CSV file could not be read, before it is known where in the file the part
/// stands. Never leaves the reader.
final class CsvFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What kind of trouble it is, since some of it has a remedy.
  enum Kind {
    /// A row or a value is wrong.
    ROW,
    /// Quotes do not match, perhaps because the part does not begin where a record does.
    QUOTES,
    /// The bytes are not UTF-8.
    ENCODING,
    /// A tentative column met a value that it has to be widened for.
    WIDENING
  }

  final Kind kind;

  final String reason;

  /// The line within the part, from 1.
  final long line;

  /// The field with the offending value when the column must be widened.
  final int field;

  /// The offending value when the column must be widened.
  final String value;

  CsvFailure(Kind kind, long line, String message) {
    this(kind, line, message, -1, "");
  }

  CsvFailure(Kind kind, long line, String message, int field, String value) {
    super(message, null, false, false);
    this.kind = kind;
    this.reason = message;
    this.line = line;
    this.field = field;
    this.value = value;
  }
}
