package dev.tendril.formats;

import dev.tendril.core.TensorException;

/// A file that is not what its format says: damaged, of another kind, or with parts that Tendril
/// does not read. The message names the byte, or the part of the file.
public final class FormatException extends TensorException {
  private static final long serialVersionUID = 1;

  private final long offset;

  public FormatException(long offset, String message) {
    super("byte " + offset + ": " + message);
    this.offset = offset;
  }

  public FormatException(String message) {
    super(message);
    this.offset = -1;
  }

  /// The byte of the file that is wrong; -1 where it is not about one byte.
  public long offset() {
    return offset;
  }
}
