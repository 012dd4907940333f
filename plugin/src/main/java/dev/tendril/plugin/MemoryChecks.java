package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.DeviceTimer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Checks of memory, copies, streams, events and timers.
final class MemoryChecks {
  private static final long[] SIZES = {1, 3, 64, 100, 4096, 100_000, 1 << 20};
  private static final int THREADS = 4;

  private final NativeAccelerator device;
  private long inUse;

  MemoryChecks(NativeAccelerator device) {
    this.device = device;
  }

  String blocks() {
    inUse = inUse();
    Set<Long> blocks = new LinkedHashSet<>();
    for (long size : SIZES) {
      long block = device.allocate(size);
      if (!blocks.add(block)) {
        throw PluginChecks.fault("allocate gave a block twice that was not freed");
      }
    }
    int i = 0;
    for (long block : blocks) {
      device.free(block, SIZES[i++]);
    }
    return "";
  }

  private long inUse() {
    return device.statistics().map(AllocatorStatistics::inUse).orElse(0L);
  }

  /// After all else as much is in use as before, as the plug-in counts it.
  String givenBack() {
    if (device.statistics().isEmpty()) {
      return PluginChecks.SKIPPED + "it does not say what is in use (allocator_statistics)";
    }
    long now = inUse();
    if (now != inUse) {
      throw PluginChecks.fault(
          "allocator_statistics gave bytes_in_use = "
              + now
              + " when all blocks were freed; expected "
              + inUse
              + " as at the beginning");
    }
    return "";
  }

