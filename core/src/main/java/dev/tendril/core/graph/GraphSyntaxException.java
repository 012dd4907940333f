package dev.tendril.core.graph;

import dev.tendril.core.TensorException;

/// A text that is not a graph. The message says the line and the column, both from 1, what is there
/// and what was expected.
public final class GraphSyntaxException extends TensorException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  GraphSyntaxException(int line, int column, String message) {
    super("line " + line + ", column " + column + ": " + message);
    this.line = line;
    this.column = column;
  }

  GraphSyntaxException(int line, int column, TensorException cause) {
    super("line " + line + ", column " + column + ": " + cause.getMessage(), cause);
    this.line = line;
    this.column = column;
  }

  /// The line of the text, from 1.
  public int line() {
    return line;
  }

  /// The character of the line, from 1.
  public int column() {
    return column;
  }
}
