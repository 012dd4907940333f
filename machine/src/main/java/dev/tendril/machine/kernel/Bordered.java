package dev.tendril.machine.kernel;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.machine.gen.Border;
import java.util.ArrayList;
import java.util.List;

/// Images with zeros around them, in working memory, as far as windows reach.
///
/// @param height rows of an image with its border
/// @param width columns of an image with its border
record Bordered(Window window, int height, int width) {
  private static final int LEAST_ROWS = 16;

  static Bordered of(Window window) {
    return new Bordered(
        window,
        Math.max(window.reachDown(), window.top() + window.height()),
        Math.max(window.reachAcross(), window.left() + window.width()));
  }

  private long pixel() {
    return 4L * window.channels();
  }

  /// The bytes of a row.
  long row() {
    return width * pixel();
  }

  /// The bytes of an image.
  long image() {
    return height * row();
  }

  long bytes() {
    return window.batch() * image();
  }

  /// Copies the operand of a number into working memory.
  Step step(Machine machine, int operand, int threads) {
    int rows = window.batch() * height;
    int pieces = Math.clamp(rows / LEAST_ROWS, 1, threads);
    List<List<Argument>> parts = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      int begin = (int) ((long) rows * piece / pieces);
      int end = (int) ((long) rows * (piece + 1) / pieces);
      List<Argument> part = new ArrayList<>();
      part.add(new Argument.Count(end - begin));
      for (int row = begin; row < end; row++) {
        int at = row % height - window.top();
        boolean inside = at >= 0 && at < window.height();
        long from = (long) (row / height) * window.height() + at;
        long bytes = inside ? window.width() * pixel() : 0;
        long before = inside ? window.left() * pixel() : row();
        part.add(new Argument.Scratch(row * row()));
        part.add(new Argument.Count(before));
        part.add(new Argument.Input(operand, inside ? from * window.width() * pixel() : 0));
        part.add(new Argument.Count(bytes));
        part.add(new Argument.Count(inside ? row() - before - bytes : 0));
      }
      parts.add(part);
    }
    return Step.of(machine.code(Border.class, _ -> Border.write()), parts, threads);
  }
}
