package dev.tendril.plugin;

import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An event of a plug-in.
final class NativeEvent implements DeviceEvent {
  private final NativeAccelerator owner;
  private final MemorySegment event;

  NativeEvent(NativeAccelerator owner, MemorySegment event) {
    this.owner = owner;
    this.event = event;
  }

  MemorySegment pointer() {
    return event;
  }

  private int call(String function) {
    Struct struct = Abi.EVENT_CALL;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), owner.device());
      frame.set(ValueLayout.ADDRESS, struct.offset("event"), event);
      frame.set(ValueLayout.JAVA_INT, struct.offset("state"), -1);
      owner.table.call(function, frame);
      return frame.get(ValueLayout.JAVA_INT, struct.offset("state"));
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public boolean isDone() {
    int state = call("event_state");
    if (state != 0 && state != 1) {
      throw owner.table.wrong("event_state gave " + state + "; expected 0, pending, or 1, done");
    }
    return state == 1;
  }

  @Override
  public void await() {
    call("await_event");
  }

  @Override
  public void close() {
    owner.destroy("destroy_event", event);
  }
}
