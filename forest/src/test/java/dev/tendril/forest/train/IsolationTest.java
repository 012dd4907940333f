package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.IsolationForest;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueNormalization;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueWeights;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class IsolationTest {
  private static final int ROWS = 300;
  private static final List<SplitAxis> AXES =
      List.of(SplitAxis.AXIS_ALIGNED, SplitAxis.SPARSE_OBLIQUE);

  private static Frame table(double missing) {
    Frame table = new RandomTables(9, ROWS, missing).draw(0).drop("label");
    float[] values = ((NumericalColumn) table.column("noise")).values();
    Field field =
        new Field(
            "binned",
            false,
            ROWS,
            0,
            new Field.Discretized(
                new Field.Numerical(0.5, 0, 1, 0.3), new float[] {0.2f, 0.5f, 0.6f}, 50, 4));
    return table.with(DiscretizedColumn.of(field, values));
  }

  private static ForestModel train(Frame table, Consumer<IsolationForestParameters> configure) {
    return IsolationForest.anomalyDetection(
            null,
            p -> {
              p.numTrees = 40;
              p.subsampleRatio = 1;
              p.minExamples = 1;
              p.maxDepth = -1;
              configure.accept(p);
            })
        .train(table);
  }

  /// Every tree saw every row, so the leaves that predictions reach must hold as many rows as
  /// training put there: whatever the column, the policy and the axis.
  @Test
  void predictionsReachTheLeavesThatTrainingMade() {
    Frame table = table(0.1);
    Set<Class<?>> kinds = new HashSet<>();
    for (MissingValuePolicy policy :
        List.of(MissingValuePolicy.GLOBAL_IMPUTATION, MissingValuePolicy.LOCAL_IMPUTATION)) {
      for (SparseObliqueWeights weights : SparseObliqueWeights.values()) {
        SparseObliqueNormalization divisor =
            switch (weights) {
              case BINARY, CONTINUOUS -> SparseObliqueNormalization.NONE;
              case POWER_OF_TWO -> SparseObliqueNormalization.STANDARD_DEVIATION;
              case INTEGER -> SparseObliqueNormalization.MIN_MAX;
            };
        ForestModel model =
            train(
                table,
                p -> {
                  p.missingValuePolicy = policy;
                  p.sparseObliqueWeights = weights;
                  p.splitAxis =
                      weights == SparseObliqueWeights.BINARY
                          ? SplitAxis.AXIS_ALIGNED
                          : SplitAxis.SPARSE_OBLIQUE;
                  p.sparseObliqueNormalization = divisor;
                });
        int[][] leaves = model.leaves(table);
        for (int t = 0; t < model.trees().size(); t++) {
          Map<Integer, Long> expected = new java.util.TreeMap<>();
          int[] number = {0};
          model
              .trees()
              .get(t)
              .forEach(
                  (node, _) -> {
                    switch (node) {
                      case Node.Leaf leaf -> expected.put(number[0]++, leaf.examples());
                      case Node.Split split -> kinds.add(split.condition().getClass());
                    }
                  });
          Map<Integer, Long> reached = new java.util.TreeMap<>();
          for (int[] row : leaves) {
            reached.merge(row[t], 1L, Long::sum);
          }
          assertEquals(expected, reached, policy + ", " + weights + ", tree " + t);
        }
      }
    }
    assertEquals(
        Set.of(
            Condition.AtLeast.class,
            Condition.IsTrue.class,
            Condition.Contains.class,
            Condition.BinAtLeast.class,
            Condition.Oblique.class),
        kinds);
  }

  @Test
  void treesAreAsDeepAndAsLargeAsAsked() {
    Frame table = table(0);
    ForestModel usual = IsolationForest.anomalyDetection().train(table);
    assertEquals(300, usual.trees().size());
    assertEquals(8, usual.trees().stream().mapToInt(Tree::depth).max().orElse(0));
    for (Tree tree : usual.trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split) {
              assertTrue(split.statistics().examples() >= 5, "split of a small node");
              assertTrue(split.statistics().positiveExamples() > 0, "an empty side");
            }
          });
      assertEquals(256, ((Node.Split) tree.root()).statistics().examples());
    }
    ForestModel flat = train(table, p -> p.maxDepth = 2);
    assertEquals(2, flat.trees().stream().mapToInt(Tree::depth).max().orElse(0));
    ForestModel third = train(table, p -> p.subsampleRatio = 1 / 3.0);
    assertEquals(100, ((Node.Split) third.trees().getFirst().root()).statistics().examples());
  }

  @Test
  void samplesAreDistinctRows() {
    int[] hits = new int[50];
    for (int seed = 0; seed < 2000; seed++) {
      int[] rows = IsolationForestTrainer.draw(50, 20, new SplitMix(seed));
      assertEquals(20, Arrays.stream(rows).distinct().count());
      Arrays.stream(rows).forEach(row -> hits[row]++);
    }
    for (int hit : hits) {
      assertTrue(Math.abs(hit - 800) < 150, "hits " + hit);
    }
  }

  @Test
  void theOddRowHasTheHighestScoreAndItsColumnTheHighestImportance() {
    for (SplitAxis axis : AXES) {
      Random random = new Random(4);
      float[][] columns = new float[4][ROWS];
      for (float[] column : columns) {
        for (int row = 0; row < ROWS; row++) {
          column[row] = (float) random.nextGaussian();
        }
      }
      columns[2][17] = 30;
      Frame table =
          Frame.of(
              NumericalColumn.of("a", columns[0]),
              NumericalColumn.of("b", columns[1]),
              NumericalColumn.of("c", columns[2]),
              NumericalColumn.of("d", columns[3]));
      ForestModel model =
          IsolationForest.anomalyDetection(null, p -> p.splitAxis = axis).train(table);
      float[] scores = model.predict(table).values();
      int top = 0;
      for (int row = 0; row < ROWS; row++) {
        top = scores[row] > scores[top] ? row : top;
      }
      assertEquals(17, top, axis.toString());
      assertTrue(scores[17] > 0.6, axis + ": " + scores[17]);
      if (axis == SplitAxis.AXIS_ALIGNED) {
        List<Importance> partition =
            model.variableImportances().getOrDefault("MEAN_PARTITION_SCORE", List.of());
        assertEquals("c", model.schema().field(partition.getFirst().attribute()).name());
        List<Importance> diffi = model.variableImportances().getOrDefault("DIFFI", List.of());
        assertEquals("c", model.schema().field(diffi.getFirst().attribute()).name());
        assertEquals(4, diffi.size());
      }
    }
  }

  @Test
  void columnsOfOneValueAreNotSplit() {
    Frame table =
        Frame.of(
            NumericalColumn.of("same", new float[20]), NumericalColumn.of("also", new float[20]));
    ForestModel model = IsolationForest.anomalyDetection().train(table);
    assertEquals(1, model.trees().getFirst().nodes());
    assertEquals(0.5f, model.predict(table).value(3), 1e-6f);
  }

  @Test
  void infiniteNumbersAreSplitOff() {
    float[] values = {1, 2, 3, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 4};
    for (SplitAxis axis : AXES) {
      ForestModel model = train(Frame.of(NumericalColumn.of("x", values)), p -> p.splitAxis = axis);
      assertTrue(model.trees().getFirst().nodes() > 1);
    }
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    Column one = NumericalColumn.of("x", new float[] {1});
    IsolationForest learner = IsolationForest.anomalyDetection();
    assertThrows(DataException.class, () -> learner.train(Frame.of(one)));
    Frame table = table(0);
    IsolationForest weighted =
        IsolationForest.of(
            new Inputs(new Task.AnomalyDetection(null)).withWeights("noise"), _ -> {});
    assertThrows(IllegalArgumentException.class, () -> weighted.train(table));
    IsolationForest classes = IsolationForest.of(Inputs.classification("color"), _ -> {});
    assertThrows(IllegalArgumentException.class, () -> classes.train(table));
    IsolationForest absent = IsolationForest.anomalyDetection("lable");
    assertThrows(DataException.class, () -> absent.train(table));
  }

  @Test
  void optionsOfSumsAreChecked() {
    refused("split_axis mhld_oblique needs classes", p -> p.splitAxis = SplitAxis.MHLD_OBLIQUE);
    refused(
        "sparse_oblique_weights_integer_minimum cannot be \"6\"",
        p -> p.sparseObliqueWeightsIntegerMinimum = 6);
  }

  private static void refused(String expected, Consumer<IsolationForestParameters> configure) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> IsolationForest.anomalyDetection(null, configure));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(expected) && !message.contains("\n"), message);
  }

  @Test
  void theLabelIsNotLearnedFrom() {
    Frame table = table(0);
    IsolationForest with = IsolationForest.anomalyDetection("noise");
    IsolationForest without = IsolationForest.anomalyDetection();
    assertArrayEquals(
        without.train(table.drop("noise")).predict(table).values(),
        with.train(table).predict(table).values());
  }
}
