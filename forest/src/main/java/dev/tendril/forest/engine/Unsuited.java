package dev.tendril.forest.engine;

/// A forest is not of the shape that an engine can run; the message says why, as the end of the
/// sentence "cannot run it: ...". Never reaches a user as a failure.
final class Unsuited extends Exception {
  private static final long serialVersionUID = 1;

  Unsuited(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
