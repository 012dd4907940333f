package dev.tendril.core.spi;

import java.util.Locale;

/// What an allocator of device memory did.
///
/// @param allocations how often memory was asked for
/// @param inUse bytes that values have now
/// @param peak the most bytes that values had at once
/// @param largest the most bytes of one value
/// @param reserved bytes that were taken from the device and not given back
/// @param limit the most bytes it may take; 0 for no limit
public record AllocatorStatistics(
    long allocations, long inUse, long peak, long largest, long reserved, long limit) {
  /// One line for people.
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d allocations, %d bytes in use, %d at the peak, %d the largest, %d reserved%s",
        allocations,
        inUse,
        peak,
        largest,
        reserved,
        limit == 0 ? "" : " of at most " + limit);
  }
}
