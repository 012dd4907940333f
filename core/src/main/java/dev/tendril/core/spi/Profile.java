package dev.tendril.core.spi;

import java.util.List;

/// What the nodes of a graph took.
///
/// @param runs the number of runs that were measured
public record Profile(int runs, List<Entry> entries) {
  public Profile {
    entries = List.copyOf(entries);
  }

  /// One node.
  ///
  /// @param shapes the types of operands and results, for people
  /// @param provider whose kernel it was
  /// @param nanos the time of all runs
  /// @param starts when each run of it began, in nanoseconds since the first run
  /// @param durations what each run of it took
  /// @param bytes what a run reads and writes
  /// @param flops the additions and multiplications of a run
  public record Entry(
      String node,
      String op,
      String shapes,
      String provider,
      long nanos,
      List<Long> starts,
      List<Long> durations,
      long bytes,
      long flops) {
    public Entry {
      starts = List.copyOf(starts);
      durations = List.copyOf(durations);
    }
  }
}
