package dev.tendril.plugin;

import dev.tendril.core.spi.DeviceStream;
import dev.tendril.core.spi.DeviceTimer;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A timer of a plug-in.
final class NativeTimer implements DeviceTimer {
  private final NativeAccelerator owner;
  private final MemorySegment timer;

  NativeTimer(NativeAccelerator owner, MemorySegment timer) {
    this.owner = owner;
    this.timer = timer;
  }

  @Override
  public void start(DeviceStream stream) {
    ((NativeStream) stream).call("start_timer", null, timer);
  }

  @Override
  public void stop(DeviceStream stream) {
    ((NativeStream) stream).call("stop_timer", null, timer);
  }

  @Override
  public long nanos() {
    Struct struct = Abi.TIMER_READ;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), owner.device());
      frame.set(ValueLayout.ADDRESS, struct.offset("timer"), timer);
      owner.table.call("read_timer", frame);
      return owner.notNegative("read_timer", struct, frame, "nanoseconds");
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public void close() {
    owner.destroy("destroy_timer", timer);
  }
}
