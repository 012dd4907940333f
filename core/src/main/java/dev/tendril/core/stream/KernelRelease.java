package dev.tendril.core.stream;

import dev.tendril.core.spi.ReadyKernel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Lets go of what kernels hold on a device: those of a graph when nobody can run it any more, all
/// of them before the device is closed, each once. Work that uses them is waited for.
final class KernelRelease {
  private final Runnable quiet;
  private final Set<Graph> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  /// The kernels of one graph.
  private final class Graph implements Runnable {
    private final List<ReadyKernel> kernels;

    Graph(List<ReadyKernel> kernels) {
      this.kernels = kernels;
    }

    @Override
    public void run() {
      synchronized (KernelRelease.this) {
        if (open.remove(this) && !closed) {
          quiet.run();
          kernels.forEach(ReadyKernel::close);
        }
      }
    }
  }

  /// @param quiet waits for all work
  KernelRelease(Runnable quiet) {
    this.quiet = quiet;
  }

  /// What to do when the owner of kernels is out of reach.
  Runnable of(List<ReadyKernel> kernels) {
    Graph graph = new Graph(kernels);
    open.add(graph);
    return graph;
  }

  /// Lets go of all.
  synchronized void close() {
    open.forEach(Graph::run);
    closed = true;
  }
}