  String tooMuch() {
    long much = 1L << 60;
    try {
      long block = device.allocate(much);
      device.free(block, much);
      throw PluginChecks.fault(
          "allocate of 2^60 bytes returned OK; expected a code, such as TP_RESOURCE_EXHAUSTED");
    } catch (PluginException e) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("it gave no message")) {
        throw PluginChecks.fault(text + ": expected a message");
      }
      if (text.contains("returned OK")) {
        throw e;
      }
      return text;
    }
  }

  String statistics() {
    String text =
        device.memory().map(use -> use.free() + " of " + use.total() + " free").orElse("");
    if (device.memory().filter(use -> use.free() > use.total()).isPresent()) {
      throw PluginChecks.fault("memory_info gave more free bytes than there are: " + text);
    }
    return text + device.statistics().map(s -> " " + s.text()).orElse("");
  }

  String events() {
    try (DeviceStream stream = device.openStream();
        DeviceEvent event = device.openEvent()) {
      if (!event.isDone()) {
        throw PluginChecks.fault("event_state of an event that was never recorded is pending");
      }
      event.await();
      for (int i = 0; i < 3; i++) {
        stream.record(event);
        stream.await(event);
        event.await();
        if (!event.isDone()) {
          throw PluginChecks.fault("event_state is pending after await_event");
        }
      }
      stream.finish();
    }
    return "";
  }

  String timers() {
    try (DeviceStream stream = device.openStream();
        DeviceTimer timer = device.openTimer()) {
      if (timer == null) {
        return PluginChecks.SKIPPED + "it has none";
      }
      timer.start(stream);
      timer.stop(stream);
      stream.finish();
      long nanos = timer.nanos();
      if (nanos > 1_000_000_000L) {
        throw PluginChecks.fault("read_timer gave " + nanos + " ns for nothing");
      }
      return "";
    }
  }

  private static MemorySegment pattern(Arena arena, long bytes, long seed) {
    MemorySegment memory = arena.allocate(Math.max(8, bytes), 64).asSlice(0, bytes);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < bytes; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
    return memory;
  }

  private static void same(String what, MemorySegment expected, MemorySegment actual) {
    long at = expected.mismatch(actual);
    if (at >= 0) {
      throw PluginChecks.fault(
          what
              + ": byte "
              + at
              + " of "
              + expected.byteSize()
              + " is "
              + actual.get(ValueLayout.JAVA_BYTE, at)
              + "; expected "
              + expected.get(ValueLayout.JAVA_BYTE, at));
    }
  }

  /// To a block at several offsets and back, other bytes untouched.
  private void roundTrip(DeviceStream on, boolean now, long bytes, long seed) {
    NativeStream stream = (NativeStream) on;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment all = pattern(arena, bytes, seed);
      long block = device.allocate(bytes);
      try {
        in(stream, now, all, block, 0);
        for (long offset : new long[] {0, bytes / 3, bytes / 2}) {
          long part = Math.max(1, (bytes - offset) / 2);
          MemorySegment piece = pattern(arena, part, seed + offset + 1);
          in(stream, now, piece, block, offset);
          all.asSlice(offset, part).copyFrom(piece);
          MemorySegment back = arena.allocate(part, 8);
          out(stream, now, back, block, offset);
          stream.finish();
          same("copy_out of " + part + " bytes at offset " + offset, piece, back);
        }
        MemorySegment back = arena.allocate(bytes, 8);
        out(stream, now, back, block, 0);
        stream.finish();
        same("copy_out of a block of " + bytes + " bytes", all, back);
      } finally {
        device.free(block, bytes);
      }
    }
  }

  private static void in(
      NativeStream stream, boolean now, MemorySegment host, long block, long offset) {
    if (now) {
      stream.copyNow("copy_in", host, block, offset);
    } else {
      stream.copyIn(host, block, offset);
      stream.finish();
    }
  }

  private static void out(
      NativeStream stream, boolean now, MemorySegment host, long block, long offset) {
    if (now) {
      stream.copyNow("copy_out", host, block, offset);
    } else {
      stream.copyOut(block, offset, host);
    }
  }

  String copiesNow() {
    try (DeviceStream stream = device.openStream()) {
      for (long size : SIZES) {
        roundTrip(stream, true, size, size);
      }
    }
    return "";
  }

  String copiesOnStream() {
    try (DeviceStream stream = device.openStream()) {
      for (long size : SIZES) {
        roundTrip(stream, false, size, size);
      }
    }
    return "";
  }

  String copiesWithin() {
    long bytes = 10_000;
    try (Arena arena = Arena.ofShared();
        DeviceStream stream = device.openStream()) {
      MemorySegment first = pattern(arena, bytes, 1);
      MemorySegment second = pattern(arena, bytes, 2);
      long from = device.allocate(bytes);
      long to = device.allocate(bytes);
      stream.copyIn(first, from, 0);
      stream.copyIn(second, to, 0);
      stream.copy(from, 100, to, 3000, 5000);
      MemorySegment back = arena.allocate(bytes, 8);
      stream.copyOut(to, 0, back);
      stream.finish();
      second.asSlice(3000, 5000).copyFrom(first.asSlice(100, 5000));
      same("copy_within of 5000 bytes from offset 100 to offset 3000", second, back);
      device.free(from, bytes);
      device.free(to, bytes);
    }
    return "";
  }

  String twoStreams() {
    long bytes = 1 << 20;
    try (Arena arena = Arena.ofShared();
        DeviceStream one = device.openStream();
        DeviceStream two = device.openStream();
        DeviceEvent event = device.openEvent()) {
      long block = device.allocate(bytes);
      for (int i = 0; i < 10; i++) {
        MemorySegment values = pattern(arena, bytes, i);
        one.copyIn(values, block, 0);
        one.record(event);
        two.await(event);
        MemorySegment back = arena.allocate(bytes, 8);
        two.copyOut(block, 0, back);
        two.finish();
        same("a copy on a stream that waits for an event of another", values, back);
      }
      device.free(block, bytes);
    }
    return "";
  }

  String threads() {
    AtomicReference<@Nullable TensorException> failure = new AtomicReference<>();
    Thread[] threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (DeviceStream stream = device.openStream()) {
                      for (int j = 0; j < 50; j++) {
                        roundTrip(stream, j % 2 == 0, 1000 + 37L * j, 1000L * number + j);
                      }
                    } catch (TensorException e) {
                      failure.compareAndSet(null, e);
                    }
                  });
    }
    KernelChecks.join(threads);
    TensorException e = failure.get();
    if (e != null) {
      throw e;
    }
    return "";
  }
}
