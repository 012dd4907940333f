package dev.tendril.machine.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory with pages before and behind it that nobody may touch: the first byte beyond ends the
/// process.
public final class Guarded {
  private static final long NONE = 0;
  private static final long READ_WRITE = 3;
  private static final long PRIVATE_ANONYMOUS = 0x22;

  private static final MemorySegment MMAP = Foreign.find("mmap");
  private static final MemorySegment MPROTECT = Foreign.find("mprotect");
  private static final MemorySegment MUNMAP = Foreign.find("munmap");

  private Guarded() {}

  /// @param atEnd whether the memory ends where the forbidden page begins; else it begins where one
  ///     ends
  @SuppressWarnings("restricted")
  public static MemorySegment allocate(Arena arena, long bytes, boolean atEnd) {
    long inside = Math.max(Pages.BYTES, (bytes + Pages.BYTES - 1) & -Pages.BYTES);
    long size = inside + 2 * Pages.BYTES;
    long address = Foreign.call(MMAP, 0, size, NONE, PRIVATE_ANONYMOUS, 0xffff_ffffL, 0);
    long begin = address + Pages.BYTES;
    if ((int) Foreign.call(MPROTECT, begin, inside, READ_WRITE, 0, 0, 0) != 0) {
      throw new IllegalStateException("mprotect failed");
    }
    MemorySegment pages =
        MemorySegment.ofAddress(begin)
            .reinterpret(inside, arena, _ -> Foreign.call(MUNMAP, address, size, 0, 0, 0, 0));
    return pages.asSlice(atEnd ? inside - bytes : 0, bytes);
  }
}
