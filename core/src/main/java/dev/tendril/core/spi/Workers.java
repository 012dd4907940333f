package dev.tendril.core.spi;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The threads that kernels share: one pool for the whole process, so that graphs that run at the
/// same time do not fight over processors.
///
/// [#run] gives numbered parts of a piece of work to the calling thread and to helpers. Which
/// thread does which part is left to chance; results must not depend on it, so parts write to
/// places of their own. The caller always works too, and finishes alone when all helpers are busy
/// with another piece.
///
/// A layer of a network takes some ten microseconds, about as long as it takes to wake a sleeping
/// thread: helpers look for the next piece for a while ([#SPIN_NANOS]) before they sleep, and the
/// caller looks for the end of the last parts in the same way.
public final class Workers {
  private static final long SPIN_NANOS = 60_000;
  private static final int HELPERS = Math.max(0, Runtime.getRuntime().availableProcessors() - 1);
  private static final Workers POOL = new Workers();

  private final AtomicReference<@Nullable Piece> current = new AtomicReference<>();
  private final @Nullable Thread[] helpers = new Thread[HELPERS];
  private final boolean[] asleep = new boolean[HELPERS];

  private Workers() {
    for (int i = 0; i < HELPERS; i++) {
      int number = i;
      helpers[i] =
          Thread.ofPlatform().daemon().name("tendril-worker-" + i).unstarted(() -> help(number));
    }
    for (Thread helper : helpers) {
      if (helper != null) {
        helper.start();
      }
    }
  }

  /// The number of threads that work on a piece together, the caller included.
  public static int available() {
    return HELPERS + 1;
  }

  /// Does parts 0 to `parts - 1` and returns when all are done. The first failure is thrown.
  public static void run(int parts, IntConsumer part) {
    if (parts <= 1 || HELPERS == 0) {
      for (int i = 0; i < parts; i++) {
        part.accept(i);
      }
    } else {
      POOL.share(new Piece(parts, part));
    }
  }

  private void share(Piece piece) {
    boolean shared = current.compareAndSet(null, piece);
    if (shared) {
      wake();
    }
    piece.work();
    if (shared) {
      current.compareAndSet(piece, null);
      while (piece.done.get() < piece.parts) {
        Thread.onSpinWait();
      }
    }
    piece.rethrow();
  }

  private void wake() {
    for (int i = 0; i < HELPERS; i++) {
      if (isAsleep(i)) {
        LockSupport.unpark(helpers[i]);
      }
    }
  }

  private synchronized boolean isAsleep(int helper) {
    return asleep[helper];
  }

  private synchronized void setAsleep(int helper, boolean state) {
    asleep[helper] = state;
  }

  private void help(int number) {
    long since = System.nanoTime();
    while (true) {
      Piece piece = current.get();
      if (piece != null && piece.isOpen()) {
        piece.work();
        since = System.nanoTime();
      } else if (System.nanoTime() - since < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        setAsleep(number, true);
        piece = current.get();
        if (piece == null || !piece.isOpen()) {
          LockSupport.park(this);
        }
        setAsleep(number, false);
        since = System.nanoTime();
      }
    }
  }

  /// A piece of work, in parts.
  private static final class Piece {
    private final int parts;
    private final IntConsumer part;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Piece(int parts, IntConsumer part) {
      this.parts = parts;
      this.part = part;
    }

    boolean isOpen() {
      return next.get() < parts;
    }

    void work() {
      for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
        try {
          part.accept(i);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          done.getAndIncrement();
        }
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
