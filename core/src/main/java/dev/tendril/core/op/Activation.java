package dev.tendril.core.op;

/// What an op that contracts does to its result at once.
public enum Activation {
  NONE,
  /// `max(x, 0)`.
  RELU,
  /// `min(max(x, 0), 6)`.
  RELU6,
  /// `min(max(x, -1), 1)`.
  RELU_N1_TO_1,
  TANH,
  SIGMOID;

  /// The least value that it gives.
  public float low() {
    return switch (this) {
      case NONE -> Float.NEGATIVE_INFINITY;
      case RELU, RELU6, SIGMOID -> 0;
      case RELU_N1_TO_1, TANH -> -1;
    };
  }

  /// The greatest value that it gives.
  public float high() {
    return switch (this) {
      case NONE, RELU -> Float.POSITIVE_INFINITY;
      case RELU6 -> 6;
      case RELU_N1_TO_1, TANH, SIGMOID -> 1;
    };
  }

  /// Whether it does nothing but keep to a range.
  public boolean isRange() {
    return this != TANH && this != SIGMOID;
  }
}
