package dev.tendril.core.stream;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.Accelerator;
import dev.tendril.core.spi.AllocatorStatistics;
import java.util.HashSet;
import java.util.Set;

/// A block of the accelerator's for every value. Work that may still use a block is waited for
/// before the block goes back.
final class DirectSpans implements Spans {
  private final Accelerator accelerator;
  private final Runnable quiet;
  private final long limit;
  private final Set<Span> live = new HashSet<>();
  private long allocations;
  private long inUse;
  private long peak;
  private long largest;

  /// @param quiet waits for all work
  DirectSpans(Accelerator accelerator, Runnable quiet, long limit) {
    this.accelerator = accelerator;
    this.quiet = quiet;
    this.limit = limit;
  }

  @Override
  public Span allocate(long bytes) {
    long size = Math.max(1, bytes);
    synchronized (this) {
      if (limit > 0 && inUse + size > limit) {
        throw new TensorException(
            Shortage.text(accelerator, size, "the limit is " + limit + " bytes"));
      }
      inUse += size;
    }
    long block;
    try {
      block = Shortage.retry(() -> accelerator.allocate(size));
    } catch (TensorException e) {
      synchronized (this) {
        inUse -= size;
      }
      throw e;
    }
    Span span = new Span(block, 0, size);
    synchronized (this) {
      live.add(span);
      allocations++;
      peak = Math.max(peak, inUse);
      largest = Math.max(largest, size);
    }
    return span;
  }

  @Override
  public void free(Span span) {
    synchronized (this) {
      if (!live.remove(span)) {
        return;
      }
      inUse -= span.bytes();
    }
    quiet.run();
    accelerator.free(span.block(), span.bytes());
  }

  @Override
  public synchronized AllocatorStatistics statistics() {
    return new AllocatorStatistics(allocations, inUse, peak, largest, inUse, limit);
  }

  @Override
  public void close() {
    for (Span span : Set.copyOf(live)) {
      free(span);
    }
  }
}
