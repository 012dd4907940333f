package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.ObliqueParameters;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueNormalization;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueWeights;
import dev.tendril.forest.options.RandomForestParameters;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectionDrawTest {
  private static final int DRAWS = 20_000;

  private final ObliqueParameters parameters = new RandomForestParameters();

  private ProjectionDraw draw(int attributes) {
    return new ProjectionDraw(
        parameters, Collections.nCopies(attributes, new float[] {0, 1}), new int[attributes]);
  }

  /// Every attribute passes with the same probability d / p, independently of the others; the sums
  /// that would have none have one.
  @Test
  void sumsHaveTheMeanLengthAskedFor() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    SplitMix random = new SplitMix(seed);
    parameters.sparseObliqueProjectionDensityFactor = 3;
    ProjectionDraw draw = draw(40);
    int[] hits = new int[40];
    int total = 0;
    for (int i = 0; i < DRAWS; i++) {
      int[] attributes = draw.draw(random).attributes();
      for (int k = 0; k < attributes.length; k++) {
        assertTrue(k == 0 || attributes[k - 1] < attributes[k], Arrays.toString(attributes));
        hits[attributes[k]]++;
      }
      total += attributes.length;
    }
    double empty = Math.pow(1 - 3 / 40.0, 40);
    assertEquals(3 + empty, (double) total / DRAWS, 0.06, "seed " + seed);
    for (int hit : hits) {
      assertEquals((3 + empty) / 40, (double) hit / DRAWS, 0.012, "seed " + seed);
    }
  }

  @Test
  void sumsAreAsShortAsAskedFor() {
    parameters.sparseObliqueProjectionDensityFactor = 50;
    assertEquals(40, draw(40).draw(new SplitMix(1)).attributes().length);
    parameters.sparseObliqueMaxNumFeatures = 7;
    Set<Integer> seen = new HashSet<>();
    SplitMix random = new SplitMix(1);
    for (int i = 0; i < 100; i++) {
      int[] attributes = draw(40).draw(random).attributes();
      assertEquals(7, attributes.length);
      Arrays.stream(attributes).forEach(seen::add);
    }
    assertEquals(40, seen.size());
  }

  @Test
  void weightsAreOfTheKindAskedFor() {
    assertEquals(Set.of(-1f, 1f), weights(SparseObliqueWeights.BINARY));
    assertEquals(
        Set.of(-5f, -4f, -3f, -2f, -1f, 1f, 2f, 3f, 4f, 5f), weights(SparseObliqueWeights.INTEGER));
    Set<Float> powers = new HashSet<>();
    for (float power = 0.125f; power <= 8; power *= 2) {
      powers.add(power);
      powers.add(-power);
    }
    assertEquals(powers, weights(SparseObliqueWeights.POWER_OF_TWO));
    for (float weight : weights(SparseObliqueWeights.CONTINUOUS)) {
      assertTrue(Math.abs(weight) <= 1, "weight " + weight);
    }
  }

  private Set<Float> weights(SparseObliqueWeights kind) {
    parameters.sparseObliqueWeights = kind;
    Set<Float> weights = new HashSet<>();
    SplitMix random = new SplitMix(2);
    ProjectionDraw draw = draw(3);
    for (int i = 0; i < 1000; i++) {
      ProjectionDraw.Sum sum = draw.draw(random);
      for (float weight : sum.weights()) {
        weights.add(weight);
      }
      if (sum.weights().length == 1) {
        assertEquals(1, sum.weights()[0]);
      }
    }
    return weights;
  }

  @Test
  void weightsAreDividedByTheSpreadAndHaveTheirDirection() {
    List<float[]> attributes =
        List.of(
            new float[] {-2, Float.NaN, 2},
            new float[] {5, 5, 5},
            new float[] {0, Float.POSITIVE_INFINITY, 1},
            new float[] {Float.NaN, Float.NaN, Float.NaN});
    parameters.sparseObliqueProjectionDensityFactor = 4;
    for (SparseObliqueNormalization kind : SparseObliqueNormalization.values()) {
      parameters.sparseObliqueNormalization = kind;
      float[] expected =
          switch (kind) {
            case NONE -> new float[] {1, 1, -1, 1};
            case STANDARD_DEVIATION -> new float[] {0.5f, 1e6f, -1, 1};
            case MIN_MAX -> new float[] {0.25f, 1e6f, -1, 1};
          };
      ProjectionDraw draw = new ProjectionDraw(parameters, attributes, new int[] {1, 1, -1, 1});
      float[] weights = draw.draw(new SplitMix(3)).weights();
      assertArrayEquals(expected, weights, 0.1f, kind.toString());
    }
  }

  /// Trees depend on what is drawn: the same seed must go on giving the same sums, in every kind of
  /// forest.
  @Test
  void drawsAreThoseOfTheSeed() {
    for (ObliqueParameters kind :
        List.of(new RandomForestParameters(), new IsolationForestParameters())) {
      kind.sparseObliqueWeights = SparseObliqueWeights.INTEGER;
      ProjectionDraw draw =
          new ProjectionDraw(kind, Collections.nCopies(10, new float[] {0, 1}), new int[10]);
      SplitMix random = new SplitMix(123456);
      StringBuilder drawn = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        ProjectionDraw.Sum sum = draw.draw(random);
        drawn.append(Arrays.toString(sum.attributes())).append(Arrays.toString(sum.weights()));
      }
      assertEquals(
          "[1, 3, 7][-1.0, 3.0, -1.0][7][1.0][7, 8][-3.0, 2.0][7, 8][3.0, 4.0]", drawn.toString());
    }
  }
}
