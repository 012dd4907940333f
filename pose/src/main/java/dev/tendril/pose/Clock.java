package dev.tendril.pose;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The time of frames in microseconds, also of those that come without: as if 30 came a second.
final class Clock {
  private static final long FRAME = 33_333;

  private long last;

  long micros(@Nullable Duration timestamp) {
    last = timestamp == null ? last + FRAME : timestamp.toNanos() / 1000;
    return last;
  }

  void reset() {
    last = 0;
  }
}
