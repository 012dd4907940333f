package dev.tendril.core.stream;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.Accelerator;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.MemoryUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Memory in large regions, cut into chunks: asking a device for memory may take longer than a
/// kernel, and there it may wait for all work to end.
///
/// The best fit: of free chunks the least that is large enough, the oldest of equals; what is left
/// over becomes a chunk. Free neighbors become one. Regions double in size, so that a program that
/// needs much asks seldom; when the device has no more, regions that are wholly free go back before
/// anyone is told.
///
/// A chunk that is freed may be used again at once: all kernels run on one stream, so that whoever
/// gets it next writes to it after those before are done with it; copies on other streams wait for
/// that stream first.
final class CachingSpans implements Spans {
  private static final long UNIT = 256;
  private static final long FIRST_REGION = 1 << 20;
  private static final long LAST_REGION = 256 << 20;

  private final Accelerator accelerator;
  private final Runnable quiet;
  private final boolean growth;
  private final long limit;
  private final TreeSet<Chunk> free =
      new TreeSet<>(Comparator.comparingLong((Chunk c) -> c.size).thenComparingLong(c -> c.number));
  private final Map<Span, Chunk> used = new HashMap<>();
  private final List<Region> regions = new ArrayList<>();
  private long nextRegion = FIRST_REGION;
  private long numbers;
  private long allocations;
  private long inUse;
  private long peak;
  private long largest;
  private long reserved;

  /// @param block as the accelerator knows it
  private record Region(long block, long bytes) {}

  /// A part of a region, and its neighbors.
  private static final class Chunk {
    final Region region;
    final long number;
    final long offset;
    long size;
    boolean isFree;
    @Nullable Chunk before;
    @Nullable Chunk after;

    Chunk(Region region, long number, long offset, long size) {
      this.region = region;
      this.number = number;
      this.offset = offset;
      this.size = size;
    }
  }

  /// @param quiet waits for all work
  /// @param growth whether memory is taken as it is needed; else all there may be, now
  /// @param limit the most bytes to take; 0 for no limit
  CachingSpans(Accelerator accelerator, Runnable quiet, boolean growth, long limit) {
    this.accelerator = accelerator;
    this.quiet = quiet;
    this.growth = growth;
    this.limit = limit;
    if (!growth) {
      addRegion(all());
    }
  }

  private long all() {
    if (limit > 0) {
      return limit / UNIT * UNIT;
    }
    MemoryUse use =
        accelerator
            .memory()
            .orElseThrow(
                () ->
                    new TensorException(
                        "device "
                            + accelerator.info().name()
                            + " without growth of memory: it does not say how much it has; give it"
                            + " a limit"));
    return use.free() / 16 * 15 / UNIT * UNIT;
  }

  /// Does not hold the lock while it waits for the collector, whose cleaner frees spans.
  @Override
  public Span allocate(long bytes) {
    return Shortage.retry(() -> cut(bytes));
  }

  private synchronized Span cut(long bytes) {
    long size = Math.max(1, Math.ceilDiv(bytes, UNIT)) * UNIT;
    Chunk chunk = take(size);
    if (chunk == null) {
      grow(size);
      chunk = take(size);
    }
    if (chunk == null) {
      throw new IllegalStateException("a region without a chunk of " + size + " bytes");
    }
    Span span = new Span(chunk.region.block, chunk.offset, bytes);
    used.put(span, chunk);
    allocations++;
    inUse += chunk.size;
    peak = Math.max(peak, inUse);
    largest = Math.max(largest, bytes);
    return span;
  }

  private @Nullable Chunk take(long size) {
    Chunk chunk = free.ceiling(new Chunk(new Region(0, 0), -1, 0, size));
    if (chunk == null) {
      return null;
    }
    free.remove(chunk);
    chunk.isFree = false;
    if (chunk.size - size >= UNIT) {
      Chunk rest = new Chunk(chunk.region, numbers++, chunk.offset + size, chunk.size - size);
      rest.before = chunk;
      rest.after = chunk.after;
      if (chunk.after != null) {
        chunk.after.before = rest;
      }
      chunk.after = rest;
      chunk.size = size;
      rest.isFree = true;
      free.add(rest);
    }
    return chunk;
  }

  private void grow(long size) {
    if (!growth) {
      throw new TensorException(
          Shortage.text(
              accelerator, size, inUse + " of " + reserved + " reserved bytes are in use"));
    }
    long wanted = Math.max(size, nextRegion);
    if (limit > 0) {
      wanted = Math.min(wanted, limit / UNIT * UNIT - reserved);
      if (wanted < size) {
        trim();
        wanted = Math.min(Math.max(size, nextRegion), limit / UNIT * UNIT - reserved);
      }
      if (wanted < size) {
        throw new TensorException(
            Shortage.text(
                accelerator,
                size,
                inUse + " bytes are in use, and the limit is " + limit + " bytes"));
      }
    }
    try {
      addRegion(wanted);
      nextRegion = Math.min(2 * nextRegion, LAST_REGION);
    } catch (TensorException e) {
      trim();
      addRegion(size);
    }
  }

  private void addRegion(long bytes) {
    Region region = new Region(accelerator.allocate(bytes), bytes);
    regions.add(region);
    reserved += bytes;
    Chunk chunk = new Chunk(region, numbers++, 0, bytes);
    chunk.isFree = true;
    free.add(chunk);
  }

  /// Gives back the regions of which nothing is used.
  private void trim() {
    quiet.run();
    for (Chunk chunk : List.copyOf(free)) {
      if (chunk.before == null && chunk.after == null) {
        free.remove(chunk);
        regions.remove(chunk.region);
        reserved -= chunk.region.bytes;
        accelerator.free(chunk.region.block, chunk.region.bytes);
      }
    }
  }

  @Override
  public synchronized void free(Span span) {
    Chunk chunk = used.remove(span);
    if (chunk == null) {
      return;
    }
    inUse -= chunk.size;
    Chunk after = chunk.after;
    if (after != null && after.isFree) {
      free.remove(after);
      join(chunk, after);
    }
    Chunk before = chunk.before;
    if (before != null && before.isFree) {
      free.remove(before);
      join(before, chunk);
      chunk = before;
    }
    chunk.isFree = true;
    free.add(chunk);
  }

  private static void join(Chunk chunk, Chunk after) {
    chunk.size += after.size;
    chunk.after = after.after;
    if (after.after != null) {
      after.after.before = chunk;
    }
  }

  @Override
  public synchronized AllocatorStatistics statistics() {
    return new AllocatorStatistics(allocations, inUse, peak, largest, reserved, limit);
  }

  @Override
  public synchronized void close() {
    quiet.run();
    used.clear();
    free.clear();
    for (Region region : regions) {
      accelerator.free(region.block, region.bytes);
    }
    regions.clear();
    reserved = 0;
  }
}
