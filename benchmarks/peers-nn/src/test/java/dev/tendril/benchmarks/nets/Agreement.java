package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.Tensor;
import java.util.Locale;

/// What oracles and Tendril must agree on.
final class Agreement {
  /// The first seed of random graphs.
  static final long SEED = 20261124;

  /// A part of the greatest number.
  static final double CLOSE = 1e-5;

  private Agreement() {}

  /// Skips the test where the native libraries of the oracles are not those for the machine.
  static void natives() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        system.toLowerCase(Locale.ROOT).equals("linux amd64"),
        "the native libraries are those for Linux on x86-64; this is " + system);
  }

  /// Checks types, and values to a part of the greatest; integers to a number of steps.
  static void compare(String what, Tensor ours, Tensor theirs, double part, int steps) {
    assertEquals(ours.type().with(ours.dtype()), theirs.type().with(theirs.dtype()), what);
    double greatest = 1e-3;
    for (long i = 0; i < ours.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(ours.get(i)));
    }
    double tolerance = ours.dtype().isFloat() ? part * greatest : steps;
    for (long i = 0; i < ours.shape().size(); i++) {
      assertEquals(ours.get(i), theirs.get(i), tolerance, what + ", element " + i);
    }
  }
}
