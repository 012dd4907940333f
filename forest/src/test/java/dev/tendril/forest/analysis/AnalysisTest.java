package dev.tendril.forest.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class AnalysisTest {
  /// `kind` is `b` where `signal` is above 0 and the color is not blue; `noise` says nothing.
  private static Frame table(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    float[] signal = new float[rows];
    float[] noise = new float[rows];
    float[] level = new float[rows];
    byte[] flag = new byte[rows];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> kind = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      signal[i] = (float) random.nextDouble(-1, 1);
      noise[i] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextDouble(-1, 1);
      flag[i] = (byte) random.nextInt(2);
      String drawn = List.of("red", "green", "blue").get(random.nextInt(3));
      color.add(drawn);
      boolean second = signal[i] > 0 && !drawn.equals("blue");
      kind.add(second ? "b" : "a");
      level[i] = 3 * signal[i] + (second ? 10 : 0);
    }
    return Frame.of(
        NumericalColumn.of("signal", signal),
        NumericalColumn.of("noise", noise),
        BooleanColumn.of("flag", flag),
        CategoricalColumn.of("color", color, VocabularyLimits.DEFAULT),
        CategoricalColumn.of("kind", kind, VocabularyLimits.DEFAULT),
        NumericalColumn.of("level", level));
  }

  private static final Frame TABLE = table(400);

  private static final ForestModel MODEL =
      RandomForest.classification("kind", p -> p.numTrees = 20).train(TABLE.drop("level"));

  @Test
  void whatMattersIsFound() {
    Analysis analysis = Analysis.of(MODEL, TABLE);
    assertEquals("MEAN_DECREASE_IN_ACCURACY", analysis.importances().keySet().iterator().next());
    for (String measure :
        List.of(
            "MEAN_DECREASE_IN_ACCURACY",
            "MEAN_DECREASE_IN_AUC_b_VS_OTHERS",
            "MEAN_INCREASE_IN_LOG_LOSS",
            Analysis.SHAP_VALUE)) {
      List<MeasuredImportance> list = analysis.importances().get(measure);
      assertNotNull(list, measure);
      assertEquals("signal", list.getFirst().feature(), measure);
      assertEquals("color", list.get(1).feature(), measure);
      assertTrue(list.getFirst().low() <= list.getFirst().importance(), measure);
      assertTrue(list.getFirst().high() >= list.getFirst().importance(), measure);
    }
    assertEquals(List.of(), analysis.notes());
    assertTrue(analysis.toText().contains("signal"), analysis::toText);
  }

  @Test
  void plotsShowTheDirection() {
    Analysis analysis = Analysis.of(MODEL, TABLE);
    Dependence signal = analysis.dependences().getFirst();
    assertEquals("signal", signal.feature());
    Point low = signal.points().getFirst();
    Point high = signal.points().getLast();
    assertTrue(low.value() < -0.9 && high.value() > 0.9, signal.toString());
    assertTrue(high.prediction()[1] - low.prediction()[1] > 0.5, signal.toString());
    assertEquals(400, signal.bins().stream().mapToInt(Bin::rows).sum());
    assertEquals(392, signal.histogram().stream().mapToInt(Integer::intValue).sum(), 2);
    Bin last = signal.bins().getLast();
    double[] observed = last.observed();
    assertNotNull(observed);
    assertEquals(2 / 3.0, observed[1], 0.2);
    assertEquals(observed[1], last.prediction()[1], 0.1);
    Dependence color = named(analysis, "color");
    assertEquals(3, color.points().size());
    for (Point point : color.points()) {
      assertEquals(point.label().equals("blue") ? 0 : 0.5, point.prediction()[1], 0.15);
    }
    Dependence noise = named(analysis, "noise");
    assertEquals(Dependence.MISSING, noise.points().getLast().label());
    assertEquals(2, named(analysis, "flag").points().size());
  }

  private static Dependence named(Analysis analysis, String feature) {
    return analysis.dependences().stream()
        .filter(one -> one.feature().equals(feature))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void numbersAreExplainedToo() {
    ForestModel boosted =
        GradientBoostedTrees.regression("level", p -> p.numTrees = 20).train(TABLE.drop("kind"));
    Analysis analysis = Analysis.of(boosted, TABLE, options -> options.repeats = 2);
    assertEquals("MEAN_INCREASE_IN_RMSE", analysis.importances().keySet().iterator().next());
    assertEquals(List.of("level"), analysis.shap().outputs());
    assertEquals(1, analysis.dependences().getFirst().points().getFirst().prediction().length);
    assertNotNull(analysis.dependences().getFirst().bins().getFirst().observed());
  }

  @Test
  void singleRowsAreExplained() {
    Analysis analysis = Analysis.of(MODEL, TABLE, options -> options.explained = List.of(3, 0));
    RowExplanation one = analysis.explanations().getFirst();
    assertEquals(3, one.row());
    assertEquals(5, one.nearest().size());
    double last = 0;
    for (Neighbor neighbor : one.nearest()) {
      assertTrue(neighbor.row() != 3 && neighbor.distance() >= last, one.toString());
      last = neighbor.distance();
    }
    Neighbor other = one.counterfactual();
    assertNotNull(other);
    assertFalse(MODEL.predict(TABLE).label(other.row()).equals(one.label()));
    assertTrue(other.distance() > 0);
    int best = MODEL.classes().indexOf(String.valueOf(one.label()));
    assertEquals(one.prediction()[best], one.shap().rawScore(0, best), 1e-5);
    List<Point> response = one.responses().get("signal");
    assertNotNull(response);
    assertTrue(analysis.toText().contains("row 3: predicted"), analysis::toText);
  }

  @Test
  void distancesAreSharesOfTrees() {
    assertEquals(0.25, Neighbors.distance(new int[] {1, 2, 3, 4}, new int[] {1, 2, 0, 4}));
    Neighbors neighbors = new Neighbors(MODEL, TABLE);
    Neighbor itself = neighbors.nearest(MODEL.leaves(TABLE)[7], 1).getFirst();
    assertEquals(0, itself.distance());
  }

  @Test
  void largeTablesAreSampledAndSaySo() {
    Analysis analysis =
        Analysis.of(
            MODEL,
            TABLE,
            options -> {
              options.maxRows = 50;
              options.maxShuffledRows = 100;
              options.maxPlots = 1;
            });
    assertEquals(50, analysis.shap().rows());
    assertEquals(1, analysis.dependences().size());
    assertEquals(4, analysis.notes().size(), analysis.notes()::toString);
    assertTrue(analysis.notes().getFirst().contains("100 of 400 rows, drawn with seed 1"));
  }

  @Test
  void theSameForAnyNumberOfThreads() throws Exception {
    String here = Analysis.of(MODEL, TABLE, options -> options.explained = List.of(1)).toJson();
    try (ForkJoinPool one = new ForkJoinPool(1)) {
      String alone =
          one.submit(
                  () ->
                      Analysis.of(MODEL, TABLE, options -> options.explained = List.of(1)).toJson())
              .get();
      assertEquals(here, alone);
    }
    JsonNode json = new ObjectMapper().readTree(here);
    assertEquals(400, json.path("rows").asInt());
    assertEquals(1, json.path("explanations").size());
    assertEquals(4, json.path("importances").path("SHAP_VALUE").size());
  }

  @Test
  void aTableWithoutTheLabelIsAnalyzedWithoutShuffling() {
    Analysis analysis = Analysis.of(MODEL, TABLE.drop("kind", "level"));
    assertEquals(List.of("SHAP_VALUE"), List.copyOf(analysis.importances().keySet()));
    assertTrue(analysis.notes().getFirst().contains("without the label"));
    assertTrue(analysis.quality().isEmpty());
  }

  @Test
  void whatCannotBeDoneIsToldInOneLine() {
    assertThrows(DataException.class, () -> Analysis.of(MODEL, TABLE.drop("signal")));
    assertThrows(DataException.class, () -> Analysis.of(MODEL, TABLE.rows(new int[0])));
    assertThrows(
        IllegalArgumentException.class,
        () -> Analysis.of(MODEL, TABLE, options -> options.explained = List.of(400)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Analysis.of(MODEL, TABLE, options -> options.repeats = 0));
    assertArrayEquals(new int[] {0, 1, 2}, Sampling.rows(3, 5, 1));
  }
}
