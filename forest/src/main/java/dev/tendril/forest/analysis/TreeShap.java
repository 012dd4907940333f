package dev.tendril.forest.analysis;

import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

/// Shapley values of a forest's predictions: by how much each feature of a row moves the raw score
/// of the row away from the mean over the training rows. The values of a row and the bias add up to
/// the raw score.
///
/// **The game.** The players are the features. What a set of them is worth is the mean prediction
/// when only they are known: where the condition of a node reads a known feature the row's branch
/// counts, else both children count by their shares of the training rows. This is the
/// path-dependent game of TreeSHAP (Lundberg, Erion, Lee 2018, arXiv 1802.03888, algorithm 1), and
/// the values are those of its algorithm 2.
///
/// **The way to them.** The leaf at the end of a path is reached with weight `Π f_i`, a factor a
/// player on the path: `one_i` (1 where the row agrees with all its conditions, else 0) when the
/// player is known and `zero_i` (the product of the shares) when not. The Shapley value of such a
/// product is `∫ (one_i - zero_i) Π_{j≠i} (zero_j + t (one_j - zero_j)) dt` over t from 0 to 1
/// (Owen 1972, the multilinear extension). The integrand is a polynomial, so that a few points of
/// Gauss-Legendre quadrature give the integral exactly. Along a path the products are updated at
/// every point; behind every edge the leaves below are summed up once, and the player of the edge
/// gets the difference that its new factor makes. A row takes time in proportion to nodes times
/// points, where algorithm 2 takes leaves times the square of the depth, and as all terms of the
/// product are positive nothing cancels.
///
/// **Oblique conditions** read several features. The set of them is one player, the same player in
/// all conditions that read the same set. Its credit is divided between its features by `|weight (x
/// - mean)|`, averaged over the conditions of the player on the path, with the mean of the feature
/// over the training rows; evenly where all are zero; between the missing ones where a missing
/// value decides the condition. The sum is kept.
///
/// Immutable and thread-safe; the values do not depend on the number of threads.
public final class TreeShap {
  /// Decisions that are held at a time by a thread.
  private static final int MOST_DECISIONS = 1 << 22;

  private static final int MOST_ROWS = 128;

  private final ForestModel model;
  private final RawScores scores;
  private final Decisions decisions;
  private final List<ShapTree> trees = new ArrayList<>();
  private final List<Quadrature> quadratures = new ArrayList<>();
  private final List<int[]> players = new ArrayList<>();
  private final double[] bias;

  private TreeShap(ForestModel model) {
    Forest forest = model.forest();
    this.model = model;
    this.scores = new RawScores(forest, model.classes());
    this.decisions = new Decisions(forest);
    this.bias = new double[scores.names().size()];
    ShapTree.Players all = new ShapTree.Players(new HashMap<>(), players);
    List<Quadrature> known = new ArrayList<>();
    int splits = 0;
    for (int i = 0; i < bias.length; i++) {
      bias[i] = scores.initial(i);
    }
    for (Tree tree : forest.trees()) {
      ShapTree flat =
          new ShapTree(tree, trees.size(), splits, scores, forest.schema(), forest.features(), all);
      splits = flat.splitsSoFar();
      int points = Math.max(1, (flat.players + 1) / 2);
      while (known.size() < points) {
        known.add(Quadrature.of(known.size() + 1));
      }
      trees.add(flat);
      quadratures.add(known.get(points - 1));
      for (int i = 0; i < flat.width; i++) {
        bias[flat.first + i] += flat.expectation[i];
      }
    }
  }

  /// Prepares a model. The work is in proportion to its nodes.
  public static TreeShap of(ForestModel model) {
    return new TreeShap(model);
  }

  /// What is explained, a name a raw score: every class, the second class for boosting of two
  /// classes, or the label.
  public List<String> outputs() {
    return scores.names();
  }

  /// What a raw score is, such as `log odds`.
  public String unit() {
    return scores.unit();
  }

  /// The work of a row, in additions; about 10⁸ take a second of a processor.
  long workPerRow() {
    long work = 0;
    for (int i = 0; i < trees.size(); i++) {
      ShapTree tree = trees.get(i);
      work += (long) tree.split.length * quadratures.get(i).points().length * (2 + tree.width);
    }
    return work;
  }

  /// Explains every row of a table.
  ///
  /// @throws dev.tendril.data.DataException when features are missing from the table, naming all
  public ShapValues explain(Frame frame) {
    List<String> features = model.features();
    Frame known = frame.conform(model.schema(), features);
    int rows = known.rows();
    int stride = bias.length * features.size();
    double[] values = new double[Math.multiplyExact(rows, stride)];
    int block = Math.clamp(MOST_DECISIONS / Math.max(1, decisions.splits()), 1, MOST_ROWS);
    IntStream.range(0, trees.isEmpty() ? 0 : (rows + block - 1) / block)
        .parallel()
        .forEach(
            i -> {
              int from = i * block;
              int to = Math.min(rows, from + block);
              explain(known, from, to, values, stride);
            });
    return new ShapValues(features, outputs(), unit(), bias.clone(), values);
  }

  private void explain(Frame frame, int from, int to, double[] values, int stride) {
    Frame rows = frame.rows(IntStream.range(from, to).toArray());
    int[][] decided = decisions.of(rows);
    ShapWalk walk = new ShapWalk(players, model.features().size(), trees.getFirst());
    double[] credits = new double[stride];
    for (int row = 0; row < rows.rows(); row++) {
      int at = row;
      java.util.Arrays.fill(credits, 0);
      for (int t = 0; t < trees.size(); t++) {
        walk.add(
            trees.get(t),
            quadratures.get(t),
            decided[row],
            slot -> number(rows.column(slot), at),
            credits);
      }
      System.arraycopy(credits, 0, values, (from + row) * stride, stride);
    }
  }

  private static float number(Column column, int row) {
    return column instanceof NumericalColumn numbers ? numbers.value(row) : Float.NaN;
  }
}
