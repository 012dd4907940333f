package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Learner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Limits of size and time, and what a model keeps besides its trees.
class LimitsTest {
  @TempDir Path folder;

  private static ForestModel forest(Consumer<RandomForestParameters> configure) {
    return RandomForest.classification(
            "kind",
            p -> {
              p.numTrees = 40;
              configure.accept(p);
            })
        .train(table(300, 1), o -> o.threads = 3);
  }

  private static ForestModel boosted(Consumer<GradientBoostedTreesParameters> configure) {
    return GradientBoostedTrees.classification(
            "kind",
            p -> {
              p.numTrees = 30;
              configure.accept(p);
            })
        .train(table(300, 1));
  }

  private static long nodes(ForestModel model) {
    return model.trees().stream().mapToLong(Tree::nodes).sum();
  }

  private static long bytes(ForestModel model) {
    return model.trees().stream().mapToLong(Tree::bytes).sum();
  }

  @Test
  void samplesShrinkSoThatAllTreesFitTheTime() {
    ForestModel all = forest(_ -> {});
    ForestModel some =
        forest(
            p -> {
              p.maximumTrainingDurationSeconds = 1e-9;
              p.adaptBootstrapSizeRatioForMaximumTrainingDuration = true;
            });
    assertTrue(nodes(some) < nodes(all));
    ForestModel unhurried =
        forest(
            p -> {
              p.maximumTrainingDurationSeconds = 1000;
              p.adaptBootstrapSizeRatioForMaximumTrainingDuration = true;
            });
    assertEquals(all.trees(), unhurried.trees());
  }

  @Test
  void aForestEndsBeforeTheTreeThatWouldExceedALimit() {
    ForestModel all = forest(_ -> {});
    ForestModel some = forest(p -> p.totalMaxNumNodes = nodes(all) / 2);
    assertEquals(all.trees().subList(0, some.trees().size()), some.trees());
    assertTrue(nodes(some) <= nodes(all) / 2);
    long next = all.trees().get(some.trees().size()).nodes();
    assertTrue(nodes(some) + next > nodes(all) / 2);
    ForestModel light = forest(p -> p.maximumModelSizeInMemoryInBytes = bytes(all) / 3);
    assertEquals(all.trees().subList(0, light.trees().size()), light.trees());
    assertTrue(bytes(light) <= bytes(all) / 3 && bytes(light) > bytes(all) / 5);
    assertNotNull(some.selfEvaluation());
    assertEquals(some.trees().size(), some.forest().log().getLast().trees());
    assertEquals(1, forest(p -> p.totalMaxNumNodes = 0).trees().size());
    assertEquals(1, forest(p -> p.maximumTrainingDurationSeconds = 0).trees().size());
  }

  @Test
  void boostingEndsBeforeTheIterationThatWouldExceedALimit() {
    ForestModel all = boosted(_ -> {});
    ForestModel light = boosted(p -> p.maximumModelSizeInMemoryInBytes = bytes(all) / 2);
    assertTrue(bytes(light) <= bytes(all) / 2);
    assertTrue(light.trees().size() < all.trees().size());
    assertEquals(all.trees().subList(0, light.trees().size()), light.trees());
  }

  @Test
  void aPureModelPredictsTheSameAndIsSmaller() throws IOException {
    Frame table = table(300, 1);
    List<Learner<ForestModel>> plain =
        List.of(
            RandomForest.classification("kind", p -> p.numTrees = 10),
            RandomForest.classification(
                "kind",
                p -> {
                  p.numTrees = 10;
                  p.winnerTakeAll = false;
                }),
            GradientBoostedTrees.classification("kind", p -> p.numTrees = 10),
            Cart.regression("x"));
    for (Learner<ForestModel> learner : plain) {
      var parameters = learner.hyperparameters();
      parameters.set("pure_serving_model", "true");
      ForestModel full = learner.train(table);
      ForestModel pure = learner.with(learner.inputs(), parameters).train(table);
      assertNull(pure.selfEvaluation());
      full.save(folder.resolve("full"));
      pure.save(folder.resolve("pure"));
      String nodes = "nodes-00000-of-00001";
      assertTrue(
          Files.size(folder.resolve("pure").resolve(nodes))
              < 0.9 * Files.size(folder.resolve("full").resolve(nodes)));
      ForestModel loaded = ForestModel.load(folder.resolve("pure"));
      assertArrayEquals(full.predict(table).values(), pure.predict(table).values());
      assertArrayEquals(full.predict(table).values(), loaded.predict(table).values());
    }
  }

