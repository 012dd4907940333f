package dev.tendril.core.spi;

/// A point of a stream. One that was never recorded has been passed.
public interface DeviceEvent extends AutoCloseable {
  /// Whether the point has been passed.
  ///
  /// @throws dev.tendril.core.TensorException when work before it failed
  boolean isDone();

  /// Blocks the host until the point has been passed.
  ///
  /// @throws dev.tendril.core.TensorException when work before it failed
  void await();

  @Override
  void close();
}
