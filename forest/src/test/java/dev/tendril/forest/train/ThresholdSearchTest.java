package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.NumericalSplit;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThresholdSearchTest {

  /// A node of all rows of a table with one feature and a number as label.
  private record Root(float[] x, float[] y) {
    static Root draw(Random random) {
      int rows = 10 + random.nextInt(200);
      float[] x = new float[rows];
      float[] y = new float[rows];
      float scale = (float) Math.pow(10, random.nextInt(9) - 4);
      for (int row = 0; row < rows; row++) {
        x[row] = random.nextBoolean() ? random.nextInt(8) : 8 * random.nextFloat();
        x[row] = (x[row] - 3) * scale;
        y[row] = (float) random.nextGaussian() + x[row] / scale;
      }
      return new Root(x, y);
    }

    @Nullable Cut cut(NumericalSplit split, int candidates, long seed) {
      RandomForestParameters parameters = new RandomForestParameters();
      parameters.numericalSplit = split;
      parameters.numericalSplitNumCandidates = candidates;
      Frame frame = Frame.of(List.of(NumericalColumn.of("x", x), NumericalColumn.of("y", y)));
      GrowthRules rules = GrowthRules.of(parameters, 1, false, false);
      TrainingTable table = TrainingTable.of(frame, List.of(0), rules, Workers.CALLER);
      TrainingData data = TrainingData.of(frame, Inputs.regression("y"));
      Target target = new Targets(data, parameters, rules.minSide(), x.length).of(null);
      int[] rows = IntStream.range(0, x.length).toArray();
      long[] whole = new long[target.width()];
      target.sum(rows, 0, rows.length, whole);
      SplitSearch.Site site =
          new SplitSearch.Site(target, rows, 0, rows.length, whole, seed, new SplitSearch.Bar());
      Scratch scratch = new Scratch.Pool(x.length).borrow();
      return new SplitSearch(table, rules).search(site, 0, null, scratch);
    }

    /// The reduction of variance, by its definition; 0 for a threshold that is not allowed.
    double gain(float threshold) {
      int[] all = IntStream.range(0, x.length).toArray();
      int[] low = Arrays.stream(all).filter(row -> x[row] < threshold).toArray();
      int[] high = Arrays.stream(all).filter(row -> x[row] >= threshold).toArray();
      return Math.min(low.length, high.length) < 5
          ? 0
          : (errors(all) - errors(low) - errors(high)) / x.length;
    }

    private double errors(int[] rows) {
      double mean = Arrays.stream(rows).mapToDouble(row -> y[row]).average().orElse(0);
      return Arrays.stream(rows).mapToDouble(row -> Math.pow(y[row] - mean, 2)).sum();
    }

    float least() {
      return (float) IntStream.range(0, x.length).mapToDouble(row -> x[row]).min().orElse(0);
    }

    float most() {
      return (float) IntStream.range(0, x.length).mapToDouble(row -> x[row]).max().orElse(0);
    }
  }

  private static float threshold(Cut cut) {
    return ((Condition.AtLeast) cut.condition()).threshold();
  }

  @Test
  void thresholdsAtEqualDistancesAreAllTried() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      Root root = Root.draw(random);
      int asked = random.nextBoolean() ? -1 : 1 + random.nextInt(20);
      int candidates = asked < 0 ? 255 : asked;
      double best = 0;
      for (int i = 0; i < candidates; i++) {
        double range = (double) root.most() - root.least();
        best = Math.max(best, root.gain((float) (root.least() + range * (i + 0.5) / candidates)));
      }
      Cut cut = root.cut(NumericalSplit.HISTOGRAM_EQUAL_WIDTH, asked, round);
      String where = "seed " + seed + ", round " + round;
      assertEquals(best, cut == null ? 0 : cut.score(), 1e-5 * Math.max(1, best), where);
      if (cut != null) {
        assertEquals(best, root.gain(threshold(cut)), 1e-5 * Math.max(1, best), where);
      }
    }
  }

  @Test
  void drawnThresholdsAreUniform() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    Root root = Root.draw(random);
    double range = root.most() - root.least();
    int[] tenths = new int[10];
    int draws = 0;
    for (int round = 0; round < 4000; round++) {
      Cut cut = root.cut(NumericalSplit.HISTOGRAM_RANDOM, -1, SplitMix.mix(seed, round));
      if (cut == null) {
        continue;
      }
      draws++;
      assertEquals(
          root.gain(threshold(cut)), cut.score(), 1e-5 * Math.max(1, cut.score()), "seed " + seed);
      tenths[(int) Math.min(9, 10 * (threshold(cut) - root.least()) / range)]++;
    }
    assertTrue(draws > 1000, draws + " legal draws, seed " + seed);
    for (int tenth = 3; tenth < 7; tenth++) {
      assertEquals(400, tenths[tenth], 120, Arrays.toString(tenths) + ", seed " + seed);
    }
  }

  private static DiscretizedColumn binned(NumericalColumn column) {
    float[] boundaries = new float[40];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = (i + 1) / 41f;
    }
    Field.Numerical statistics = (Field.Numerical) column.field().details();
    Field.Details bins = new Field.Discretized(statistics, boundaries, 1000, 41);
    Field field = new Field("bins", true, column.rows(), column.field().missing(), bins);
    return DiscretizedColumn.of(field, column.values());
  }

  /// Where rows went while the tree grew is where its conditions send them.
  @ParameterizedTest
  @EnumSource(MissingValuePolicy.class)
  void rowsGoWhereTheConditionSays(MissingValuePolicy policy) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    for (NumericalSplit split : NumericalSplit.values()) {
      Frame drawn = new RandomTables(seed, 2000, 0.1).draw(0);
      Frame frame =
          drawn
              .select(List.of("coarse", "noise", "flag", "label"))
              .with(binned((NumericalColumn) drawn.column("smooth")));
      CartParameters parameters = new CartParameters();
      parameters.validationRatio = 0;
      parameters.numericalSplit = split;
      parameters.missingValuePolicy = policy;
      TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
      TrainOptions options = new TrainOptions();
      options.threads = 1;
      Forest forest = new CartTrainer(data, null, parameters, options).train().forest();
      options.threads = 3;
      assertEquals(forest, new CartTrainer(data, null, parameters, options).train().forest());
      TreeWalk walk = new TreeWalk(data.frame().schema(), data.frame());
      Map<Node.Leaf, Integer> reached = new HashMap<>();
      for (int row = 0; row < frame.rows(); row++) {
        reached.merge(walk.leaf(forest.trees().getFirst(), row), 1, Integer::sum);
      }
      assertTrue(reached.size() > 50, reached.size() + " leaves, seed " + seed);
      reached.forEach((leaf, rows) -> assertEquals(leaf.examples(), (long) rows, "seed " + seed));
    }
  }
}
