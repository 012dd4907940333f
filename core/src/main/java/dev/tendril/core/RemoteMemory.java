package dev.tendril.core;

import java.lang.foreign.MemorySegment;

/// The values of a tensor in the memory of a device that the host cannot reach. Safe for use by
/// several threads.
public interface RemoteMemory {
  /// The device, in full, such as `/device:GPU:0`.
  String device();

  /// Copies values to the host, once the work that makes them is done.
  ///
  /// @param offset the first byte
  /// @param host where to, as many bytes as are wanted
  /// @throws TensorException with the device's own words when that fails
  void read(long offset, MemorySegment host);

  /// Overwrites values by those of the host, which are taken before it returns.
  void write(long offset, MemorySegment host);

  /// Gives the memory back. Called once, also by the thread that follows the collector; says
  /// nothing when it fails.
  void free();
}
