package dev.tendril.plugin;

import dev.tendril.core.spi.DeviceEvent;
import dev.tendril.core.spi.DeviceStream;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A stream of a plug-in.
final class NativeStream implements DeviceStream {
  private final NativeAccelerator owner;
  private final MemorySegment stream;

  NativeStream(NativeAccelerator owner, MemorySegment stream) {
    this.owner = owner;
    this.stream = stream;
  }

  MemorySegment pointer() {
    return stream;
  }

  @Override
  public void copyIn(MemorySegment host, long block, long offset) {
    copy("copy_in", stream.address(), host.address(), block, offset, 0, 0, host.byteSize());
  }

  @Override
  public void copyOut(long block, long offset, MemorySegment host) {
    copy("copy_out", stream.address(), host.address(), block, offset, 0, 0, host.byteSize());
  }

  @Override
  public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
    copy("copy_within", stream.address(), 0, from, fromOffset, to, toOffset, bytes);
  }

  /// A copy at once, for the tests of plug-ins.
  void copyNow(String function, MemorySegment host, long block, long offset) {
    copy(function, 0, host.address(), block, offset, 0, 0, host.byteSize());
  }

  private void copy(
      String function,
      long on,
      long host,
      long block,
      long offset,
      long toBlock,
      long toOffset,
      long bytes) {
    Struct struct = Abi.COPY;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), owner.device());
      frame.set(ValueLayout.JAVA_LONG, struct.offset("stream"), on);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("host"), host);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("block"), block);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("offset"), offset);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("to_block"), toBlock);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("to_offset"), toOffset);
      frame.set(ValueLayout.JAVA_LONG, struct.offset("bytes"), bytes);
      owner.table.call(function, frame);
    } finally {
      Native.release(frame);
    }
  }

  void call(String function, @Nullable MemorySegment event, @Nullable MemorySegment timer) {
    Struct struct = Abi.STREAM_CALL;
    MemorySegment frame = Native.frame(struct);
    try {
      frame.set(ValueLayout.ADDRESS, struct.offset("device"), owner.device());
      frame.set(ValueLayout.ADDRESS, struct.offset("stream"), stream);
      if (event != null) {
        frame.set(ValueLayout.ADDRESS, struct.offset("event"), event);
      }
      if (timer != null) {
        frame.set(ValueLayout.ADDRESS, struct.offset("timer"), timer);
      }
      owner.table.call(function, frame);
    } finally {
      Native.release(frame);
    }
  }

  @Override
  public void record(DeviceEvent event) {
    call("record_event", ((NativeEvent) event).pointer(), null);
  }

  @Override
  public void await(DeviceEvent event) {
    call("wait_event", ((NativeEvent) event).pointer(), null);
  }

  @Override
  public void finish() {
    call("synchronize_stream", null, null);
  }

  @Override
  public void close() {
    owner.destroy("destroy_stream", stream);
  }
}
