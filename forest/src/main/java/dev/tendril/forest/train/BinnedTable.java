package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import java.util.ArrayList;
import java.util.List;

/// The features of a training run as small integers, made once and shared by all trees.
///
/// Every feature is kept twice. By column, one byte a row (two when it has more than [#NARROW]
/// bins), for splitting the rows of a node. And the narrow ones by row, in groups of at most
/// [#GROUP] features, for adding up histograms: one visit of a row then finds all its bins on the
/// same line of the cache.
///
/// A histogram is one array for all features: the narrow ones have [#NARROW] places each, in their
/// order, and the wide ones follow with as many as they need.
final class BinnedTable {
  /// The most bins of a feature that is kept in bytes, that of missing values included.
  static final int NARROW = 256;

  /// The most features of a group.
  static final int GROUP = 32;

  final int rows;
  final List<BinnedFeature> features;

  /// The length of a histogram.
  final int length;

  final List<Group> groups;

  private final int[] starts;
  private final byte[][] narrow;
  private final char[][] wide;

  /// The bins of some features, row by row.
  ///
  /// @param start the place of the first feature in a histogram; the others follow
  record Group(byte[] bins, int width, int start) {}

  private BinnedTable(
      int rows,
      List<BinnedFeature> features,
      byte[][] narrow,
      char[][] wide,
      boolean byRow,
      Workers workers) {
    this.rows = rows;
    this.features = features;
    this.narrow = narrow;
    this.wide = wide;
    this.starts = new int[features.size()];
    List<byte[]> columns = new ArrayList<>();
    for (int f = 0; f < starts.length; f++) {
      if (!wide(f)) {
        starts[f] = NARROW * columns.size();
        columns.add(narrow[f]);
      }
    }
    int next = NARROW * columns.size();
    for (int f = 0; f < starts.length; f++) {
      if (wide(f)) {
        starts[f] = next;
        next += features.get(f).sums();
      }
    }
    this.length = next;
    int most = Math.clamp((long) Integer.MAX_VALUE / Math.max(1, rows), 1, GROUP);
    this.groups = new ArrayList<>();
    for (int from = 0; byRow && from < columns.size(); from += most) {
      int to = Math.min(from + most, columns.size());
      groups.add(group(columns.subList(from, to), rows, NARROW * from, workers));
    }
  }

  private static Group group(List<byte[]> columns, int rows, int start, Workers workers) {
    int width = columns.size();
    byte[] bins = new byte[rows * width];
    Blocks.run(
        workers,
        rows,
        1024,
        (from, to) -> {
          for (int f = 0; f < width; f++) {
            interleave(columns.get(f), from, to, bins, width, f);
          }
        });
    return new Group(bins, width, start);
  }

  private static void interleave(
      byte[] column, int from, int to, byte[] bins, int width, int place) {
    for (int row = from, at = from * width + place; row < to; row++, at += width) {
      bins[at] = column[row];
    }
  }

  /// Whether a column can be put into bins; sets and vectors cannot.
  static boolean suits(Column column) {
    return column instanceof NumericalColumn
        || column instanceof DiscretizedColumn
        || column instanceof CategoricalColumn
        || column instanceof BooleanColumn;
  }

  /// @param columns positions of the features in the frame
  /// @param sample the rows that bins are chosen by
  /// @param gaps whether missing values get bins of their own
  /// @param byRow whether there are to be groups
  static BinnedTable of(
      Frame frame,
      List<Integer> columns,
      int[] sample,
      int maxBins,
      boolean gaps,
      boolean byRow,
      Workers workers) {
    BinnedFeature[] features = new BinnedFeature[columns.size()];
    byte[][] narrow = new byte[features.length][0];
    char[][] wide = new char[features.length][0];
    return workers.run(
        () -> {
          workers.forEach(
              features.length,
              f -> {
                int at = columns.get(f);
                Column column = frame.column(at);
                boolean gap = gaps && column.field().missing() > 0;
                features[f] = feature(at, column, sample, maxBins, gap);
                if (features[f].sums() <= NARROW) {
                  narrow[f] = new byte[frame.rows()];
                } else {
                  wide[f] = new char[frame.rows()];
                }
                fill(column, features[f], narrow[f], wide[f]);
              });
          return new BinnedTable(frame.rows(), List.of(features), narrow, wide, byRow, workers);
        });
  }

