package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearDiscriminantTest {

  @Test
  void noDirectionTellsTheClassesApartBetter() {
    for (int round = 0; round < 300; round++) {
      long seed = 1000L + round;
      Random random = new Random(seed);
      int n = 1 + random.nextInt(5);
      double[][] within = scatter(random, n, n + 3);
      double[][] between = scatter(random, n, 1 + random.nextInt(n));
      double[] best = LinearDiscriminant.direction(copy(within), copy(between));
      assertNotNull(best, "seed " + seed);
      double reached = ratio(best, within, between);
      for (int i = 0; i < 300; i++) {
        double[] other = new double[n];
        for (int k = 0; k < n; k++) {
          other[k] = (i % 2 == 0 ? 0 : best[k]) + random.nextGaussian() * (i % 2 == 0 ? 1 : 0.01);
        }
        assertTrue(ratio(other, within, between) <= reached * (1 + 1e-9) + 1e-12, "seed " + seed);
      }
    }
  }

  /// Two classes: W⁻¹ times the difference of the means (Fisher 1936).
  @Test
  void twoClassesHaveAClosedForm() {
    double[][] within = {{2, 1}, {1, 3}};
    double[][] between = {{16, -8}, {-8, 4}};
    double[] direction = LinearDiscriminant.direction(within, between);
    assertNotNull(direction);
    // The means differ by (4, -2); W⁻¹ (4, -2) = (14, -8) / 5.
    assertEquals(-8.0 / 14, direction[1] / direction[0], 1e-12);
    assertEquals(1, Math.max(Math.abs(direction[0]), Math.abs(direction[1])));
  }

  @Test
  void singularScattersHaveNone() {
    assertNull(LinearDiscriminant.direction(new double[2][2], new double[][] {{1, 0}, {0, 1}}));
    double[][] broken = {{Double.NaN, 0}, {0, 1}};
    assertNull(LinearDiscriminant.direction(broken, new double[][] {{1, 0}, {0, 1}}));
  }

  private static double[][] scatter(Random random, int n, int vectors) {
    double[][] scatter = new double[n][n];
    for (int v = 0; v < vectors; v++) {
      double[] vector = random.doubles(n, -3, 3).toArray();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          scatter[i][j] += vector[i] * vector[j];
        }
      }
    }
    return scatter;
  }

  private static double[][] copy(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = matrix[i].clone();
    }
    return copy;
  }

  private static double ratio(double[] w, double[][] within, double[][] between) {
    return form(w, between) / form(w, within);
  }

  private static double form(double[] w, double[][] matrix) {
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      for (int j = 0; j < w.length; j++) {
        sum += w[i] * matrix[i][j] * w[j];
      }
    }
    return sum;
  }
}
