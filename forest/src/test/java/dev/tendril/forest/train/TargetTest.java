package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.forest.tree.Output;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every way of scanning against the definition of the score, cut by cut, in plain doubles.
class TargetTest {
  private static final int ROUNDS = 300;

  /// A node drawn at random.
  ///
  /// @param weights null: all 1
  /// @param multiplicity null: all 1
  private record Node(
      int[] keys,
      int[] classes,
      float[] values,
      float @Nullable [] weights,
      int @Nullable [] multiplicity,
      int minExamples) {

    static Node draw(Random random, int classes) {
      boolean large = random.nextInt(20) == 0;
      int rows = large ? Target.SMALL + random.nextInt(1500) : 2 + random.nextInt(60);
      int distinct = 1 + random.nextInt(large ? 200 : 12);
      float[] weights = random.nextBoolean() ? new float[rows] : null;
      int[] multiplicity = random.nextBoolean() ? new int[rows] : null;
      float[] values = new float[rows];
      for (int row = 0; row < rows; row++) {
        values[row] = (float) random.nextGaussian();
        if (weights != null) {
          weights[row] = random.nextInt(8) / 4f;
        }
        if (multiplicity != null) {
          multiplicity[row] = 1 + random.nextInt(3);
        }
      }
      return new Node(
          random.ints(rows, 0, distinct).toArray(),
          random.ints(rows, 0, classes).toArray(),
          values,
          weights,
          multiplicity,
          1 + random.nextInt(6));
    }

    double weight(int row) {
      return (weights == null ? 1 : weights[row]) * examples(row);
    }

    int examples(int row) {
      return multiplicity == null ? 1 : multiplicity[row];
    }

    int[] below(int key) {
      return IntStream.range(0, keys.length).filter(row -> keys[row] < key).toArray();
    }

    int[] above(int key) {
      return IntStream.range(0, keys.length).filter(row -> keys[row] >= key).toArray();
    }

    long count(int[] rows) {
      return Arrays.stream(rows).mapToLong(this::examples).sum();
    }

    double total(int[] rows) {
      return Arrays.stream(rows).mapToDouble(this::weight).sum();
    }

    long[] sorted() {
      return IntStream.range(0, keys.length)
          .mapToLong(row -> (long) keys[row] << 32 | row)
          .sorted()
          .toArray();
    }

    int[] rows() {
      return IntStream.range(0, keys.length).toArray();
    }
  }

  private interface Impurity {
    /// The weight of rows times their impurity.
    double of(Node node, int[] rows);

    /// What a split gains.
    default double gain(Node node, int[] below, int[] above) {
      double before = of(node, node.rows());
      return (before - of(node, below) - of(node, above)) / node.total(node.rows());
    }
  }

