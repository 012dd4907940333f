package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.forest.options.UpliftParameters.UpliftSplitScore;
import dev.tendril.forest.tree.Output;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The scan for a cut against the definition of the score, cut by cut, in plain doubles.
class UpliftTargetTest {
  private static final int ROUNDS = 400;

  /// A node drawn at random.
  private record Node(
      int[] keys, int[] treatments, float[] outcomes, float @Nullable [] weights, int[] times) {
    static Node draw(Random random, boolean numbers) {
      int rows = 4 + random.nextInt(60);
      float[] outcomes = new float[rows];
      float[] weights = random.nextBoolean() ? new float[rows] : null;
      for (int row = 0; row < rows; row++) {
        outcomes[row] = numbers ? random.nextFloat() * 10 : random.nextInt(2);
        if (weights != null) {
          weights[row] = random.nextInt(8) / 4f;
        }
      }
      return new Node(
          random.ints(rows, 0, 9).toArray(),
          random.ints(rows, 0, 2).toArray(),
          outcomes,
          weights,
          random.ints(rows, 1, 4).toArray());
    }

    int rows() {
      return keys.length;
    }

    double weight(int row) {
      return times[row] * (weights == null ? 1.0 : weights[row]);
    }

    double total(IntPredicate in) {
      return IntStream.range(0, rows()).filter(in).mapToDouble(this::weight).sum();
    }

    double mean(IntPredicate in, int power) {
      double sum =
          IntStream.range(0, rows())
              .filter(in)
              .mapToDouble(row -> weight(row) * Math.pow(outcomes[row], power))
              .sum();
      return sum / total(in);
    }

    long count(IntPredicate in) {
      return IntStream.range(0, rows()).filter(in).mapToLong(row -> times[row]).sum();
    }

    UpliftTarget target(int minExamples, int minTreatment, UpliftSplitScore measure) {
      float[] weighted = new float[rows()];
      float[] squares = new float[rows()];
      for (int row = 0; row < rows(); row++) {
        weighted[row] = (weights == null ? 1 : weights[row]) * outcomes[row];
        squares[row] = weighted[row] * outcomes[row];
      }
      return new UpliftTarget(
          treatments,
          FixedPoint.of(weighted),
          FixedPoint.of(squares),
          Weights.of(weights),
          times,
          minExamples,
          minTreatment,
          measure);
    }
  }

  private static double distance(Node node, IntPredicate in, UpliftSplitScore measure) {
    IntPredicate control = row -> in.test(row) && node.treatments()[row] == 0;
    IntPredicate treated = row -> in.test(row) && node.treatments()[row] == 1;
    if (node.total(control) == 0 || node.total(treated) == 0) {
      return 0;
    }
    double q = node.mean(control, 1);
    double p = node.mean(treated, 1);
    return switch (measure) {
      case KULLBACK_LEIBLER -> p == 0 ? 0 : q == 0 ? p / 1000 : p * Math.log(p / q);
      case EUCLIDEAN_DISTANCE -> (p - q) * (p - q);
      case CHI_SQUARED -> q == 0 ? p / 1000 : (p - q) * (p - q) / q;
      case CONSERVATIVE_EUCLIDEAN_DISTANCE -> {
        double variance =
            (node.mean(control, 2) - q * q) / node.total(control)
                + (node.mean(treated, 2) - p * p) / node.total(treated);
        double least = Math.abs(p - q) - 1.3 * Math.sqrt(Math.max(0, variance));
        yield least > 0 ? least * least : 0;
      }
    };
  }

  @Test
  void scansByTheDefinition() {
    long seed = 71;
    Random random = new Random(seed);
    int legal = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Node node = Node.draw(random, random.nextBoolean());
      int minExamples = 1 + random.nextInt(5);
      int minTreatment = random.nextInt(4);
      for (UpliftSplitScore measure : UpliftSplitScore.values()) {
        double best = Double.NEGATIVE_INFINITY;
        for (int key = 1; key < 9; key++) {
          best = Math.max(best, score(node, key, minExamples, minTreatment, measure));
        }
        UpliftTarget target = node.target(minExamples, minTreatment, measure);
        int[] rows = IntStream.range(0, node.rows()).toArray();
        long[] whole = new long[target.width()];
        target.sum(rows, 0, rows.length, whole);
        long[] sorted =
            IntStream.range(0, node.rows())
                .mapToLong(row -> (long) node.keys()[row] << 32 | row)
                .sorted()
                .toArray();
        double[] found = new double[1];
        int at = target.scan(sorted, 0, sorted.length, whole, 0, found);
        boolean cancels = measure == UpliftSplitScore.CONSERVATIVE_EUCLIDEAN_DISTANCE;
        double tolerance = (cancels ? 5e-3 : 1e-5) * Math.max(1, best);
        String where = "seed " + seed + ", round " + round + ", " + measure;
        if (best == Double.NEGATIVE_INFINITY) {
          assertEquals(-1, at, where);
        } else {
          legal++;
          assertEquals(Math.max(0, best), Math.max(0, found[0]), tolerance, where);
        }
        output(node, target, rows, where);
      }
    }
    assertTrue(legal > ROUNDS, "only " + legal + " nodes with a legal cut");
  }

  private static double score(
      Node node, int key, int minExamples, int minTreatment, UpliftSplitScore measure) {
    IntPredicate low = row -> node.keys()[row] < key;
    IntPredicate high = low.negate();
    for (IntPredicate side : new IntPredicate[] {low, high}) {
      for (int treatment = 0; treatment < 2; treatment++) {
        int arm = treatment;
        if (node.count(row -> side.test(row) && node.treatments()[row] == arm) < minTreatment) {
          return Double.NEGATIVE_INFINITY;
        }
      }
      if (node.count(side) < minExamples || node.total(side) == 0) {
        return Double.NEGATIVE_INFINITY;
      }
    }
    return (node.total(low) * distance(node, low, measure)
                + node.total(high) * distance(node, high, measure))
            / node.total(_ -> true)
        - distance(node, _ -> true, measure);
  }

  private static void output(Node node, UpliftTarget target, int[] rows, String where) {
    Output.Uplift output = (Output.Uplift) target.output(rows, 0, rows.length);
    IntPredicate control = row -> node.treatments()[row] == 0;
    double treatedWeight = node.total(control.negate());
    assertEquals(node.total(control), output.weightPerTreatment()[0], 1e-5, where);
    assertEquals(treatedWeight, output.weightPerTreatment()[1], 1e-5, where);
    assertEquals(node.count(control), output.examplesPerTreatment()[0], where);
    boolean known = node.total(control) > 0 && treatedWeight > 0;
    double effect = known ? node.mean(control.negate(), 1) - node.mean(control, 1) : 0;
    assertEquals(effect, output.effect()[0], 1e-5, where);
  }

  @Test
  void aBucketWithoutATreatmentTakesTheNodesMean() {
    UpliftTarget target =
        new Node(
                new int[4],
                new int[] {0, 0, 1, 1},
                new float[] {1, 0, 1, 1},
                null,
                new int[] {1, 1, 1, 1})
            .target(1, 0, UpliftSplitScore.EUCLIDEAN_DISTANCE);
    long[] whole = new long[target.width()];
    target.sum(new int[] {0, 1, 2, 3}, 0, 4, whole);
    long[] bucket = new long[target.width()];
    target.add(2, bucket, 0);
    assertEquals(target.place(0, whole, 0, whole), target.place(0, bucket, 0, whole), 1e-3);
  }
}
