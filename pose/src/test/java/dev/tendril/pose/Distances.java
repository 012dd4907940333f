package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// Distances of points, in pixels.
final class Distances {
  private double sum;
  private double farthest;
  private int count;

  void add(double distance) {
    sum += distance;
    farthest = Math.max(farthest, distance);
    count++;
  }

  void within(double mean, double most, String what) {
    String found = what + ": mean " + sum / count + ", farthest " + farthest;
    assertTrue(sum / count <= mean && farthest <= most, found);
  }
}
