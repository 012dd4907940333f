package dev.tendril.forest.train;

/// Work on many items in blocks that do not depend on the number of threads, so that sums of the
/// blocks' results, added in order, are always the same.
final class Blocks {
  private static final int SIZE = 8192;

  private Blocks() {}

  /// Some of the items, from `from` to `to - 1`.
  interface Part {
    void run(int from, int to);
  }

  /// A number about some of the items.
  interface PartialSum {
    double sum(int from, int to);
  }

  static void run(Workers workers, int items, Part part) {
    run(workers, items, SIZE, part);
  }

  /// @param size the number of items of a block
  static void run(Workers workers, int items, int size, Part part) {
    workers.forEach(
        (int) ((items + size - 1L) / size),
        b -> part.run(b * size, (int) Math.min(items, (b + 1L) * size)));
  }

  static double sum(Workers workers, int items, PartialSum part) {
    double[] sums = new double[(int) ((items + SIZE - 1L) / SIZE)];
    run(workers, items, (from, to) -> sums[from / SIZE] = part.sum(from, to));
    double sum = 0;
    for (double each : sums) {
      sum += each;
    }
    return sum;
  }

  /// The largest of what a part finds.
  static double max(Workers workers, int items, PartialSum part) {
    double[] found = new double[(int) ((items + SIZE - 1L) / SIZE)];
    run(workers, items, (from, to) -> found[from / SIZE] = part.sum(from, to));
    double max = Double.NEGATIVE_INFINITY;
    for (double each : found) {
      max = Math.max(max, each);
    }
    return max;
  }
}
