package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.data.Frame;
import dev.tendril.forest.analysis.ShapValues;
import dev.tendril.forest.analysis.TreeShap;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.learn.Task;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Shapley values and the bias add up to what the engine predicts.
class ShapSumTest {

  @Test
  void everyKindOfForestIsExplainedInFull() {
    for (int round = 0; round < 6; round++) {
      for (String kind : RandomForests.KINDS) {
        long seed = 77L * round + kind.hashCode();
        RandomForests random = new RandomForests(seed, 200, 6);
        ForestModel model = random.model(kind);
        check(model, random.frame(150), kind + ", seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void modelsOfYdfAreExplainedInFull(Golden golden) {
    ForestModel model = ForestModel.load(golden.folder());
    Frame all = golden.frame(model);
    Frame some = all.rows(IntStream.range(0, Math.min(40, all.rows())).toArray());
    check(model, some, golden.model);
  }

  private static void check(ForestModel model, Frame frame, String place) {
    ShapValues shap = TreeShap.of(model).explain(frame);
    float[] predicted = model.predict(frame).values();
    assertEquals(frame.rows(), shap.rows(), place);
    for (int row = 0; row < frame.rows(); row++) {
      double[] raw = new double[shap.outputs().size()];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = shap.rawScore(row, i);
      }
      double[] expected = linked(model, raw);
      for (int i = 0; i < expected.length; i++) {
        double value = predicted[row * model.outputs() + i];
        assertEquals(
            value, expected[i], 2e-5 * Math.max(1, Math.abs(value)), place + ", row " + row);
      }
    }
  }

  /// What raw scores predict.
  private static double[] linked(ForestModel model, double[] raw) {
    boolean classes = model.task() instanceof Task.Classification;
    return switch (model.forest().combination()) {
      case Combination.Mean _ -> raw;
      case Combination.Isolation(long examples) ->
          new double[] {Math.pow(2, -raw[0] / typicalPath(examples))};
      case Combination.Sum sum when classes && raw.length == 1 -> {
        double logit = raw[0];
        yield sum.logits()
            ? new double[] {-logit, logit}
            : new double[] {1 / (1 + Math.exp(logit)), 1 / (1 + Math.exp(-logit))};
      }
      case Combination.Sum sum when classes && !sum.logits() -> {
        double total = 0;
        double[] shares = new double[raw.length];
        for (double one : raw) {
          total += Math.exp(one);
        }
        for (int i = 0; i < raw.length; i++) {
          shares[i] = Math.exp(raw[i]) / total;
        }
        yield shares;
      }
      case Combination.Sum sum when sum.loss() == LossKind.POISSON && !sum.logits() ->
          new double[] {Math.exp(Math.clamp(raw[0], -19, 19))};
      case Combination.Sum _ -> raw;
    };
  }

  private static double typicalPath(long examples) {
    double n = examples;
    return 2 * (Math.log(n - 1) + 0.5772156649) - 2 * (n - 1) / n;
  }
}
