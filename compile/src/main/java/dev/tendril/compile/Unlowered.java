package dev.tendril.compile;

import dev.tendril.core.TensorException;

/// A node that StableHLO has no words for; the message is the reason.
final class Unlowered extends TensorException {
  private static final long serialVersionUID = 1;

  Unlowered(String reason) {
    super(reason);
  }
}
