package dev.tendril.machine.gen;

/// How a product of matrices is cut into tiles that fit registers.
///
/// A tile of `h` rows and `v` vectors of columns keeps `h · v` sums in registers. For each step
/// along the depth it loads `v` vectors of the right matrix and `h` single numbers of the left one,
/// for `h · v` instructions of arithmetic: the more of those per load, the better, as long as sums
/// and operands fit registers. Rows and vectors are cut [evenly][Evenly], so that there is no
/// narrow rest that would take as long as a whole tile.
///
/// @param rows of a line in tiles
/// @param vectors of columns in panels
/// @param panelsOutside whether panels are the outer loop and tiles the inner one
public record Tiling(Evenly rows, Evenly vectors, boolean panelsOutside) {
  /// Cycles that a sum waits for itself.
  private static final int LATENCY = 4;

  /// Cycles that a tile costs beside its steps, as far as they are not those of its sums.
  private static final int BEGINNING = 16;

  /// What stays in the nearest cache beside what streams through it.
  private static final long NEAR = 24 << 10;

  private static final int MOST_ROWS = 16;
  private static final int MOST_VECTORS = 12;

  /// The tiling that takes the fewest cycles, by a count of instructions that a core with two units
  /// for arithmetic and two for loads cannot do at once.
  ///
  /// @param rows of a line
  /// @param lines the number of lines
  /// @param columns of the right matrix
  public static Tiling of(Target target, int rows, long lines, int columns, int depth) {
    int vectors = Math.ceilDiv(columns, target.lanes());
    double least = Double.MAX_VALUE;
    Evenly bestRows = Evenly.of(rows, 1);
    Evenly bestVectors = Evenly.of(vectors, 1);
    for (int h = Math.min(rows, MOST_ROWS); h >= 1; h--) {
      for (int v = Math.min(vectors, MOST_VECTORS); v >= 1; v--) {
        Evenly down = Evenly.of(rows, h);
        Evenly across = Evenly.of(vectors, v);
        if (fits(target, down.size(), across.size())) {
          double cycles = cycles(target, down, across, depth);
          if (cycles < least) {
            least = cycles;
            bestRows = down;
            bestVectors = across;
          }
        }
      }
    }
    long left = 4L * rows * lines * depth;
    long right = 4L * vectors * target.lanes() * depth;
    long outside = (left > NEAR ? left * bestVectors.parts() : left) + right;
    long inside = left + (right > NEAR ? right * bestRows.parts() * lines : right);
    return new Tiling(bestRows, bestVectors, outside < inside);
  }

  /// How many sums each element of a tile is split into, so that steps need not wait.
  static int sums(Target target, int h, int v, int depth) {
    int sums = 1;
    while (sums < LATENCY
        && 2 * sums * h * v <= 2 * LATENCY
        && 2 * sums * h * v + operands(h, v) <= target.registers()
        && depth >= 8 * sums) {
      sums *= 2;
    }
    return sums;
  }

  static boolean fits(Target target, int h, int v) {
    return h * v + operands(h, v) <= target.registers();
  }

  /// The registers beside sums: the shorter side of a tile is kept for a step, of the longer one
  /// number after the other is there.
  static int operands(int h, int v) {
    return h == 1 ? 1 : Math.min(h, v) + 1;
  }

  private static double cycles(Target target, Evenly down, Evenly across, int depth) {
    double cycles = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        long count =
            (i == 0 ? down.larger() : (long) down.smaller())
                * (j == 0 ? across.larger() : (long) across.smaller());
        int h = down.size() - i;
        int v = across.size() - j;
        if (count > 0 && h > 0 && v > 0) {
          double wait = (double) LATENCY / sums(target, h, v, depth);
          double step = Math.max(Math.max(h * v, h + v) / 2.0, wait);
          if (4L * v * target.lanes() * depth > NEAR) {
            step = Math.max(step, v * target.bytes() / 20.0);
          }
          cycles += count * (depth * step + BEGINNING + h * v);
        }
      }
    }
    return cycles;
  }
}
