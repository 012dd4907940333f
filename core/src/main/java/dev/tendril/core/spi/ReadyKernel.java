package dev.tendril.core.spi;

/// A kernel that is ready for a node, apart from its memory. Shared by threads.
public interface ReadyKernel extends AutoCloseable {
  /// The bytes of working memory on the device that a run needs.
  default long scratchBytes() {
    return 0;
  }

  /// Whether the first result may share the memory of an operand, which is then overwritten.
  default boolean isInPlace(int operand) {
    return false;
  }

  /// A call whose memory is said piece by piece.
  OpCall bind(DeviceStream stream);

  /// Lets go of what it holds. Called once, when nobody can run its graph any more and its work is
  /// done, at the latest before the device is closed; maybe by a thread of the collector.
  @Override
  default void close() {}
}
