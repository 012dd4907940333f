package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.GradientBoostedTreesParameters.EarlyStopping;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LearnersTest {

  @Test
  void shufflingTheVariableThatMattersHurtsMost() {
    ForestModel model =
        RandomForest.classification(
                "kind",
                p -> {
                  p.numTrees = 40;
                  p.computeOobVariableImportances = true;
                })
            .train(table(600, 1));
    List<Forest.Importance> importances =
        model.variableImportances().get("MEAN_DECREASE_IN_ACCURACY");
    assertNotNull(importances);
    assertEquals("signal", model.schema().field(importances.getFirst().attribute()).name());
    assertTrue(importances.getFirst().importance() > 0.2);
    for (Forest.Importance importance : importances) {
      if (model.schema().field(importance.attribute()).name().equals("noise")) {
        assertTrue(Math.abs(importance.importance()) < 0.05, importance.toString());
      }
    }
  }

  @Test
  void boostingStopsWhenHeldOutRowsGetWorseAndKeepsTheBest() {
    Frame table = noisy(500, 3);
    ForestModel stopped = GradientBoostedTrees.classification("kind").train(table);
    List<Forest.LogEntry> log = stopped.forest().log();
    assertTrue(log.size() < 300, "trained all " + log.size() + " iterations");
    float least = Float.POSITIVE_INFINITY;
    int best = 0;
    for (Forest.LogEntry entry : log.subList(10, log.size())) {
      if (entry.validationLoss() < least) {
        least = entry.validationLoss();
        best = entry.trees();
      }
    }
    assertEquals(best, stopped.trees().size());
    ForestModel all =
        GradientBoostedTrees.classification(
                "kind",
                p -> {
                  p.numTrees = 60;
                  p.earlyStopping = EarlyStopping.NONE;
                })
            .train(table);
    assertEquals(60, all.trees().size());
    assertNotNull(stopped.selfEvaluation());
  }

  @Test
  void onlyOneClassIsRefused() {
    Frame table = table(50, 1);
    List<@Nullable String> same = new ArrayList<>();
    for (int row = 0; row < 50; row++) {
      same.add("only");
    }
    Frame constant = table.with(CategoricalColumn.of("kind", same, VocabularyLimits.NONE));
    refused("only one class, \"only\"", () -> RandomForest.classification("kind").train(constant));
  }

  @Test
  void aLabelThatIsNotThereIsNamedWithTheNearestColumn() {
    refused(
        "did you mean \"kind\"", () -> RandomForest.classification("kinds").train(table(50, 1)));
  }

  @Test
  void textCannotBeARegressionLabel() {
    refused("expected numbers", () -> Cart.regression("kind").train(table(50, 1)));
  }

  @Test
  void aFeatureThatTreesCannotUseIsRefusedWhenChosenAndSkippedOtherwise() {
    Frame table = table(80, 1);
    List<@Nullable String> notes = new ArrayList<>();
    for (int row = 0; row < 80; row++) {
      notes.add("note " + row);
    }
    Frame noted = table.with(TextColumn.of("note", notes));
    refused(
        "feature \"note\" is TEXT",
        () -> Cart.of(Inputs.classification("kind").withFeatures("note"), _ -> {}).train(noted));
    assertEquals(List.of("signal", "noise"), Cart.classification("kind").train(noted).features());
  }

  @Test
  void weightsMustBeThereAndNotNegative() {
    Frame table = table(50, 1);
    float[] weights = new float[50];
    weights[20] = -1;
    Frame weighted = table.with(NumericalColumn.of("w", weights));
    refused(
        "weight \"w\" of row 21 is -1.0",
        () -> Cart.of(Inputs.classification("kind").withWeights("w"), _ -> {}).train(weighted));
  }

  @Test
  void aClassWeightForNoClassIsRefused() {
    Inputs inputs = Inputs.classification("kind").withClassWeights(Map.of("maybe", 2.0));
    refused("classes of \"kind\" are", () -> Cart.of(inputs, _ -> {}).train(table(50, 1)));
  }

  @Test
  void classWeightsMoveTheDecision() {
    Frame table = noisy(800, 5);
    Inputs plain = Inputs.classification("kind");
    Inputs heavy = plain.withClassWeights(Map.of("yes", 20.0));
    assertTrue(
        share(RandomForest.of(heavy, p -> p.numTrees = 20).train(table), table)
            > share(RandomForest.of(plain, p -> p.numTrees = 20).train(table), table) + 0.1);
  }

  @Test
  void hyperParametersOutOfRangeAreRefusedBeforeTraining() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> RandomForest.classification("kind", p -> p.numTrees = 0));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("num_trees cannot be \"0\""), message);
  }

  @Test
  void aLearnerKeepsItsOwnCopyOfTheHyperParameters() {
    RandomForest learner = RandomForest.classification("kind", p -> p.numTrees = 7);
    learner.hyperparameters().numTrees = 1000;
    assertEquals(7, learner.train(table(60, 2)).trees().size());
  }

  private static double share(ForestModel model, Frame table) {
    Predictions predictions = model.predict(table);
    int yes = 0;
    for (int row = 0; row < table.rows(); row++) {
      yes += predictions.label(row).equals("yes") ? 1 : 0;
    }
    return yes / (double) table.rows();
  }

  private static void refused(String expected, Runnable training) {
    String message = String.valueOf(assertThrows(DataException.class, training::run).getMessage());
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count());
  }

  private static Frame table(int rows, long seed) {
    return table(rows, seed, 0);
  }

  private static Frame noisy(int rows, long seed) {
    return table(rows, seed, 0.4);
  }

  private static Frame table(int rows, long seed, double flip) {
    Random random = new Random(seed);
    float[] signal = new float[rows];
    float[] noise = new float[rows];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      signal[row] = random.nextFloat();
      noise[row] = random.nextFloat();
      boolean yes = signal[row] > 0.5 ^ random.nextDouble() < flip;
      kind.add(yes ? "yes" : "no");
    }
    List<Column> columns =
        List.of(
            NumericalColumn.of("signal", signal),
            NumericalColumn.of("noise", noise),
            CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
    return Frame.of(columns);
  }
}
