package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.TreeMethod;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random forests over bins against exact ones, and the quick tally against the plain one.
class BinNodesTest {
  private static final Frame FEW_VALUES = HistogramTest.table(3000, 200, 17);
  private static final Task TWO = new Task.Classification("two");

  private static Inputs inputs(Task task) {
    return new Inputs(task).withFeatures("n0", "n1", "n2", "n3", "bins", "flag", "color", "town");
  }

  record Case(Inputs inputs, Consumer<RandomForestParameters> options) {}

  private static Named<Case> of(
      String name, Inputs inputs, Consumer<RandomForestParameters> options) {
    return Named.of(name, new Case(inputs, options));
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(
        of("two classes", inputs(TWO), _ -> {}),
        of("three classes", inputs(new Task.Classification("three")), _ -> {}),
        of("regression", inputs(new Task.Regression("number")), _ -> {}),
        of("uplift", inputs(new Task.NumericalUplift("count", "two")), _ -> {}),
        of("weights", inputs(TWO).withWeights("weight"), _ -> {}),
        of("missing values", inputs(TWO), p -> p.allowNaConditions = true),
        of(
            "missing values, three classes",
            inputs(new Task.Classification("three")),
            p -> p.allowNaConditions = true),
        of("one-hot", inputs(TWO), p -> p.categoricalAlgorithm = CategoricalAlgorithm.ONE_HOT),
        of("random", inputs(TWO), p -> p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM),
        of("honest", inputs(TWO), p -> p.honest = true),
        of("one example a side", inputs(TWO), p -> p.minExamples = 1),
        of("best first", inputs(TWO), p -> p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL));
  }

  private static ForestModel train(
      Case how, TreeMethod method, int threads, Consumer<RandomForestParameters> more) {
    return RandomForest.of(
            how.inputs(),
            p -> {
              p.numTrees = 8;
              p.winnerTakeAll = false;
              how.options().accept(p);
              p.treeMethod = method;
              more.accept(p);
            })
        .train(FEW_VALUES, options -> options.threads = threads);
  }

  /// With all attributes at every node nothing is drawn but the rows. Then both searches have the
  /// same candidates, and differ where two splits are worth almost the same at most.
  @ParameterizedTest
  @MethodSource("cases")
  void splitAsExactTreesWhereEveryValueHasABin(Case how) {
    Consumer<RandomForestParameters> all =
        p -> {
          p.numCandidateAttributes = -1;
          p.maxDepth = 3;
        };
    ForestModel exact = train(how, TreeMethod.EXACT, 1, all);
    ForestModel binned = train(how, TreeMethod.HISTOGRAM, 1, all);
    int same = 0;
    for (int t = 0; t < 8; t++) {
      String expected = shape(exact.forest().trees().get(t).root());
      same += expected.equals(shape(binned.forest().trees().get(t).root())) ? 1 : 0;
    }
    assertTrue(same >= 6, same + " of 8 trees are the same");
  }

  private static String shape(Node node) {
    return switch (node) {
      case Node.Leaf leaf -> "" + leaf.examples();
      case Node.Split split ->
          Arrays.toString(split.condition().attributes())
              + split.statistics().positiveExamples()
              + "("
              + shape(split.negative())
              + " "
              + shape(split.positive())
              + ")";
    };
  }

