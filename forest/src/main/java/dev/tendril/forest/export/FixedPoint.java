package dev.tendril.forest.export;

import dev.tendril.data.Field;
import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the numbers of a forest as whole numbers, for processors that compute no fractions.
///
/// **Inputs.** The input of a number `x` is `floor(x * 2^shift)` with a shift for each feature. A
/// threshold `t` becomes `ceil(t * 2^shift)`. Where all thresholds of a feature are whole multiples
/// of `2^-shift`, the comparison is the model's for every `x`, since `floor(y) >= n` is `y >= n`
/// for whole `n`. The shift is the smallest of which that holds. If that needs more bits than the
/// inputs have, the shift is the largest that fits, and a value less than `2^-shift` above a
/// threshold may go to the other side. Inputs beyond the range are to be cut to it, which loses
/// nothing: all thresholds lie within.
///
/// **Sums.** What leaves add is rounded to multiples of `2^-scale` of an output, with the largest
/// scale at which no sum can leave 32 bits. So a sum is off by at most half a unit for each tree
/// that adds to it, and half for the initial value. Divisors (the number of trees, the typical path
/// of an isolation forest) are applied before the rounding.
///
/// **Weighted sums.** The weight `w` of an input with some shift becomes `round(w * 2^(p -
/// shift))`, and the threshold `ceil(t * 2^p)` in 64 bits, with the largest `p` at which no
/// weighted sum can leave 64 bits.
final class FixedPoint implements Coding {
  private static final int LARGEST_SHIFT = 126;
  private static final int LARGEST_SCALE = 60;

  private final int bits;
  private final Map<String, Integer> shifts = new HashMap<>();
  private final Map<String, Boolean> exact = new HashMap<>();
  private final int scale;
  private final double divisor;
  private final double error;

