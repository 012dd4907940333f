package dev.tendril.core.cpu.vector;

import dev.tendril.core.cpu.scalar.Window;
import java.lang.foreign.MemorySegment;

/// A copy of images with a border of one number, so that a [Window] never leaves them: then no
/// kernel needs to look where it is. The copy reads and writes each element once, a convolution
/// reads it many times.
record Bordered(Window window, float value) {
  private static final int SLACK = 256;

  /// From one row to the next, in bytes.
  long row() {
    return 4L * window.reachAcross() * window.channels();
  }

  /// From one image to the next, in bytes.
  long image() {
    return row() * window.reachDown();
  }

  /// The size of all images, and some more that may be read past the end.
  long bytes() {
    return image() * window.batch() + SLACK;
  }

  int rows() {
    return window.batch() * window.reachDown();
  }

  /// Copies some rows, counted through all images.
  void copy(MemorySegment x, MemorySegment to, long at, int begin, int end) {
    long inRow = 4L * window.width() * window.channels();
    int there = Math.min(window.width(), window.reachAcross() - window.left());
    int leftBytes = 4 * window.left() * window.channels();
    long thereBytes = 4L * there * window.channels();
    for (int i = begin; i < end; i++) {
      int image = i / window.reachDown();
      int y = i % window.reachDown() - window.top();
      long target = at + i * row();
      if (y < 0 || y >= window.height()) {
        fill(to, target, row());
      } else {
        fill(to, target, leftBytes);
        MemorySegment.copy(
            x, ((long) image * window.height() + y) * inRow, to, target + leftBytes, thereBytes);
        fill(to, target + leftBytes + thereBytes, row() - leftBytes - thereBytes);
      }
    }
  }

  private void fill(MemorySegment to, long at, long bytes) {
    for (long i = 0; i < bytes; i += Float.BYTES) {
      to.set(Lanes.FLOAT, at + i, value);
    }
  }
}
