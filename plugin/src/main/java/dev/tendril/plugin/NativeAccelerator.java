package dev.tendril.plugin;

import dev.tendril.core.spi.Accelerator;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.DeviceTimer;
import dev.tendril.core.spi.GraphPass;
import dev.tendril.core.spi.MemoryUse;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A device of a plug-in, as its function table has it.
final class NativeAccelerator implements Accelerator {
  private static final int OWN_ALLOCATOR = 1;

  final NativeTable table;
  private final DeviceInfo info;
  private final MemorySegment device;
  private final List<NativeKernel> kernels;
  private final @Nullable NativePass pass;
  private volatile boolean closed;

  NativeAccelerator(NativeTable table, DeviceInfo info) {
    this.table = table;
    this.info = info;
    MemorySegment frame = Native.frame(Abi.OPEN_DEVICE);
    try {
      frame.set(ValueLayout.JAVA_INT, Abi.OPEN_DEVICE.offset("ordinal"), info.index());
      table.call("open_device", frame);
      this.device =
          notNull("open_device", "device", frame.get(ValueLayout.ADDRESS, deviceOffset()));
    } finally {
      Native.release(frame);
    }
    this.kernels =
        table.kernels.stream().map(struct -> new NativeKernel(table, this, struct)).toList();
    this.pass = table.pass == null ? null : new NativePass(this, table.pass);
  }

  private static long deviceOffset() {
    return Abi.OPEN_DEVICE.offset("device");
  }

  MemorySegment notNull(String function, String field, MemorySegment pointer) {
    if (pointer.address() == 0) {
      throw table.wrong(function + " returned OK, and " + field + " is null");
    }
    return pointer;
  }

  MemorySegment device() {
    return device;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public long allocate(long bytes) {
    MemorySegment frame = Native.frame(Abi.ALLOCATE);
    try {
      frame.set(ValueLayout.ADDRESS, Abi.ALLOCATE.offset("device"), device);
      frame.set(ValueLayout.JAVA_LONG, Abi.ALLOCATE.offset("bytes"), bytes);
      int code = Native.call(table.function("allocate"), frame);
      if (code != 0) {
        throw NativeTable.failed(
            table + ": allocate of " + bytes + " bytes", code, Native.message(frame));
      }
      return notNull(
              "allocate of " + bytes + " bytes",
              "block",
              frame.get(ValueLayout.ADDRESS, Abi.ALLOCATE.offset("block")))
          .address();
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public void free(long block, long bytes) {
    MemorySegment frame = Native.frame(Abi.FREE);
    try {
      frame.set(ValueLayout.ADDRESS, Abi.FREE.offset("device"), device);
      frame.set(ValueLayout.JAVA_LONG, Abi.FREE.offset("block"), block);
      frame.set(ValueLayout.JAVA_LONG, Abi.FREE.offset("bytes"), bytes);
      table.call("free", frame);
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public boolean isCached() {
    return (table.flags & OWN_ALLOCATOR) == 0;
  }

  @Override
  public Optional<AllocatorStatistics> statistics() {
    if (!table.has("allocator_statistics")) {
      return Optional.empty();
    }
    Struct struct = Abi.ALLOCATOR_STATISTICS;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), device);
      table.call("allocator_statistics", frame);
      return Optional.of(
          new AllocatorStatistics(
              notNegative("allocator_statistics", struct, frame, "allocations"),
              notNegative("allocator_statistics", struct, frame, "bytes_in_use"),
              notNegative("allocator_statistics", struct, frame, "peak_bytes_in_use"),
              notNegative("allocator_statistics", struct, frame, "largest_allocation"),
              notNegative("allocator_statistics", struct, frame, "bytes_reserved"),
              notNegative("allocator_statistics", struct, frame, "bytes_limit")));
    } finally {
      Native.release(frame);
    }
  }

  long notNegative(String function, Struct struct, MemorySegment frame, String field) {
    long value = frame.get(ValueLayout.JAVA_LONG, struct.offset(field));
    if (value < 0) {
      throw table.wrong(function + " gave " + field + " = " + value + "; expected 0 or more");
    }
    return value;
  }

  @Override
  public Optional<MemoryUse> memory() {
    if (!table.has("memory_info")) {
      return Optional.empty();
    }
    Struct struct = Abi.MEMORY_INFO;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), device);
      table.call("memory_info", frame);
      return Optional.of(
          new MemoryUse(
              notNegative("memory_info", struct, frame, "free_bytes"),
              notNegative("memory_info", struct, frame, "total_bytes")));
    } finally {
      Native.release(frame);
    }
  }

  private MemorySegment create(String function) {
    MemorySegment frame = Native.frame(Abi.CREATE);
    try {
      frame.set(ValueLayout.ADDRESS, Abi.CREATE.offset("device"), device);
      table.call(function, frame);
      return notNull(
          function, "object", frame.get(ValueLayout.ADDRESS, Abi.CREATE.offset("object")));
    } finally {
      Native.release(frame);
    }
  }

  void destroy(String function, MemorySegment object) {
    if (closed) {
      return;
    }
    MemorySegment frame = Native.frame(Abi.DESTROY);
    try {
      frame.set(ValueLayout.ADDRESS, Abi.DESTROY.offset("device"), device);
      frame.set(ValueLayout.ADDRESS, Abi.DESTROY.offset("object"), object);
      table.call(function, frame);
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public DeviceStream openStream() {
    return new NativeStream(this, create("create_stream"));
  }

  @Override
  public DeviceEvent openEvent() {
    return new NativeEvent(this, create("create_event"));
  }

  @Override
  public @Nullable DeviceTimer openTimer() {
    return table.has("create_timer") ? new NativeTimer(this, create("create_timer")) : null;
  }

  @Override
  public List<? extends OpKernel> kernels() {
    return kernels;
  }

  @Override
  public @Nullable GraphPass pass() {
    return pass;
  }

  @Override
  public void close() {
    if (!closed) {
      destroy("close_device", device);
      closed = true;
    }
  }
}
