package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private final float[] scores = new float[4_000];
  private final boolean[] positive = new boolean[4_000];

  BootstrapTest() {
    Random random = new Random(7);
    for (int i = 0; i < scores.length; i++) {
      positive[i] = random.nextInt(4) == 0;
      scores[i] = (float) (1 / (1 + Math.exp(-random.nextGaussian() - (positive[i] ? 1.5 : 0))));
    }
  }

  @Test
  void agreesWithTheIntervalsInClosedForm() {
    Evaluation evaluation =
        TestFrames.binary(scores, positive, options -> options.resamples = 1000);
    for (Metric metric :
        new Metric[] {
          evaluation.classification().oneVersusOthers("yes").auc(),
          evaluation.classification().oneVersusOthers("yes").prAuc()
        }) {
      Interval closed = metric.intervals().getFirst();
      Interval drawn = metric.intervals().getLast();
      assertEquals(Interval.Method.BOOTSTRAP, drawn.method());
      double width = closed.high() - closed.low();
      assertEquals(closed.low(), drawn.low(), width / 4);
      assertEquals(closed.high(), drawn.high(), width / 4);
    }
  }

  @Test
  void dependsOnTheSeedAlone() throws Exception {
    String one = json(3);
    try (ForkJoinPool pool = new ForkJoinPool(1)) {
      assertEquals(one, pool.submit(() -> json(3)).get());
    }
    try (ForkJoinPool pool = new ForkJoinPool(5)) {
      assertEquals(one, pool.submit(() -> json(3)).get());
    }
    assertNotEquals(one, json(4));
  }

  private String json(long seed) {
    return TestFrames.binary(
            scores,
            positive,
            options -> {
              options.seed = seed;
              options.resamples = 50;
            })
        .toJson();
  }

  @Test
  void makesFewerDrawsOfVeryManyRows() {
    assertEquals(2000, Bootstrap.draws(2000, 1e6));
    assertEquals(200, Bootstrap.draws(2000, 1e7));
    assertEquals(100, Bootstrap.draws(2000, 1e9));
    assertEquals(50, Bootstrap.draws(50, 1e9));
    assertEquals(0, Bootstrap.draws(0, 10));
  }

  @Test
  void quantilesAreLinearBetweenValues() {
    double[] sorted = {0, 10, 20, 30};
    assertEquals(15, Bootstrap.quantile(sorted, 0.5));
    assertEquals(0, Bootstrap.quantile(sorted, 0));
    assertEquals(30, Bootstrap.quantile(sorted, 1));
  }
}
