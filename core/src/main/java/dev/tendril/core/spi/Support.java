package dev.tendril.core.spi;

/// Whether a node can be computed: yes, or no and why.
public sealed interface Support {
  /// It can.
  record Yes() implements Support {}

  /// It cannot.
  ///
  /// @param reason one line, such as `f64: vectors are of f32 only`
  record No(String reason) implements Support {}

  Support YES = new Yes();

  static Support no(String reason) {
    return new No(reason);
  }

  default boolean isYes() {
    return this instanceof Yes;
  }
}
