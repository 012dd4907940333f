package dev.tendril.forest.analysis;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Computes [Dependence]s on the rows of a table, and the same for single rows.
public final class DependencePlots {
  private static final int MOST_POINTS = 36;
  private static final int MOST_BINS = 12;
  private static final int MOST_CATEGORIES = 12;
  private static final int PARTS = 24;

  private final ForestModel model;
  private final Frame frame;
  private final Predictions predictions;
  private final double[][] observed;

  /// @param frame with the features and, if it is known, the label
  /// @throws dev.tendril.data.DataException when features are missing from the table, naming all
  public DependencePlots(ForestModel model, Frame frame) {
    this.model = model;
    this.frame = frame.conform(model.schema(), model.features());
    this.predictions = model.predict(this.frame);
    this.observed = observed(model, frame);
  }

  /// Whether a feature has plots: one of numbers, categories or truth values has, sets and vector
  /// sequences have none.
  public boolean plots(String feature) {
    return FeatureValues.suits(frame.column(feature).field());
  }

  /// How predictions depend on a feature.
  ///
  /// @throws IllegalArgumentException when the feature is of a kind without plots
  public Dependence of(String feature) {
    FeatureValues values = FeatureValues.of(frame.column(feature));
    double[] grid = grid(values);
    List<Point> points = new ArrayList<>();
    for (double value : grid) {
      double[] same = new double[frame.rows()];
      Arrays.fill(same, value);
      Predictions answers = model.predict(frame.with(values.column(same)));
      int[] all = IntStream.range(0, frame.rows()).toArray();
      points.add(new Point(value, values.label(value), mean(answers, all)));
    }
    List<Bin> bins = values.numerical() ? bins(values) : categories(values, grid);
    return new Dependence(
        feature, values.field().semantic(), points, bins, histogram(values, grid));
  }

  /// How the prediction of one row changes with the value of one feature (Goldstein et al. 2015,
  /// individual conditional expectation), at the values of the feature's [Dependence].
  ///
  /// @param row a table of this row alone
  /// @throws IllegalArgumentException when the feature is of a kind without plots
  public List<Point> response(Frame row, String feature) {
    FeatureValues values = FeatureValues.of(frame.column(feature));
    double[] grid = grid(values);
    Frame repeated = row.conform(model.schema(), model.features()).rows(new int[grid.length]);
    Predictions answers = model.predict(repeated.with(values.column(grid)));
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < grid.length; i++) {
      points.add(new Point(grid[i], values.label(grid[i]), mean(answers, new int[] {i})));
    }
    return points;
  }

  private static double[] grid(FeatureValues values) {
    double[] grid = values.grid(values.numerical() ? MOST_POINTS : MOST_CATEGORIES);
    if (values.missing() == 0) {
      return grid;
    }
    double[] longer = Arrays.copyOf(grid, grid.length + 1);
    longer[grid.length] = Double.NaN;
    return longer;
  }

  private List<Bin> bins(FeatureValues values) {
    double[] column = values.values();
    int[] sorted =
        IntStream.range(0, column.length)
            .filter(row -> Double.isFinite(column[row]))
            .boxed()
            .sorted((a, b) -> Double.compare(column[a], column[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Bin> bins = new ArrayList<>();
    int from = 0;
    for (int b = 1; b <= MOST_BINS; b++) {
      int to = (int) ((long) sorted.length * b / MOST_BINS);
      while (to > from && to < sorted.length && column[sorted[to]] == column[sorted[to - 1]]) {
        to++;
      }
      if (to > from) {
        int[] rows = Arrays.copyOfRange(sorted, from, to);
        double at = Arrays.stream(rows).mapToDouble(row -> column[row]).average().orElse(0);
        double low = column[rows[0]];
        double high = column[rows[rows.length - 1]];
        String label =
            low == high ? values.label(low) : values.label(low) + " to " + values.label(high);
        bins.add(bin(at, label, rows));
        from = to;
      }
    }
    if (values.missing() > 0) {
      bins.add(bin(Double.NaN, Dependence.MISSING, rows(values, Double.NaN)));
    }
    return bins;
  }

  private List<Bin> categories(FeatureValues values, double[] grid) {
    return Arrays.stream(grid)
        .mapToObj(value -> bin(value, values.label(value), rows(values, value)))
        .toList();
  }

  private static int[] rows(FeatureValues values, double value) {
    return IntStream.range(0, values.values().length)
        .filter(row -> Double.compare(values.values()[row], value) == 0)
        .toArray();
  }

  private Bin bin(double value, String label, int[] rows) {
    double[] seen = null;
    if (observed.length > 0) {
      seen = new double[width()];
      for (int row : rows) {
        for (int k = 0; k < seen.length; k++) {
          seen[k] += observed[row][k] / rows.length;
        }
      }
    }
    return new Bin(value, label, rows.length, mean(predictions, rows), seen);
  }

  private static List<Integer> histogram(FeatureValues values, double[] grid) {
    double[] known = Arrays.stream(grid).filter(v -> !Double.isNaN(v)).toArray();
    if (!values.numerical() || known.length < 2) {
      return List.of();
    }
    double low = known[0];
    double high = known[known.length - 1];
    Integer[] counts = new Integer[PARTS];
    Arrays.fill(counts, 0);
    for (double value : values.values()) {
      if (value >= low && value <= high) {
        counts[Math.min(PARTS - 1, (int) (PARTS * ((value - low) / (high - low))))]++;
      }
    }
    return List.of(counts);
  }

  private int width() {
    return Math.max(1, predictions.classes().size());
  }

  private double[] mean(Predictions answers, int[] rows) {
    int width = width();
    double[] sum = new double[width];
    for (int row : rows) {
      for (int k = 0; k < width; k++) {
        sum[k] += answers.values()[row * width + k];
      }
    }
    for (int k = 0; k < width; k++) {
      sum[k] /= rows.length;
    }
    return sum;
  }

  /// By row, the shares or the number that the label says; empty when it is not known.
  private static double[][] observed(ForestModel model, Frame frame) {
    String label = model.task().label();
    if (label == null || !frame.schema().contains(label)) {
      return new double[0][];
    }
    Column column = frame.conform(model.schema(), List.of(label)).column(0);
    double[][] seen = new double[column.rows()][];
    for (int row = 0; row < seen.length; row++) {
      if (model.task() instanceof Task.Classification
          && column instanceof CategoricalColumn classes) {
        seen[row] = new double[model.classes().size()];
        if (classes.code(row) > 0) {
          seen[row][classes.code(row) - 1] = 1;
        }
      } else if (model.task() instanceof Task.Regression
          && column instanceof NumericalColumn numbers) {
        seen[row] = new double[] {numbers.value(row)};
      } else {
        return new double[0][];
      }
    }
    return seen;
  }
}
