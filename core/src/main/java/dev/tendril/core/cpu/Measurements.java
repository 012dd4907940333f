package dev.tendril.core.cpu;

import dev.tendril.core.spi.Profile;
import java.util.ArrayList;
import java.util.List;

/// What the tasks of a graph took, in every run; of the first [#DETAILED] runs also when. For
/// several threads.
final class Measurements {
  private static final int DETAILED = 200;

  private final String graph;
  private final List<Task> tasks;
  private final long[] nanos;
  private final List<long[]> starts = new ArrayList<>();
  private final List<long[]> durations = new ArrayList<>();
  private int runs;
  private long origin;

  Measurements(String graph, List<Task> tasks) {
    this.graph = graph;
    this.tasks = tasks;
    this.nanos = new long[tasks.size()];
  }

  /// @param times when each step began, and when the last ended: nanoseconds of one clock
  synchronized void add(long[] times) {
    long[] durationsOfRun = new long[tasks.size()];
    long[] startsOfRun = new long[tasks.size()];
    if (runs == 0) {
      origin = times[0];
    }
    for (int i = 0; i < durationsOfRun.length; i++) {
      durationsOfRun[i] = times[i + 1] - times[i];
      startsOfRun[i] = times[i] - origin;
      nanos[i] += durationsOfRun[i];
    }
    if (runs < DETAILED) {
      starts.add(startsOfRun);
      durations.add(durationsOfRun);
    }
    runs++;
  }

  synchronized Profile profile() {
    List<Profile.Entry> entries = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      int at = i;
      entries.add(
          new Profile.Entry(
              task.node().name(),
              task.node().op().name(),
              task.types(),
              task.provider(),
              nanos[i],
              starts.stream().map(run -> run[at]).toList(),
              durations.stream().map(run -> run[at]).toList(),
              task.cost().bytes(),
              task.cost().flops()));
    }
    return new Profile(graph, CpuProvider.INFO.name(), runs, entries);
  }
}
