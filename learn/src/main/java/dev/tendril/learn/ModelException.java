package dev.tendril.learn;

import dev.tendril.data.TendrilException;
import java.nio.file.Path;

/// A model that cannot be read, written or used as asked.
public final class ModelException extends TendrilException {
  private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  /// A file that is not what its format says, at a byte offset.
  public static ModelException damaged(Path file, long offset, String what) {
    return new ModelException(file + ": byte " + offset + ": " + what);
  }
}
