package dev.tendril.core.stream;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.Accelerator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// What to do when a device has no memory left: tensors that nobody can reach any more may hold
/// some, so the collector gets a chance before anyone is told.
final class Shortage {
  private static final int TRIES = 3;
  private static final long PAUSE_NANOS = 20_000_000;

  private Shortage() {}

  static <T> T retry(Supplier<T> allocation) {
    for (int tries = 1; ; tries++) {
      try {
        return allocation.get();
      } catch (TensorException e) {
        if (tries == TRIES) {
          throw e;
        }
        System.gc();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  static String text(Accelerator accelerator, long bytes, String reason) {
    return "allocating "
        + bytes
        + " bytes on "
        + accelerator.info().name()
        + ": "
        + reason
        + "; close tensors that are not needed";
  }
}
