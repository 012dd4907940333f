package dev.tendril.core.stream;

import dev.tendril.core.spi.DeviceTimer;
import dev.tendril.core.spi.Profile;
import java.util.ArrayList;
import java.util.List;

/// What the steps of a graph took: by the device's clock where it has one, else by the host's, with
/// the end of each step awaited.
final class StreamedProfile {
  private static final int DETAILED = 200;

  private final String graph;
  private final StreamedDevice device;
  private final List<StreamedTask> tasks;
  private final long[] nanos;
  private final List<long[]> starts = new ArrayList<>();
  private final List<long[]> durations = new ArrayList<>();
  private final long origin = System.nanoTime();
  private int runs;

  StreamedProfile(String graph, StreamedDevice device, List<StreamedTask> tasks) {
    this.graph = graph;
    this.device = device;
    this.tasks = tasks;
    this.nanos = new long[tasks.size()];
  }

  synchronized void measure(List<StreamedRun.Action> actions) {
    long[] begun = new long[actions.size()];
    long[] took = new long[actions.size()];
    device.compute().finish();
    try (DeviceTimer timer = device.accelerator().openTimer()) {
      for (int i = 0; i < begun.length; i++) {
        begun[i] = System.nanoTime() - origin;
        if (timer == null) {
          actions.get(i).run();
          device.compute().finish();
          took[i] = System.nanoTime() - origin - begun[i];
        } else {
          timer.start(device.compute());
          actions.get(i).run();
          timer.stop(device.compute());
          device.compute().finish();
          took[i] = timer.nanos();
        }
        nanos[i] += took[i];
      }
    }
    if (runs < DETAILED) {
      starts.add(begun);
      durations.add(took);
    }
    runs++;
  }

  synchronized Profile result() {
    List<Profile.Entry> entries = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      StreamedTask task = tasks.get(i);
      int at = i;
      entries.add(
          new Profile.Entry(
              task.node().name(),
              StreamedDevice.opName(task.node()),
              task.types(),
              task.by(),
              nanos[i],
              starts.stream().map(run -> run[at]).toList(),
              durations.stream().map(run -> run[at]).toList(),
              task.cost().bytes(),
              task.cost().flops()));
    }
    return new Profile(graph, device.info().name(), runs, entries);
  }
}
