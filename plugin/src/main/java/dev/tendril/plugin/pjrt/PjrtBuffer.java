package dev.tendril.plugin.pjrt;

import dev.tendril.core.RemoteMemory;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a tensor on a PJRT device. Buffers there are never changed: other values are
/// another buffer.
final class PjrtBuffer implements RemoteMemory {
  private static final System.Logger LOG = System.getLogger(PjrtBuffer.class.getName());

  private final PjrtDevice device;
  private final TensorType type;
  private MemorySegment buffer;

  PjrtBuffer(PjrtDevice device, TensorType type, MemorySegment buffer) {
    this.device = device;
    this.type = type;
    this.buffer = buffer;
  }

  PjrtDevice owner() {
    return device;
  }

  /// The type that the device knows it by.
  TensorType type() {
    return type;
  }

  synchronized MemorySegment pointer() {
    return buffer;
  }

  @Override
  public String device() {
    return device.logicalName();
  }

  @Override
  public void read(long offset, MemorySegment host) {
    if (host.byteSize() == type.bytes()) {
      device.client().download(pointer(), type, host);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(type.bytes(), 8);
      device.client().download(pointer(), type, all);
      host.copyFrom(all.asSlice(offset, host.byteSize()));
    }
  }

  @Override
  public synchronized void write(long offset, MemorySegment host) {
    MemorySegment before = buffer;
    if (host.byteSize() == type.bytes()) {
      buffer = device.client().upload(host, type, device.addressable());
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment all = arena.allocate(type.bytes(), 8);
        device.client().download(before, type, all);
        all.asSlice(offset, host.byteSize()).copyFrom(host);
        buffer = device.client().upload(all, type, device.addressable());
      }
    }
    device.client().destroyBuffer(before);
  }

  @Override
  public void free() {
    try {
      device.client().destroyBuffer(pointer());
    } catch (TensorException e) {
      LOG.log(Level.WARNING, "freeing memory of {0}: {1}", device(), e.getMessage());
    }
  }
}
