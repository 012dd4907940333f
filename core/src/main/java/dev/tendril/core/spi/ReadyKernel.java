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

  @Override
  default void close() {}
}
