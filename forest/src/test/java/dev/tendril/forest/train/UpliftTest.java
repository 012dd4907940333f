package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.Cart;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.UpliftParameters.UpliftSplitScore;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Node;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpliftTest {
  private static final int ROWS = 3000;

  /// The treatment works for `x` above 0.6 and for the color red only. Rows of weight 0 say the
  /// contrary.
  private static Frame table() {
    Random random = new Random(3);
    float[] x = new float[ROWS];
    float[] noise = new float[ROWS];
    float[] spent = new float[ROWS];
    float[] weight = new float[ROWS];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> group = new ArrayList<>();
    List<@Nullable String> bought = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      x[row] = random.nextFloat();
      noise[row] = random.nextFloat();
      boolean red = random.nextInt(3) > 0;
      color.add(red ? "red" : "blue");
      boolean treated = random.nextBoolean();
      group.add(treated ? "treated" : "control");
      weight[row] = random.nextInt(4);
      boolean works = (x[row] > 0.6 && red) == (weight[row] > 0);
      boolean buys = random.nextFloat() < 0.2 + (treated && works ? 0.6 : 0);
      bought.add(buys ? "yes" : "no");
      spent[row] = buys ? 10 : 1;
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("noise", noise),
        CategoricalColumn.of("color", color, VocabularyLimits.DEFAULT),
        NumericalColumn.of("weight", weight),
        CategoricalColumn.of("group", group, VocabularyLimits.DEFAULT),
        CategoricalColumn.of("bought", bought, VocabularyLimits.DEFAULT),
        NumericalColumn.of("spent", spent));
  }

  private static final Inputs BOUGHT =
      Inputs.categoricalUplift("bought", "group")
          .withFeatures("x", "noise", "color")
          .withWeights("weight");

  private static final Inputs SPENT =
      Inputs.numericalUplift("spent", "group")
          .withFeatures("x", "noise", "color")
          .withWeights("weight");

  @Test
  void thePlantedEffectIsFound() {
    Frame table = table();
    for (UpliftSplitScore measure : UpliftSplitScore.values()) {
      finds(RandomForest.of(BOUGHT, p -> small(p, measure)), table, 0.6, measure.toString());
      finds(RandomForest.of(SPENT, p -> small(p, measure)), table, 5.4, measure + ", numbers");
    }
  }

  private static void small(RandomForestParameters p, UpliftSplitScore measure) {
    p.numTrees = 30;
    p.minExamples = 60;
    p.upliftSplitScore = measure;
  }

  private static void finds(
      Learner<ForestModel> learner, Frame table, double effect, String where) {
    ForestModel model = learner.train(table);
    Frame asked =
        Frame.of(
            NumericalColumn.of("x", new float[] {0.9f, 0.9f, 0.2f}),
            NumericalColumn.of("noise", new float[] {0.5f, 0.5f, 0.5f}),
            CategoricalColumn.of("color", List.of("red", "blue", "red"), VocabularyLimits.NONE));
    float[] found = model.predict(asked).values();
    assertEquals(effect, found[0], 0.3 * effect, where);
    assertTrue(found[0] - Math.max(found[1], found[2]) > 0.2 * effect, where);
    double qini = model.evaluate(table, o -> o.weights = "weight").uplift().qini().value();
    assertTrue(qini > 0.1 * effect, where + ": qini " + qini);
  }

  @Test
  void aPrunedTreeKeepsWhatHoldsOnOtherRows() {
    Frame table = table();
    ForestModel grown = Cart.of(BOUGHT, p -> p.validationRatio = 0).train(table);
    ForestModel pruned = Cart.of(BOUGHT, _ -> {}).train(table);
    int before = grown.trees().getFirst().nodes();
    int after = pruned.trees().getFirst().nodes();
    assertTrue(after < before && after >= 3, before + " nodes, pruned to " + after);
    Node.Split root = assertInstanceOf(Node.Split.class, pruned.trees().getFirst().root());
    Condition.AtLeast cut = assertInstanceOf(Condition.AtLeast.class, root.condition());
    assertEquals("x", pruned.schema().field(cut.attribute()).name());
    assertEquals(0.6, cut.threshold(), 0.05);
  }

  @Test
  void outOfBagImportancesTellWhatMatters() {
    ForestModel model =
        RandomForest.of(
                BOUGHT,
                p -> {
                  small(p, UpliftSplitScore.KULLBACK_LEIBLER);
                  p.computeOobVariableImportances = true;
                })
            .train(table());
    var importances = model.importances().getOrDefault("MEAN_DECREASE_IN_QINI", List.of());
    assertEquals("x", importances.getFirst().feature());
    assertEquals("noise", importances.getLast().feature());
    assertTrue(String.valueOf(model.selfEvaluation()).contains("qini"), model.selfEvaluation());
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    Frame table = table();
    float[] spent = ((NumericalColumn) table.column("spent")).values().clone();
    spent[41] = -2;
    Frame negative = table.with(NumericalColumn.of("spent", spent));
    refused("row 42 is -2", RandomForest.of(SPENT, p -> p.numTrees = 1), negative);
    RandomForest.of(SPENT, p -> small(p, UpliftSplitScore.CONSERVATIVE_EUCLIDEAN_DISTANCE))
        .train(negative);
    refused(
        "treatment \"spent\" has 3 values",
        RandomForest.of(Inputs.categoricalUplift("bought", "spent"), _ -> {}),
        negative);
    refused(
        "label \"spent\" has 3 values",
        RandomForest.of(Inputs.categoricalUplift("spent", "bought"), _ -> {}),
        negative);
    refused(
        "cannot be both label and treatment",
        RandomForest.of(Inputs.categoricalUplift("bought", "bought"), _ -> {}),
        table);
  }

  private static void refused(String expected, Learner<ForestModel> learner, Frame table) {
    String message =
        String.valueOf(assertThrows(DataException.class, () -> learner.train(table)).getMessage());
    assertTrue(message.contains(expected), message);
  }
}
