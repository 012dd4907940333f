package dev.tendril.core;

/// Shapes that do not fit together, or one that does not fit an operation.
public final class ShapeException extends TensorException {
  private static final long serialVersionUID = 1;

  public ShapeException(String message) {
    super(message);
  }
}