  /// @param bits of an input, 16 or 32
  FixedPoint(Forest forest, List<Input> inputs, int bits) {
    this.bits = bits;
    Map<Integer, Range> ranges = new HashMap<>();
    for (Tree tree : forest.trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split) {
              note(forest, split.condition(), ranges);
            }
          });
    }
    for (int i = 0; i < inputs.size(); i++) {
      Range range = ranges.getOrDefault(forest.features().get(i), new Range());
      String name = inputs.get(i).constant();
      int limit = range.limit(largest());
      int wanted = range.fractionBits;
      shifts.put(name, wanted <= limit ? wanted : limit);
      exact.put(name, wanted <= limit);
    }
    Answers answers = new Answers(forest);
    int trees = forest.trees().size();
    boolean votes = votes(forest);
    this.divisor =
        switch (forest.combination()) {
          case Combination.Mean _ -> votes ? 1 : trees;
          case Combination.Sum _ -> 1;
          case Combination.Isolation(long examples) -> trees * Answers.typicalPath(examples);
        };
    double bound = bound(forest, answers) / divisor;
    int fitting = 0;
    while (fitting < LARGEST_SCALE
        && Math.scalb(bound, fitting + 1) + trees + 1 < Integer.MAX_VALUE) {
      fitting++;
    }
    while (Math.scalb(bound, fitting) + trees + 1 >= Integer.MAX_VALUE) {
      fitting--;
    }
    this.scale = votes ? 0 : fitting;
    int adding =
        forest.combination() instanceof Combination.Sum sum ? trees / sum.outputs() + 1 : trees;
    this.error = votes ? 0 : Math.scalb(adding * 0.5, -scale);
  }

  /// Whether sums count the trees that vote for a class.
  static boolean votes(Forest forest) {
    return forest.task() instanceof Task.Classification
        && forest.combination() instanceof Combination.Mean(boolean winnerTakeAll)
        && winnerTakeAll;
  }

  /// The thresholds of a feature.
  private static final class Range {
    private double magnitude;
    private int fractionBits;

    void add(float threshold) {
      if (Float.isFinite(threshold)) {
        magnitude = Math.max(magnitude, Math.abs(threshold));
        fractionBits = Math.max(fractionBits, fractionBits(threshold));
      }
    }

    /// The largest shift at which all thresholds fit.
    int limit(int largest) {
      int shift = LARGEST_SHIFT;
      while (Math.scalb(magnitude, shift) > largest - 1) {
        shift--;
      }
      return shift;
    }
  }

  /// The number of binary digits after the point.
  private static int fractionBits(float value) {
    int bits = 0;
    for (double left = value; left != Math.rint(left); left *= 2) {
      bits++;
    }
    return bits;
  }

  private void note(Forest forest, Condition condition, Map<Integer, Range> ranges) {
    for (int attribute : condition.attributes()) {
      Range range = ranges.computeIfAbsent(attribute, _ -> new Range());
      switch (condition) {
        case Condition.AtLeast(_, float threshold) -> range.add(threshold);
        case Condition.BinAtLeast(_, int bin) ->
            range.add(ForestTables.boundary(forest.schema().field(attribute), bin));
        case Condition.Oblique oblique -> {
          if (forest.schema().field(attribute).details()
              instanceof Field.Numerical(_, float min, float max, _)) {
            range.magnitude =
                Math.max(range.magnitude, Math.max(Math.abs((double) min), Math.abs((double) max)));
          }
          for (float replacement : oblique.replacements()) {
            range.magnitude = Math.max(range.magnitude, Math.abs(replacement));
          }
          // As fine as it can be.
          range.fractionBits = LARGEST_SHIFT + 1;
        }
        case Condition.CloserThan _, Condition.ProjectedMoreThan _ ->
            throw new IllegalArgumentException(
                "cannot write the model in whole numbers: it has conditions on sequences of"
                    + " vectors; write it with floating point (without --integer)");
        case Condition.IsMissing _, Condition.IsTrue _, Condition.Contains _ -> {}
      }
    }
  }

  /// The largest that a sum can become, in the model's own unit.
  private static double bound(Forest forest, Answers answers) {
    double[] bounds = new double[answers.sums()];
    if (forest.combination() instanceof Combination.Sum sum) {
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = Math.abs(sum.initial()[i]);
      }
    }
    for (int t = 0; t < forest.trees().size(); t++) {
      double[] most = new double[bounds.length];
      int tree = t;
      forest
          .trees()
          .get(t)
          .forEach(
              (node, depth) -> {
                if (node instanceof Node.Leaf leaf) {
                  float[] contribution = answers.contribution(leaf, depth);
                  int first = answers.firstSum(leaf, tree);
                  for (int i = 0; i < contribution.length; i++) {
                    most[first + i] = Math.max(most[first + i], Math.abs(contribution[i]));
                  }
                }
              });
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] += most[i];
      }
    }
    double bound = Arrays.stream(bounds).max().orElse(0);
    if (!(bound < Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "cannot write the model in whole numbers: a leaf predicts a number that is not finite");
    }
    return bound;
  }

  /// The largest input.
  private int largest() {
    return bits == 16 ? Short.MAX_VALUE : Integer.MAX_VALUE;
  }

  int bits() {
    return bits;
  }

  /// The binary digits after the point of an input.
  int shift(Input input) {
    return shifts.getOrDefault(input.constant(), 0);
  }

  /// Whether every comparison of an input is that of the model, for all values.
  boolean exact(Input input) {
    return exact.getOrDefault(input.constant(), true);
  }

  /// Sums are multiples of `2^-scale`.
  int scale() {
    return scale;
  }

  /// By how much a sum may be off, in the unit of the output.
  double error() {
    return error;
  }

  @Override
  public int threshold(Input input, float threshold) {
    if (Float.isNaN(threshold) || threshold == Float.POSITIVE_INFINITY) {
      return largest();
    }
    double ceiling = Math.ceil(Math.scalb((double) threshold, shift(input)));
    return (int) Math.max(-largest(), ceiling);
  }

  @Override
  public int contribution(float value) {
    return (int) Math.rint(Math.scalb(value / divisor, scale));
  }

  @Override
  public int[] weightedSum(Input[] inputs, float[] weights, float threshold, float[] replacements) {
    int head = 63 - bits - (Integer.SIZE - Integer.numberOfLeadingZeros(inputs.length));
    double most = 0;
    for (int i = 0; i < weights.length; i++) {
      most = Math.max(most, Math.scalb(Math.abs((double) weights[i]), -shift(inputs[i])));
    }
    int point = 0;
    if (most > 0 && most < Double.MAX_VALUE) {
      point = Math.min(head, 30) - 1 - Math.getExponent(most);
    }
    int[] all = new int[weights.length + 2 + replacements.length];
    for (int i = 0; i < weights.length; i++) {
      all[i] = (int) Math.rint(Math.scalb((double) weights[i], point - shift(inputs[i])));
    }
    long bound = (long) Math.ceil(Math.scalb((double) threshold, point));
    all[weights.length] = (int) (bound >> 32);
    all[weights.length + 1] = (int) bound;
    for (int i = 0; i < replacements.length; i++) {
      double replacement = Math.floor(Math.scalb((double) replacements[i], shift(inputs[i])));
      all[weights.length + 2 + i] =
          (int) Math.max(1 - largest(), Math.min(replacement, largest() - 1));
    }
    return all;
  }

  @Override
  public int[] anchor(float[] anchor, float bound) {
    throw new IllegalArgumentException(
        "cannot write the model in whole numbers: it has conditions on sequences of vectors; write"
            + " it with floating point (without --integer)");
  }
}
