package dev.tendril.machine.emulator;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.TreeMap;

/// Memory that a routine may use, byte by byte: any other access fails.
final class Regions {
  private final TreeMap<Long, MemorySegment> regions = new TreeMap<>();

  void add(MemorySegment segment) {
    if (segment.byteSize() > 0) {
      regions.put(segment.address(), segment);
    }
  }

  void read(long address, byte[] to, int at, int bytes) {
    MemorySegment region = find(address, bytes);
    MemorySegment.copy(region, ValueLayout.JAVA_BYTE, address - region.address(), to, at, bytes);
  }

  void write(long address, byte[] from, int at, int bytes) {
    MemorySegment region = find(address, bytes);
    MemorySegment.copy(from, at, region, ValueLayout.JAVA_BYTE, address - region.address(), bytes);
  }

  private MemorySegment find(long address, int bytes) {
    var entry = regions.floorEntry(address);
    if (entry == null
        || address + bytes > entry.getValue().address() + entry.getValue().byteSize()) {
      throw new AssertionError(
          bytes + " bytes at " + Long.toHexString(address) + ", outside of all operands");
    }
    return entry.getValue();
  }
}