  /// Conditions on values send the rows where the bins sent them.
  @ParameterizedTest
  @MethodSource("cases")
  void leavesHoldTheRowsThatReachThem(Case how) {
    RandomForestParameters parameters = new RandomForestParameters();
    how.options().accept(parameters);
    if (parameters.honest) {
      return;
    }
    ForestModel model =
        train(how, TreeMethod.HISTOGRAM, 1, p -> p.bootstrapTrainingDataset = false);
    TreeWalk walk = new TreeWalk(model.schema(), FEW_VALUES.conform(model.schema(), names(model)));
    for (Tree tree : model.forest().trees()) {
      IdentityHashMap<Node, Long> reached = new IdentityHashMap<>();
      for (int row = 0; row < FEW_VALUES.rows(); row++) {
        reached.merge(walk.leaf(tree, row), 1L, Long::sum);
      }
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Leaf leaf) {
              long examples = leaf.examples();
              assertEquals(examples, reached.getOrDefault(leaf, 0L), "rows of a leaf");
            }
          });
    }
  }

  private static List<String> names(ForestModel model) {
    return model.features().stream().map(f -> model.schema().field(f).name()).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areTheSameForAnyNumberOfThreads(Case how) {
    ForestModel alone = train(how, TreeMethod.HISTOGRAM, 1, _ -> {});
    ForestModel three = train(how, TreeMethod.HISTOGRAM, 3, _ -> {});
    assertTrue(alone.forest().trees().equals(three.forest().trees()), "trees differ");
    assertEquals(alone.forest().log(), three.forest().log());
  }

  /// Rows that travel along end where a walk ends, which shuffling asks for.
  @ParameterizedTest
  @MethodSource("cases")
  void rowsThatTravelAlongAreJudgedAsByWalking(Case how) {
    if (how.inputs().task() instanceof Task.NumericalUplift) {
      return;
    }
    ForestModel along = train(how, TreeMethod.HISTOGRAM, 1, _ -> {});
    ForestModel walked =
        train(how, TreeMethod.HISTOGRAM, 1, p -> p.computeOobVariableImportances = true);
    assertEquals(walked.forest().log(), along.forest().log());
  }

  @Test
  void areChosenByTheSizeOfTheTable() {
    Inputs inputs = new Inputs(TWO).withFeatures("n0", "n1");
    Consumer<RandomForestParameters> few =
        p -> {
          p.numTrees = 2;
          p.maxDepth = 4;
        };
    for (int rows : new int[] {HistogramTrees.LARGE - 1, HistogramTrees.LARGE}) {
      Frame frame = HistogramTest.table(rows, 3000, 5);
      ForestModel auto = RandomForest.of(inputs, few).train(frame);
      ForestModel exact =
          RandomForest.of(
                  inputs,
                  p -> {
                    few.accept(p);
                    p.treeMethod = TreeMethod.EXACT;
                  })
              .train(frame);
      if (rows < HistogramTrees.LARGE) {
        assertEquals(exact.forest().trees(), auto.forest().trees());
      } else {
        assertNotEquals(exact.forest().trees(), auto.forest().trees());
      }
    }
  }

  @Test
  void refuseWhatHasNoBins() {
    Case how =
        new Case(
            inputs(TWO), p -> p.missingValuePolicy = MissingValuePolicy.RANDOM_LOCAL_IMPUTATION);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> train(how, TreeMethod.HISTOGRAM, 1, _ -> {}));
    assertTrue(refusal.toString().contains("random_local_imputation"), refusal.toString());
  }

  /// Sizes below and above where lanes and bits are used, few and many bins, and more than fit a
  /// byte.
  @RepeatedTest(60)
  void theQuickTallyFindsWhatThePlainOneFinds(RepetitionInfo repetition) {
    long seed = 500L + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int rows = 2 + random.nextInt(random.nextBoolean() ? 100 : 3000);
    int bins = 2 + random.nextInt(random.nextInt(3) == 0 ? 400 : 120);
    int[] classes = random.ints(rows, 0, 2).toArray();
    int[] multiplicity = random.ints(rows, 1, 4).toArray();
    ClassTarget target =
        new ClassTarget(
            classes, 2, null, 0, multiplicity, 1 + random.nextInt(6), ClassTarget.table(3 * rows));
    byte[] narrow = new byte[rows];
    char[] wide = new char[rows];
    for (int row = 0; row < rows; row++) {
      int bin = (int) (random.nextDouble() * random.nextDouble() * bins);
      wide[row] = (char) bin;
      narrow[row] = (byte) bin;
    }
    int[] all = new int[rows];
    Arrays.setAll(all, row -> row);
    int from = random.nextInt(rows);
    int to = from + 1 + random.nextInt(rows - from);
    long[] whole = new long[3];
    target.sum(all, from, to, whole);
    Tally quick = new TwoClassTally(target, bins, new long[rows]);
    Tally plain = new PlainTally(target, bins);
    for (Tally tally : new Tally[] {quick, plain}) {
      tally.enter(all, from, to, whole);
      fill(tally, bins, narrow, wide);
      tally.move(bins - 1, 0);
    }
    assertEquals(plain.score(0), quick.score(0), 1e-9, "seed " + seed);
    int found = plain.cut(0);
    int same = quick.cut(0);
    if (found == 0 && plain.score > 1e-9) {
      assertEquals(0, same, "seed " + seed);
      assertEquals(plain.score, quick.score, 1e-9, "seed " + seed);
    } else {
      assertEquals(found == -1, same == -1, "seed " + seed);
    }
    GrowthRules rules = GrowthRules.of(new RandomForestParameters(), 3, true, false);
    CategoricalSearch.Categories categories = new CategoricalSearch.Categories(0, 0, bins, 0);
    Cut[] cuts = new Cut[2];
    for (int i = 0; i < 2; i++) {
      Tally tally = i == 0 ? quick : plain;
      fill(tally, bins, narrow, wide);
      Cut cut = tally.subset(rules, categories, 0, new SplitMix(seed));
      if (cut == null) {
        assertNull(i == 0 ? cut : cuts[0], "seed " + seed);
      } else {
        cuts[i] = cut;
      }
    }
    if (cuts[1] != null) {
      assertEquals(cuts[1].score(), cuts[0].score(), 1e-9, "seed " + seed);
    }
    fill(quick, bins, narrow, wide);
    long[] sums = new long[3 * bins];
    for (int bin = quick.next(0); bin >= 0; bin = quick.next(bin + 1)) {
      quick.drain(bin, sums);
    }
    long[] expected = new long[3 * bins];
    for (int i = from; i < to; i++) {
      target.add(i, expected, 3 * wide[i]);
    }
    assertArrayEquals(expected, sums, "seed " + seed);
  }

  private static void fill(Tally tally, int bins, byte[] narrow, char[] wide) {
    if (bins <= BinnedTable.NARROW) {
      tally.add(narrow, bins);
    } else {
      tally.add(wide);
    }
  }
}
