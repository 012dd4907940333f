package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Index;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Keeps the best of boxes that overlap: boxes in descending order of score, each unless it
/// overlaps one that was kept before.
final class Suppression {
  private Suppression() {}

  static void run(Index.NonMaxSuppression op, List<Tensor> operands, List<Tensor> results) {
    Cells boxes = Cells.of(operands.get(0));
    Cells scores = Cells.of(operands.get(1));
    int[] order =
        IntStream.range(0, operands.get(1).shape().dim(0))
            .filter(i -> scores.real(i) > op.score())
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> scores.real(i)).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    int[] kept = new int[op.limit()];
    int count = 0;
    for (int i = 0; i < order.length && count < kept.length; i++) {
      int candidate = order[i];
      if (IntStream.of(kept)
          .limit(count)
          .allMatch(better -> overlap(boxes, better, candidate) <= op.overlap())) {
        kept[count++] = candidate;
      }
    }
    Cells places = Cells.of(results.get(0));
    for (int i = 0; i < kept.length; i++) {
      places.set(i, (long) (i < count ? kept[i] : -1));
    }
    Cells.of(results.get(1)).set(0, (long) count);
  }

  /// Intersection over union; 0 for boxes without area. Corners may come in any order.
  private static double overlap(Cells boxes, int a, int b) {
    double height = shared(boxes, a, b, 0);
    double width = shared(boxes, a, b, 1);
    double both = area(boxes, a) + area(boxes, b);
    double intersection = Math.max(height, 0) * Math.max(width, 0);
    return area(boxes, a) <= 0 || area(boxes, b) <= 0 ? 0 : intersection / (both - intersection);
  }

  private static double shared(Cells boxes, int a, int b, int axis) {
    return Math.min(high(boxes, a, axis), high(boxes, b, axis))
        - Math.max(low(boxes, a, axis), low(boxes, b, axis));
  }

  private static double area(Cells boxes, int box) {
    return (high(boxes, box, 0) - low(boxes, box, 0)) * (high(boxes, box, 1) - low(boxes, box, 1));
  }

  private static double low(Cells boxes, int box, int axis) {
    return Math.min(boxes.real(4L * box + axis), boxes.real(4L * box + 2 + axis));
  }

  private static double high(Cells boxes, int box, int axis) {
    return Math.max(boxes.real(4L * box + axis), boxes.real(4L * box + 2 + axis));
  }
}
