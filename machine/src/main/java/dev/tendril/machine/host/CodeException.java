package dev.tendril.machine.host;

import dev.tendril.core.TensorException;

/// The system does not give memory for code.
public final class CodeException extends TensorException {
  private static final long serialVersionUID = 1;

  CodeException(String message) {
    super(message);
  }
}
