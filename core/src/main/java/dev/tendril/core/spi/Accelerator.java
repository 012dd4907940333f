package dev.tendril.core.spi;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A device as its maker describes it: memory, streams of work, and kernels for single ops.
/// [dev.tendril.core.stream.StreamedDevice] makes of it a [Device], which runs graphs.
///
/// Blocks of memory are numbers that only the device can tell the meaning of, such as addresses; a
/// value is at an offset in a block. All methods, and those of streams, may be called by several
/// threads at once; nothing may depend on which.
///
/// Whatever fails is a [dev.tendril.core.TensorException] with one line.
public interface Accelerator extends AutoCloseable {
  DeviceInfo info();

  /// A block of memory.
  ///
  /// @param bytes more than 0
  /// @throws dev.tendril.core.TensorException when there is not that much; the caller then gives
  ///     back what it does not need, and may ask again
  long allocate(long bytes);

  /// Gives a block back; no work that was begun uses it any more.
  void free(long block, long bytes);

  /// Whether memory is taken in large blocks and cut by [dev.tendril.core.stream]; else every value
  /// is a block.
  default boolean isCached() {
    return true;
  }

  /// What the device's own allocator says of itself.
  default Optional<AllocatorStatistics> statistics() {
    return Optional.empty();
  }

  /// How much memory there is.
  default Optional<MemoryUse> memory() {
    return Optional.empty();
  }

  DeviceStream openStream();

  DeviceEvent openEvent();

  /// A clock of the device; null when it has none, and the host's is taken.
  default @Nullable DeviceTimer openTimer() {
    return null;
  }

  /// What it computes.
  List<? extends OpKernel> kernels();

  /// What it does to graphs; null for nothing.
  default @Nullable GraphPass pass() {
    return null;
  }

  @Override
  void close();
}
