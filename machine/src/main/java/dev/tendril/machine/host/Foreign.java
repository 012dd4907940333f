package dev.tendril.machine.host;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Calls of functions outside Java. There is one handle, of six numbers to a number, and the
/// function's address is its first argument: it serves the system's functions and all kernels, so
/// that starting up makes one handle and not one for each. What a function does not take, it does
/// not look at.
final class Foreign {
  private static final MethodHandle CALL = handle();

  private Foreign() {}

  @SuppressWarnings("restricted")
  private static MethodHandle handle() {
    ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(number, number, number, number, number, number, number));
  }

  /// The address of a function of the C library.
  static MemorySegment find(String name) {
    return Linker.nativeLinker()
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
  }

  static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(function, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new IllegalStateException("a call outside Java failed", t);
    }
  }

  static void call(MemorySegment function, long a) {
    try {
      long _ = (long) CALL.invokeExact(function, a, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException("a call outside Java failed", t);
    }
  }
}
