package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.analysis.ShapValues;
import dev.tendril.forest.analysis.TreeShap;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trained oblique forest, seen from outside.
class ObliqueModelTest {
  private static final Frame TABLE = table();
  private static final ForestModel MODEL = train();

  @TempDir Path folder;

  @BeforeAll
  static void useSums() {
    boolean[] any = {false};
    MODEL
        .forest()
        .trees()
        .forEach(
            tree ->
                tree.forEach(
                    (node, _) ->
                        any[0] |=
                            node instanceof Node.Split split
                                && split.condition() instanceof Condition.Oblique));
    assertTrue(any[0]);
  }

  private static ForestModel train() {
    return GradientBoostedTrees.regression(
            "y",
            p -> {
              p.numTrees = 30;
              p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
            })
        .train(TABLE);
  }

  /// y depends on a + b - c; some values are missing.
  private static Frame table() {
    Random random = new Random(8);
    float[][] values = new float[5][600];
    for (int row = 0; row < 600; row++) {
      for (int i = 0; i < 4; i++) {
        values[i][row] = (float) random.nextGaussian();
      }
      float sum = values[0][row] + values[1][row] - values[2][row];
      values[4][row] = (float) Math.tanh(2 * sum) + 0.1f * values[3][row];
      if (random.nextInt(5) == 0) {
        values[random.nextInt(4)][row] = Float.NaN;
      }
    }
    String[] names = {"a", "b", "c", "d", "y"};
    Frame frame = Frame.of(List.of(NumericalColumn.of(names[0], values[0])));
    for (int i = 1; i < names.length; i++) {
      frame = frame.with(NumericalColumn.of(names[i], values[i]));
    }
    return frame;
  }

  @Test
  void shapleyValuesAddUpAndCreditEveryAttribute() {
    ShapValues shap = TreeShap.of(MODEL).explain(TABLE);
    float[] predicted = MODEL.predict(TABLE).values();
    for (int row = 0; row < TABLE.rows(); row++) {
      assertEquals(predicted[row], shap.rawScore(row, 0), 2e-5, "row " + row);
    }
    for (String feature : List.of("a", "b", "c")) {
      double magnitude = shap.meanMagnitude(0, shap.features().indexOf(feature));
      assertTrue(magnitude > 0.15, feature + " " + magnitude);
    }
  }

  @Test
  void importancesCountEveryAttributeOfASum() {
    double[] counts = new double[5];
    for (var tree : MODEL.forest().trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split) {
              for (int attribute : split.condition().attributes()) {
                counts[attribute]++;
              }
            }
          });
    }
    for (Forest.Importance importance :
        StructuralImportances.of(MODEL.forest()).getOrDefault("NUM_NODES", List.of())) {
      assertEquals(counts[importance.attribute()], importance.importance());
    }
  }

  @Test
  void isWrittenAndReadAsItIs() {
    MODEL.save(folder.resolve("model"));
    ForestModel again = ForestModel.load(folder.resolve("model"));
    assertEquals(MODEL.forest(), again.forest());
    assertArrayEquals(MODEL.predict(TABLE).values(), again.predict(TABLE).values());
  }

  @Test
  void sumsReadLikeSums() {
    Condition sum =
        new Condition.Oblique(
            new int[] {0, 1, 2}, new float[] {-1, 0.5f, -2}, 3, new float[] {0, 0, 0});
    assertEquals("-a + 0.5 * b - 2 * c >= 3", MODEL.conditionText(sum));
  }
}
