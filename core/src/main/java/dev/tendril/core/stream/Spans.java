package dev.tendril.core.stream;

import dev.tendril.core.spi.AllocatorStatistics;

/// A source of device memory. Safe for use by several threads.
interface Spans {
  /// @throws dev.tendril.core.TensorException when there is not that much
  Span allocate(long bytes);

  void free(Span span);

  AllocatorStatistics statistics();

  /// Gives everything back.
  void close();
}
