package dev.tendril.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The native memory of a tensor and of its views, aligned to 64 bytes.
///
/// Small blocks are cut from slabs, one slab a thread at a time; a slab goes when the collector
/// finds that no tensor uses it, so a small tensor costs no more than an object. A large block that
/// is closed is kept for the next tensor of about its size: fresh native memory must be filled with
/// zeros, which takes longer than many a kernel. Memory that is waiting is bounded by
/// [#KEPT_BYTES]; memory itself by the JVM's limit (`-XX:MaxDirectMemorySize`).
///
/// All blocks belong to automatic arenas, so whoever holds a segment holds its memory, and a block
/// that nobody closed goes with the last reference to it. Whoever keeps the segment of a closed
/// tensor may read another's values, but never memory that is gone.
final class Storage {
  private static final int ALIGNMENT = 64;
  private static final long SMALL_BYTES = 4096;
  private static final long SLAB_BYTES = 1 << 18;
  private static final long KEPT_BYTES = 256L << 20;
  private static final int CLASSES = 4 * 64;
  private static final ThreadLocal<Slab> SLAB = ThreadLocal.withInitial(Slab::new);
  private static final AtomicReferenceArray<@Nullable ConcurrentLinkedDeque<MemorySegment>> KEPT =
      new AtomicReferenceArray<>(CLASSES);
  private static final AtomicLong KEPT_NOW = new AtomicLong();

  private final MemorySegment memory;
  private @Nullable MemorySegment block;
  private volatile boolean closed;

  private Storage(MemorySegment memory, @Nullable MemorySegment block) {
    this.memory = memory;
    this.block = block;
  }

  /// Memory that belongs to somebody else and outlives the tensor.
  static Storage of(MemorySegment memory) {
    return new Storage(memory, null);
  }

  /// Memory with whatever was there before.
  static Storage allocate(long bytes) {
    if (bytes <= SMALL_BYTES) {
      return new Storage(SLAB.get().cut(bytes), null);
    }
    int sizeClass = sizeClass(bytes);
    ConcurrentLinkedDeque<MemorySegment> waiting = KEPT.get(sizeClass);
    MemorySegment block = waiting == null ? null : waiting.pollFirst();
    if (block == null) {
      block = fresh(classBytes(sizeClass));
    } else {
      KEPT_NOW.addAndGet(-block.byteSize());
    }
    return new Storage(block.asSlice(0, bytes), block);
  }

  private static MemorySegment fresh(long bytes) {
    try {
      return Arena.ofAuto().allocate(bytes, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw new TensorException(
          "a tensor of "
              + bytes
              + " bytes does not fit the native memory that Java may use (by default as much as its"
              + " heap): close tensors that are not needed, or give more by"
              + " -XX:MaxDirectMemorySize",
          e);
    }
  }

  private static void keep(MemorySegment block) {
    if (KEPT_NOW.addAndGet(block.byteSize()) > KEPT_BYTES) {
      KEPT_NOW.addAndGet(-block.byteSize());
      return;
    }
    int sizeClass = sizeClass(block.byteSize());
    ConcurrentLinkedDeque<MemorySegment> waiting = KEPT.get(sizeClass);
    if (waiting == null) {
      KEPT.compareAndSet(sizeClass, null, new ConcurrentLinkedDeque<>());
      waiting = KEPT.get(sizeClass);
    }
    if (waiting != null) {
      waiting.addFirst(block);
    }
  }

  /// The index of the least size that holds a number of bytes; there are four sizes from one power
  /// of two to the next.
  private static int sizeClass(long bytes) {
    int exponent = 63 - Long.numberOfLeadingZeros(bytes - 1);
    return 4 * exponent + (int) ((bytes - 1) >>> (exponent - 2) & 3);
  }

  private static long classBytes(int sizeClass) {
    return (5L + sizeClass % 4) << (sizeClass / 4 - 2);
  }

  MemorySegment memory() {
    if (closed) {
      throw new ClosedTensorException("the use of a tensor that is closed");
    }
    return memory;
  }

  boolean isClosed() {
    return closed;
  }

  synchronized void close() {
    closed = true;
    if (block != null) {
      keep(block);
      block = null;
    }
  }

  /// Memory that a thread cuts small blocks from.
  private static final class Slab {
    private MemorySegment memory = MemorySegment.NULL;
    private long used;

    MemorySegment cut(long bytes) {
      if (used + bytes > memory.byteSize()) {
        memory = fresh(SLAB_BYTES);
        used = 0;
      }
      MemorySegment block = memory.asSlice(used, bytes);
      used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      return block;
    }
  }
}
