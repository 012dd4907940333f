package dev.tendril.core.spi;

import java.lang.foreign.MemorySegment;

/// An order of work: what is given to a stream is done in the order in which it was given, later
/// than the call returns or before. Several threads may give at once.
public interface DeviceStream extends AutoCloseable {
  /// Copies from the host, whose memory stays as it is until the stream has passed that point.
  void copyIn(MemorySegment host, long block, long offset);

  /// Copies to the host, whose memory has the values once the stream has passed that point.
  void copyOut(long block, long offset, MemorySegment host);

  /// Copies within the device.
  void copy(long from, long fromOffset, long to, long toOffset, long bytes);

  /// Marks this point.
  void record(DeviceEvent event);

  /// Does nothing that is given from now on before the point that an event marks has been passed.
  void await(DeviceEvent event);

  /// Blocks the host until all is done.
  ///
  /// @throws dev.tendril.core.TensorException when some of it failed
  void finish();

  @Override
  void close();
}
