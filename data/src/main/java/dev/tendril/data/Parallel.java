package dev.tendril.data;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Runs numbered tasks on several threads. Tasks share nothing but their own slots of a result, so
/// the outcome does not depend on who runs what; of several failures the one of the lowest number
/// is thrown.
final class Parallel {
  private Parallel() {}

  /// The number of threads that an option means: 0 is one per processor.
  static int threads(int asked) {
    if (asked < 0) {
      throw new IllegalArgumentException(
          "threads must be 0 (one per processor) or more; got " + asked);
    }
    return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
  }

  static void run(int threads, int tasks, IntConsumer task) {
    AtomicInteger next = new AtomicInteger();
    AtomicReferenceArray<@Nullable Throwable> failures = new AtomicReferenceArray<>(tasks);
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
            try {
              task.accept(i);
            } catch (RuntimeException | Error e) {
              failures.set(i, e);
            }
          }
        };
    Thread[] helpers = new Thread[Math.max(0, Math.min(threads, tasks) - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = Thread.ofPlatform().daemon().name("tendril-data-" + i).start(worker);
    }
    worker.run();
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    for (int i = 0; i < tasks; i++) {
      switch (failures.get(i)) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
