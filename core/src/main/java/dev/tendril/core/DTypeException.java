package dev.tendril.core;

/// Element types that do not fit together, or one that an operation is not defined for.
public final class DTypeException extends TensorException {
  private static final long serialVersionUID = 1;

  public DTypeException(String message) {
    super(message);
  }
}
