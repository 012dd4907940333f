package dev.tendril.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The memory of a tensor and of its views: native memory of the host, aligned to 64 bytes, or that
/// of a device, of which the host has a copy once it was read.
///
/// Small blocks are cut from slabs, one slab a thread at a time; a slab goes when the collector
/// finds that no tensor uses it, so a small tensor costs no more than an object. A large block that
/// is closed is kept for the next tensor of about its size: fresh native memory must be filled with
/// zeros, which takes longer than many a kernel. Memory that is waiting is bounded by
/// [#KEPT_BYTES]; memory itself by the JVM's limit (`-XX:MaxDirectMemorySize`).
///
/// All blocks belong to automatic arenas, so whoever holds a segment holds its memory, and a block
/// that nobody closed goes with the last reference to it. Memory of a device has a cleaner. Whoever
/// keeps the segment of a closed tensor may read another's values, but never memory that is gone.
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

  private final @Nullable RemoteMemory remote;
  private final Cleaner.@Nullable Cleanable cleanable;
  private final long bytes;
  private final boolean lasting;
  private volatile @Nullable MemorySegment memory;
  private @Nullable MemorySegment block;
  private volatile boolean closed;

  private Storage(MemorySegment memory, @Nullable MemorySegment block, boolean lasting) {
    this.lasting = lasting;
    this.memory = memory;
    this.block = block;
    this.bytes = memory.byteSize();
    this.remote = null;
    this.cleanable = null;
  }

  private Storage(RemoteMemory remote, long bytes) {
    this.lasting = true;
    this.remote = remote;
    this.bytes = bytes;
    this.cleanable = Cleaning.CLEANER.register(this, remote::free);
  }

  /// Memory of a device, which is freed with the tensor.
  static Storage of(RemoteMemory remote, long bytes) {
    return new Storage(remote, bytes);
  }

  /// The memory of the device; null of the host's.
  @Nullable RemoteMemory remote() {
    if (closed) {
      throw new ClosedTensorException("the use of a tensor that is closed");
    }
    return remote;
  }

  boolean isRemote() {
    return remote != null;
  }

  /// The device; also of a closed tensor.
  String device() {
    return remote == null ? Tensor.HOST : remote.device();
  }

  /// Overwrites the device's values; what the host had read of them is forgotten.
  synchronized void write(long offset, MemorySegment values) {
    RemoteMemory target = remote();
    if (target == null) {
      memory().asSlice(offset, values.byteSize()).copyFrom(values);
    } else {
      target.write(offset, values);
      memory = null;
    }
  }

  private synchronized MemorySegment fetch() {
    MemorySegment known = memory;
    if (known == null) {
      RemoteMemory source = remote();
      if (source == null) {
        throw new IllegalStateException("no memory");
      }
      Storage copy = allocate(bytes);
      known = copy.memory();
      source.read(0, known);
      block = copy.block;
      memory = known;
    }
    return known;
  }

  /// Memory that belongs to somebody else and outlives the tensor.
  ///
  /// @param lasting whether it cannot be closed while somebody refers to it
  static Storage of(MemorySegment memory, boolean lasting) {
    return new Storage(memory, null, lasting);
  }

  /// Whether the memory cannot be gone while somebody refers to it.
  boolean isLasting() {
    return lasting;
  }

  /// Memory with whatever was there before.
  static Storage allocate(long bytes) {
    if (bytes <= SMALL_BYTES) {
      return new Storage(SLAB.get().cut(bytes), null, true);
    }
    int sizeClass = sizeClass(bytes);
    ConcurrentLinkedDeque<MemorySegment> waiting = KEPT.get(sizeClass);
    MemorySegment block = waiting == null ? null : waiting.pollFirst();
    if (block == null) {
      block = fresh(classBytes(sizeClass));
    } else {
      KEPT_NOW.addAndGet(-block.byteSize());
    }
    return new Storage(block.asSlice(0, bytes), block, true);
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
    MemorySegment known = memory;
    return known == null ? fetch() : known;
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
    if (cleanable != null) {
      cleanable.clean();
    }
  }

  /// Made when there is memory of a device.
  private static final class Cleaning {
    static final Cleaner CLEANER = Cleaner.create();
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