  @Test
  void classesSplitAtTheGreatestInformationGain() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int classes = 2 + random.nextInt(3);
      Node node = Node.draw(random, classes);
      Weights weights = Weights.of(node.weights());
      ClassTarget target =
          new ClassTarget(
              node.classes(),
              classes,
              weights.quantized(),
              weights.exponent(),
              node.multiplicity(),
              node.minExamples(),
              ClassTarget.table((int) node.count(node.rows())));
      Impurity entropy =
          (n, rows) -> {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
              int which = c;
              int[] of = Arrays.stream(rows).filter(row -> n.classes()[row] == which).toArray();
              double share = n.total(of) / n.total(rows);
              sum -= share > 0 ? share * Math.log(share) : 0;
            }
            return sum * n.total(rows);
          };
      check(target, node, entropy, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void numbersSplitAtTheGreatestReductionOfVariance() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Node node = Node.draw(random, 2);
      Weights weights = Weights.of(node.weights());
      float[] weighted = node.values().clone();
      for (int row = 0; row < weighted.length; row++) {
        weighted[row] *= node.weights() == null ? 1 : node.weights()[row];
      }
      int[] quantized = new int[weighted.length];
      int exponent = Target.quantize(weighted, quantized);
      NumberTarget target =
          new NumberTarget(
              quantized,
              exponent,
              weights.quantized(),
              weights.exponent(),
              node.multiplicity(),
              node.minExamples(),
              (_, _, _, _) -> new Output.Value(0, null));
      Impurity squaredError =
          (n, rows) -> {
            double mean =
                Arrays.stream(rows).mapToDouble(row -> n.weight(row) * n.values()[row]).sum()
                    / n.total(rows);
            return Arrays.stream(rows)
                .mapToDouble(row -> n.weight(row) * Math.pow(n.values()[row] - mean, 2))
                .sum();
          };
      check(target, node, squaredError, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void gradientsAndHessiansSplitWhereNewtonStepsGainMost() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Node drawn = Node.draw(random, 2);
      Node node =
          new Node(
              drawn.keys(),
              drawn.classes(),
              drawn.values(),
              drawn.weights(),
              null,
              drawn.minExamples());
      float[] g = node.values().clone();
      float[] h = new float[g.length];
      for (int row = 0; row < g.length; row++) {
        g[row] *= (float) node.weight(row);
        h[row] = (float) (random.nextFloat() * node.weight(row));
      }
      double l1 = random.nextInt(2);
      double l2 = random.nextInt(3);
      double least = random.nextInt(2);
      HessianTarget target =
          new HessianTarget(
              FixedPoint.of(g),
              FixedPoint.of(h),
              Weights.of(node.weights()),
              node.minExamples(),
              new HessianTarget.Regularization(l1, l2, 7, least),
              (_, _, _, _) -> new Output.Value(0, null));
      Impurity gain =
          new Impurity() {
            @Override
            public double of(Node n, int[] rows) {
              double gradient = Arrays.stream(rows).mapToDouble(row -> g[row]).sum();
              double hessian = Arrays.stream(rows).mapToDouble(row -> h[row]).sum();
              double soft = Math.max(0, Math.abs(gradient) - l1);
              return hessian < least
                  ? Target.ILLEGAL
                  : soft * soft / (Math.max(0.001, hessian) + l2);
            }

            @Override
            public double gain(Node n, int[] below, int[] above) {
              return of(n, below) + of(n, above);
            }
          };
      check(target, node, gain, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void constrainedSplitsGainWhatStepsWithinBoundsGain() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Node drawn = Node.draw(random, 2);
      float[] g = drawn.values();
      float[] h = new float[g.length];
      for (int row = 0; row < g.length; row++) {
        h[row] = random.nextFloat();
      }
      Node node = new Node(drawn.keys(), drawn.classes(), g, null, null, drawn.minExamples());
      double l1 = random.nextInt(2) / 4.0;
      double l2 = random.nextInt(3);
      Bounds bounds = new Bounds(-random.nextFloat(), random.nextFloat());
      int direction = random.nextInt(3) - 1;
      HessianTarget target =
          new HessianTarget(
                  FixedPoint.of(g),
                  FixedPoint.of(h),
                  Weights.of(null),
                  node.minExamples(),
                  new HessianTarget.Regularization(l1, l2, 7, 0),
                  (_, _, _, _) -> new Output.Value(0, null))
              .within(bounds)
              .toward(direction);
      Impurity gain =
          new Impurity() {
            private double soft(int[] rows) {
              double gradient = Arrays.stream(rows).mapToDouble(row -> g[row]).sum();
              return Math.signum(gradient) * Math.max(0, Math.abs(gradient) - l1);
            }

            private double curvature(int[] rows) {
              return Math.max(0.001, Arrays.stream(rows).mapToDouble(row -> h[row]).sum()) + l2;
            }

            // What the best step within bounds takes off the loss, doubled: by its definition.
            @Override
            public double of(Node n, int[] rows) {
              double step = Math.clamp(soft(rows) / curvature(rows), bounds.least(), bounds.most());
              return 2 * step * soft(rows) - step * step * curvature(rows);
            }

            @Override
            public double gain(Node n, int[] below, int[] above) {
              double rise = soft(above) / curvature(above) - soft(below) / curvature(below);
              return rise * direction < 0 ? Target.ILLEGAL : of(n, below) + of(n, above);
            }
          };
      check(target, node, gain, "seed " + seed + ", round " + round);
    }
  }

  private static void check(Target target, Node node, Impurity impurity, String where) {
    double best = Target.ILLEGAL;
    int bestAt = -1;
    for (int key = 1; key <= Arrays.stream(node.keys()).max().orElse(0); key++) {
      int[] below = node.below(key);
      int[] above = node.above(key);
      if (node.count(below) < node.minExamples()
          || node.count(above) < node.minExamples()
          || node.total(below) == 0
          || node.total(above) == 0) {
        continue;
      }
      double gain = impurity.gain(node, below, above);
      if (gain > best + 1e-9) {
        best = gain;
        bestAt = below.length;
      }
    }
    long[] whole = new long[target.width()];
    target.sum(node.rows(), 0, node.keys().length, whole);
    assertEquals(node.count(node.rows()), whole[0], where);
    double[] score = new double[1];
    long[] sorted = node.sorted();
    int at = target.scan(sorted, 0, sorted.length, whole, 0, score);
    if (bestAt < 0) {
      assertEquals(-1, at, where);
      return;
    }
    assertEquals(best, score[0], 1e-6 * Math.max(1, Math.abs(best)), where);
    assertTrue(at > 0 && sorted[at] >>> 32 != sorted[at - 1] >>> 32, where);
    double reached = score[0];
    assertEquals(at, target.scan(sorted, 0, sorted.length, whole, reached, score), where);
    assertEquals(reached, score[0], where);
    if (reached > 0) {
      int above = target.scan(sorted, 0, sorted.length, whole, 1.01 * reached, score);
      assertTrue(above == Target.BELOW_BAR || score[0] <= reached, where);
    }
  }
}
