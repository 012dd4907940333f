package dev.tendril.core.spi;

import org.jspecify.annotations.Nullable;

/// A kernel that is tied to memory and may be put together with what runs after it, so that a small
/// graph runs without a step from node to node.
public interface Chainable extends Runnable {
  /// This and then the other as one, which may be chained further; null when they do not go
  /// together.
  @Nullable Chainable then(Runnable next);
}
