package dev.tendril.core.stream;

import dev.tendril.core.RemoteMemory;
import dev.tendril.core.TensorException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;

/// The memory of a tensor on a streamed device.
final class DeviceBlock implements RemoteMemory {
  private static final System.Logger LOG = System.getLogger(DeviceBlock.class.getName());

  final StreamedDevice device;
  final Span span;

  DeviceBlock(StreamedDevice device, Span span) {
    this.device = device;
    this.span = span;
  }

  @Override
  public String device() {
    return device.logicalName();
  }

  @Override
  public void read(long offset, MemorySegment host) {
    device.copyOut(span.block(), span.offset() + offset, host);
  }

  @Override
  public void write(long offset, MemorySegment host) {
    device.copyIn(host, span.block(), span.offset() + offset);
  }

  @Override
  public void free() {
    try {
      device.spans().free(span);
    } catch (TensorException e) {
      LOG.log(Level.WARNING, "freeing memory of {0}: {1}", device(), e.getMessage());
    }
  }
}
