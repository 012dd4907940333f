package dev.tendril.machine.gen;

import java.util.ArrayList;
import java.util.List;

/// A product of matrices of 16-bit numbers whose sums become bytes, as one routine computes it.
///
/// `C` is made of lines of rows, as in [Product]; the numbers that a row of `A` has are runs, in as
/// many columns and rows as a window has. `B` is in panels of vectors of columns: for each pair of
/// numbers along the depth, for each column the pair that it is multiplied with. A run of an odd
/// length meets a pair of which the second is 0, and so reads a number beyond it. Distances are in
/// bytes.
///
/// @param rows of a line in tiles
/// @param vectors of columns in panels
/// @param columns of `C`
/// @param down rows of the window
/// @param downStep from one to the next
/// @param across runs in a row of the window
/// @param acrossStep from one to the next
/// @param run numbers in a run
/// @param rowStep from one row of `A` to the next
/// @param lineStep from one line of `A` to the next
/// @param resultStep from one row of `C` to the next
/// @param resultLine from one line of `C` to the next
public record QuantizedProduct(
    Evenly rows,
    Evenly vectors,
    int columns,
    int down,
    long downStep,
    int across,
    long acrossStep,
    int run,
    long rowStep,
    long lineStep,
    long resultStep,
    long resultLine,
    Requantization requantization) {
  /// Columns of a vector.
  public static final int LANES = 8;

  /// The most vectors of a panel.
  public static final int MOST_VECTORS = 4;

  /// The place of arguments of the routine: addresses and counts.
  public static final int LEFT = 0;

  public static final int RIGHT = 1;
  public static final int RESULT = 2;
  public static final int CONSTANTS = 3;
  public static final int LINES = 4;

  /// The number of tiles of the larger kind, and behind it that of the smaller kind.
  public static final int TILES = 5;

  /// The number of panels of each of the [#runs].
  public static final int PANELS = 7;

  /// The pairs along the depth.
  public int pairs() {
    return down * across * runPairs();
  }

  /// The pairs of a run.
  public int runPairs() {
    return Math.ceilDiv(run, 2);
  }

  /// The panels: the wide ones, the narrow ones, and the last one by itself where its last vector
  /// is not whole.
  public List<Product.Run> runs() {
    int last = columns - (vectors.whole() - 1) * LANES;
    int larger = vectors.larger();
    int smaller = vectors.smaller();
    if (last < LANES) {
      if (smaller > 0) {
        smaller--;
      } else {
        larger--;
      }
    }
    List<Product.Run> runs = new ArrayList<>();
    if (larger > 0) {
      runs.add(new Product.Run(vectors.size(), LANES, 0, larger));
    }
    if (smaller > 0) {
      runs.add(new Product.Run(vectors.size() - 1, LANES, vectors.larger(), smaller));
    }
    if (last < LANES) {
      int width = vectors.smaller() > 0 ? vectors.size() - 1 : vectors.size();
      runs.add(new Product.Run(width, last, vectors.parts() - 1, 1));
    }
    return List.copyOf(runs);
  }

  /// The channel of an element of a panel of `v` vectors.
  ///
  /// @param vector the number of the vector in the panel
  /// @param element its element
  public static int channel(int v, int vector, int element) {
    return RequantizationCode.channel(v, vector, element);
  }

  /// Rows and columns cut so that it takes the fewest cycles, by a count of instructions that a
  /// core with four units for vectors and two for loads cannot do at once.
  ///
  /// @param pairs along the depth
  public static Evenly[] cut(int registers, int rows, int columns, int pairs, Requantization how) {
    int vectors = Math.ceilDiv(columns, LANES);
    double least = Double.MAX_VALUE;
    Evenly[] best = {Evenly.of(rows, 1), Evenly.of(vectors, 1)};
    for (int v = Math.min(vectors, MOST_VECTORS); v >= 1; v--) {
      Evenly across = Evenly.of(vectors, v);
      for (int h = Math.min(rows, registers - 3); h >= 1; h--) {
        Evenly down = Evenly.of(rows, h);
        if (across.size() == v && down.size() == h && QuantizedTile.fits(registers, h, v)) {
          double cycles = 0;
          for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
              double count =
                  (i == 0 ? down.larger() : (double) down.smaller())
                      * (j == 0 ? across.larger() : across.smaller());
              if (count > 0 && h > i && v > j) {
                cycles += count * QuantizedTile.cycles(registers, h - i, v - j, pairs, how);
              }
            }
          }
          if (cycles < least) {
            least = cycles;
            best = new Evenly[] {down, across};
          }
        }
      }
    }
    return best;
  }
}