  private static BinnedFeature feature(
      int at, Column column, int[] sample, int maxBins, boolean gap) {
    return switch (column) {
      case NumericalColumn numbers -> {
        float mean = 0;
        if (numbers.field().details() instanceof Field.Numerical statistics) {
          mean = (float) statistics.mean();
        }
        float[] cuts = Binning.cuts(numbers, sample, mean, maxBins);
        int replacement = 0;
        while (replacement < cuts.length && cuts[replacement] <= mean) {
          replacement++;
        }
        yield new BinnedFeature(
            at, BinnedFeature.Kind.NUMBER, cuts.length + 1, cuts, replacement, gap);
      }
      case DiscretizedColumn bins -> {
        Field.Discretized details = bins.details();
        yield new BinnedFeature(
            at,
            BinnedFeature.Kind.DISCRETIZED,
            details.boundaries().length + 1,
            new float[0],
            details.bin((float) details.numerical().mean()),
            gap);
      }
      case CategoricalColumn values ->
          new BinnedFeature(
              at,
              BinnedFeature.Kind.CATEGORY,
              values.vocabulary().size(),
              new float[0],
              values.vocabulary().mostFrequent(),
              gap);
      case BooleanColumn flags ->
          new BinnedFeature(
              at,
              BinnedFeature.Kind.FLAG,
              2,
              new float[0],
              ((Field.Bool) flags.field().details()).mostFrequent() ? 1 : 0,
              gap);
      default ->
          throw new IllegalArgumentException(
              "a " + column.semantic() + " column cannot be put into bins");
    };
  }

  private static void fill(Column column, BinnedFeature feature, byte[] narrow, char[] wide) {
    int gap = feature.gaps() ? feature.bins() : feature.replacement();
    switch (column) {
      case NumericalColumn numbers -> Binning.assign(numbers, feature.cuts(), gap, narrow);
      case DiscretizedColumn bins -> {
        for (int row = 0; row < bins.rows(); row++) {
          put(row, bins.isMissing(row) ? gap : bins.bin(row), narrow, wide);
        }
      }
      case CategoricalColumn values -> {
        for (int row = 0; row < values.rows(); row++) {
          int code = values.code(row);
          put(row, code < 0 ? gap : code, narrow, wide);
        }
      }
      case BooleanColumn flags -> {
        for (int row = 0; row < flags.rows(); row++) {
          int value = flags.value(row);
          put(row, value < 0 ? gap : value, narrow, wide);
        }
      }
      default -> throw new IllegalArgumentException(column.semantic().toString());
    }
  }

  private static void put(int row, int bin, byte[] narrow, char[] wide) {
    if (narrow.length > 0) {
      narrow[row] = (byte) bin;
    } else {
      wide[row] = (char) bin;
    }
  }

  /// Where the sums of a feature start in a histogram.
  int start(int feature) {
    return starts[feature];
  }

  /// Calls the body with the places of the sums of every feature, from the first to the one behind
  /// the last. Places between these ranges are never used.
  void forEachRange(Blocks.Part body) {
    for (int f = 0; f < starts.length; f++) {
      body.run(starts[f], starts[f] + features.get(f).sums());
    }
  }

  /// Whether a feature needs two bytes.
  boolean wide(int feature) {
    return features.get(feature).sums() > NARROW;
  }

  /// The bins of a narrow feature, by row.
  byte[] bytes(int feature) {
    return narrow[feature];
  }

  /// The bins of a wide feature, by row.
  char[] chars(int feature) {
    return wide[feature];
  }
}
