package dev.tendril.core;

/// The use of a tensor after it was closed, by itself, by the tensor that it is a view of, or by
/// its scope.
public final class ClosedTensorException extends TensorException {
  private static final long serialVersionUID = 1;

  public ClosedTensorException(String message) {
    super(message);
  }
}