  @Test
  void boostingMeasuresImportancesOnRowsThatItHeldOut() {
    ForestModel model = boosted(p -> p.computePermutationVariableImportance = true);
    List<Forest.Importance> list = model.forest().importances().get("MEAN_DECREASE_IN_ACCURACY");
    assertNotNull(list);
    assertEquals("x", model.schema().field(list.getFirst().attribute()).name());
    assertTrue(list.getFirst().importance() > 0.2, list.toString());
    assertEquals(boosted(_ -> {}).trees(), model.trees());
    model.save(folder.resolve("model"));
    assertEquals(
        model.forest().importances(),
        ForestModel.load(folder.resolve("model")).forest().importances());
  }

  @Test
  void dartLearnsInFullStepsUnlessToldOtherwise() {
    ForestModel usual = boosted(p -> p.forestExtraction = ForestExtraction.DART);
    ForestModel full =
        boosted(
            p -> {
              p.forestExtraction = ForestExtraction.DART;
              p.shrinkage = 1;
            });
    ForestModel small =
        boosted(
            p -> {
              p.forestExtraction = ForestExtraction.DART;
              p.shrinkage = 0.1;
            });
    assertEquals(full.trees(), usual.trees());
    assertTrue(!small.trees().equals(usual.trees()));
    assertEquals(boosted(p -> p.shrinkage = 0.1).trees(), boosted(_ -> {}).trees());
  }

  @Test
  void itemsOfSetsAreLimitedByFrequencyAndByMask() {
    Random random = new Random(2);
    List<@Nullable List<String>> sets = new ArrayList<>();
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < 600; row++) {
      List<String> items = new ArrayList<>();
      for (int item = 0; item < 8; item++) {
        if (random.nextInt(12) > item) {
          items.add("w" + item);
        }
      }
      sets.add(items);
      kind.add(items.contains("w6") || items.contains("w7") ? "yes" : "no");
    }
    Frame frame =
        Frame.of(
            CategoricalSetColumn.of("words", sets, VocabularyLimits.NONE),
            CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
    Consumer<CartParameters> all =
        p -> {
          p.categoricalSetSplitGreedySampling = 1;
          p.validationRatio = 0;
        };
    Condition free = first(frame, all);
    assertEquals(2, ((Condition.Contains) free).values().length);
    Condition narrow =
        first(frame, all.andThen(p -> p.categoricalSetSplitGreedyMaximumMaskSize = 1));
    assertEquals(1, ((Condition.Contains) narrow).values().length);
    Condition frequent = first(frame, all.andThen(p -> p.categoricalSetSplitMaxNumItems = 3));
    for (int item : ((Condition.Contains) frequent).values()) {
      assertTrue(item <= 3, "item " + item);
    }
  }

  private static Condition first(Frame frame, Consumer<CartParameters> configure) {
    Tree tree = Cart.classification("kind", configure).train(frame).trees().getFirst();
    return ((Node.Split) tree.root()).condition();
  }

  private static Frame table(int rows, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] y = new float[rows];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      x[row] = random.nextFloat();
      y[row] = random.nextFloat();
      kind.add(x[row] + 0.2 * random.nextGaussian() > 0.5 ? "yes" : "no");
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
  }
}
