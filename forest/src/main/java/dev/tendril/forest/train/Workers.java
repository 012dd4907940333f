package dev.tendril.forest.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The threads of one training run. With one thread everything runs in the caller. Tasks must not
/// depend on which thread runs them or in what order.
final class Workers implements AutoCloseable {
  /// No threads but the caller's.
  static final Workers CALLER = new Workers(1);

  private final int threads;
  private final @Nullable ForkJoinPool pool;

  Workers(int threads) {
    this.threads = threads;
    this.pool = threads == 1 ? null : new ForkJoinPool(threads);
  }

  int threads() {
    return threads;
  }

  /// Runs a task in the pool, so that it and all it forks use exactly these threads.
  <T> T run(Callable<T> task) {
    if (pool == null) {
      try {
        return task.call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    try {
      return pool.submit(task).join();
    } catch (RuntimeException e) {
      throw original(e);
    }
  }

  /// The pool wraps what a thread throws in another of its kind for each thread that waits for it;
  /// users are to see the first, with its message.
  private static RuntimeException original(RuntimeException thrown) {
    RuntimeException original = thrown;
    while (original.getCause() instanceof RuntimeException cause
        && cause.toString().equals(original.getMessage())) {
      original = cause;
    }
    return original;
  }

  /// Calls the body with 0 to `n - 1`, in any order, and waits for all. Must be called from within
  /// [#run].
  void forEach(int n, IntConsumer body) {
    if (threads == 1 || n == 1) {
      for (int i = 0; i < n; i++) {
        body.accept(i);
      }
      return;
    }
    List<ForkJoinTask<?>> tasks = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      int index = i;
      tasks.add(ForkJoinTask.adapt(() -> body.accept(index)));
    }
    ForkJoinTask.invokeAll(tasks);
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
