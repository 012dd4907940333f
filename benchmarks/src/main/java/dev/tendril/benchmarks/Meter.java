package dev.tendril.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the operating system says about this process.
final class Meter {
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final MemorySegment TIME =
      Arena.global().allocate(ValueLayout.JAVA_LONG.byteSize() * 2, 8);
  private static final @Nullable MethodHandle CLOCK = clock();

  private Meter() {}

  @SuppressWarnings("restricted")
  private static @Nullable MethodHandle clock() {
    if (!Files.exists(Path.of("/proc/self/status"))) {
      return null;
    }
    FunctionDescriptor type =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    return lookup
        .find("clock_gettime")
        .map(address -> linker.downcallHandle(address, type))
        .orElse(null);
  }

  /// Nanoseconds that all threads of the process have run, the compiler's and the collector's
  /// included. Java's own figure moves in steps of 10 ms on Linux, too coarse here.
  static synchronized long cpu() {
    if (CLOCK != null) {
      try {
        int status = (int) CLOCK.invokeExact(CLOCK_PROCESS_CPUTIME_ID, TIME);
        if (status == 0) {
          return TIME.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
              + TIME.getAtIndex(ValueLayout.JAVA_LONG, 1);
        }
      } catch (Throwable e) {
        throw new IllegalStateException("cannot read the process clock", e);
      }
    }
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /// Megabytes (2^20) of memory that are resident now; -1 where it is not known.
  static double residentMb() {
    return statusMb("VmRSS:");
  }

  /// The most megabytes that were resident since [#resetPeak]; -1 where it is not known.
  static double peakMb() {
    return statusMb("VmHWM:");
  }

  static void resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException _) {
      System.err.println("the peak of memory cannot be reset here: it includes the start");
    }
  }

  private static double statusMb(String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException _) {
      return -1;
    }
    return -1;
  }
}
