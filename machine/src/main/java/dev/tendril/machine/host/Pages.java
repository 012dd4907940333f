package dev.tendril.machine.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/// Pages of the system's memory. Linux on x86-64: the numbers of `mmap` and `mprotect` are those of
/// its headers.
final class Pages {
  /// The least that is mapped.
  static final int BYTES = 4096;

  private static final long READ_WRITE = 3;
  private static final long READ_EXECUTE = 5;
  private static final long PRIVATE_ANONYMOUS = 0x22;

  private static final MemorySegment MMAP = Foreign.find("mmap");
  private static final MemorySegment MPROTECT = Foreign.find("mprotect");
  private static final MemorySegment MUNMAP = Foreign.find("munmap");
  private static final AtomicLong MAPPED = new AtomicLong();

  private Pages() {}

  /// The bytes of code that are mapped now.
  static long mapped() {
    return MAPPED.get();
  }

  /// Fresh pages with the given content, which can be executed and no longer be written. They go
  /// when nobody refers to the segment or to a part of it.
  ///
  /// @throws CodeException when the system refuses
  @SuppressWarnings("restricted")
  static MemorySegment seal(byte[] content) {
    long size = (content.length + BYTES - 1L) & -BYTES;
    long address = Foreign.call(MMAP, 0, size, READ_WRITE, PRIVATE_ANONYMOUS, 0xffff_ffffL, 0);
    if (address < 0 && address > -BYTES) {
      throw new CodeException("the system gives no " + size + " bytes of memory for code");
    }
    MAPPED.addAndGet(size);
    MemorySegment pages =
        MemorySegment.ofAddress(address)
            .reinterpret(
                size,
                Arena.ofAuto(),
                gone -> {
                  Foreign.call(MUNMAP, gone.address(), size, 0, 0, 0, 0);
                  MAPPED.addAndGet(-size);
                });
    MemorySegment.copy(content, 0, pages, ValueLayout.JAVA_BYTE, 0, content.length);
    if ((int) Foreign.call(MPROTECT, address, size, READ_EXECUTE, 0, 0, 0) != 0) {
      throw new CodeException(
          "the system does not let memory become executable (a security policy forbids it)");
    }
    return pages;
  }
}
