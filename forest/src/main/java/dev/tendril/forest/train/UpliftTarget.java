package dev.tendril.forest.train;

import dev.tendril.forest.options.UpliftParameters.UpliftSplitScore;
import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// A treatment and an outcome a row: what is to be told is how much the treatment changes the
/// outcome. Splits maximize `Wl/W D(l) + Wr/W D(r) - D(node)` with the total weight W and a
/// distance D of the mean outcome of treated and control rows (Rzepakowski and Jaroszewicz 2012,
/// §3). D is 0 where either is missing.
///
/// Sums: examples, treated examples, weight of control and of treated rows, weighted outcome of
/// control and of treated rows; for numbers whose spread counts also their weighted squares.
final class UpliftTarget extends Target {
  private static final int TREATED = 1;
  private static final int WEIGHTS = 2;
  private static final int OUTCOMES = 4;
  private static final int SQUARES = 6;

  /// The standard errors by which the conservative distance takes the effect for smaller.
  private static final double CAUTION = 1.3;

  /// Stands in for a distance that would be infinite: less than any true one, but in their order.
  private static final double INFINITE = 1e-3;

  private final int[] treatments;
  private final Weights weights;
  private final FixedPoint outcomes;
  private final @Nullable FixedPoint squares;
  private final UpliftSplitScore measure;
  private final int minPerTreatment;
  private final double weightUnit;

  /// @param treatments by row, 1 for treated and 0 for control
  /// @param squares null for outcomes of 0 and 1, whose squares are they themselves, and where they
  ///     are not needed
  UpliftTarget(
      int[] treatments,
      FixedPoint outcomes,
      @Nullable FixedPoint squares,
      Weights weights,
      int @Nullable [] multiplicity,
      int minExamples,
      int minPerTreatment,
      UpliftSplitScore measure) {
    super(multiplicity, minExamples);
    this.treatments = treatments;
    this.outcomes = outcomes;
    this.squares = squares;
    this.weights = weights;
    this.minPerTreatment = minPerTreatment;
    this.measure = measure;
    this.weightUnit = weights.quantized() == null ? 1 : Math.scalb(1.0, -weights.exponent());
  }

  @Override
  int width() {
    return squares == null ? SQUARES : SQUARES + 2;
  }

  @Override
  void sum(int[] rows, int from, int to, long[] sums) {
    for (int i = from; i < to; i++) {
      add(rows[i], sums, 0);
    }
  }

  @Override
  void sumByBucket(int[] rows, int from, int to, int[] buckets, int count, long[] sums) {
    int width = width();
    for (int i = from; i < to; i++) {
      add(rows[i], sums, width * buckets[rows[i]]);
    }
  }

  @Override
  void add(int row, long[] sums, int at) {
    add(row, multiplicity == null ? 1 : multiplicity[row], sums, at);
  }

  @Override
  void subtract(int row, long[] sums, int at) {
    add(row, multiplicity == null ? -1 : -multiplicity[row], sums, at);
  }

  private void add(int row, long times, long[] sums, int at) {
    int treatment = treatments[row];
    int[] fixed = weights.quantized();
    sums[at] += times;
    sums[at + TREATED] += times * treatment;
    sums[at + WEIGHTS + treatment] += fixed == null ? times : times * fixed[row];
    sums[at + OUTCOMES + treatment] += times * outcomes.values()[row];
    if (squares != null) {
      sums[at + SQUARES + treatment] += times * squares.values()[row];
    }
  }

  @Override
  double gain(long[] side, int at, long[] whole) {
    long sideTreated = side[at + TREATED];
    long restTreated = whole[TREATED] - sideTreated;
    long fewestTreated = Math.min(sideTreated, restTreated);
    long fewestControl = Math.min(side[at] - sideTreated, whole[0] - side[at] - restTreated);
    if (Math.min(fewestTreated, fewestControl) < minPerTreatment) {
      return ILLEGAL;
    }
    double wholeWeight = (double) whole[WEIGHTS] + whole[WEIGHTS + 1];
    double sideWeight = (double) side[at + WEIGHTS] + side[at + WEIGHTS + 1];
    double restWeight = wholeWeight - sideWeight;
    if (sideWeight <= 0 || restWeight <= 0) {
      return ILLEGAL;
    }
    double sideDistance = distance(side, at, null);
    double restDistance = distance(side, at, whole);
    double parts = (sideWeight * sideDistance + restWeight * restDistance) / wholeWeight;
    double before = distance(whole, 0, null);
    double gain = parts - before;
    return gain <= 1e-12 * (Math.abs(parts) + Math.abs(before)) ? 0 : gain;
  }

  /// @param from where this is not null, the distance is that of it without the sums
  private double distance(long[] sums, int at, long @Nullable [] from) {
    long controlWeight = amount(sums, at, WEIGHTS, from);
    long treatedWeight = amount(sums, at, WEIGHTS + 1, from);
    if (controlWeight == 0 || treatedWeight == 0) {
      return 0;
    }
    double meanUnit = outcomes.unit() / weightUnit;
    double control = amount(sums, at, OUTCOMES, from) * meanUnit / controlWeight;
    double treated = amount(sums, at, OUTCOMES + 1, from) * meanUnit / treatedWeight;
    double effect = treated - control;
    return switch (measure) {
      case EUCLIDEAN_DISTANCE -> effect * effect;
      case KULLBACK_LEIBLER ->
          treated <= 0
              ? 0
              : control <= 0 ? treated * INFINITE : treated * Math.log(treated / control);
      case CHI_SQUARED -> control <= 0 ? treated * INFINITE : effect * effect / control;
      case CONSERVATIVE_EUCLIDEAN_DISTANCE -> {
        double controlSquare =
            squares == null
                ? control
                : amount(sums, at, SQUARES, from) * squares.unit() / (controlWeight * weightUnit);
        double treatedSquare =
            squares == null
                ? treated
                : amount(sums, at, SQUARES + 1, from)
                    * squares.unit()
                    / (treatedWeight * weightUnit);
        double variance =
            Math.max(0, controlSquare - control * control) / (controlWeight * weightUnit)
                + Math.max(0, treatedSquare - treated * treated) / (treatedWeight * weightUnit);
        double certain = Math.max(0, Math.abs(effect) - CAUTION * Math.sqrt(variance));
        yield certain * certain;
      }
    };
  }

  private static long amount(long[] sums, int at, int what, long @Nullable [] from) {
    return from == null ? sums[at + what] : from[what] - sums[at + what];
  }

  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    long[] side = new long[width()];
    int best = -1;
    double bestScore = ILLEGAL;
    for (int i = from; i < to; i++) {
      if (i > from && sorted[i] >>> 32 != sorted[i - 1] >>> 32) {
        double candidate = score(side, 0, whole);
        if (candidate > bestScore) {
          bestScore = candidate;
          best = i;
        }
      }
      add((int) sorted[i], side, 0);
    }
    score[0] = bestScore;
    return best;
  }

  @Override
  int orders() {
    return 1;
  }

  /// The effect in the bucket. Where it has no rows of a treatment, the node's mean outcome with
  /// that treatment stands in.
  @Override
  double place(int order, long[] sums, int at, long[] whole) {
    double[] means = new double[2];
    for (int treatment = 0; treatment < 2; treatment++) {
      boolean known = sums[at + WEIGHTS + treatment] != 0;
      long weight = known ? sums[at + WEIGHTS + treatment] : whole[WEIGHTS + treatment];
      long outcome = known ? sums[at + OUTCOMES + treatment] : whole[OUTCOMES + treatment];
      means[treatment] = weight == 0 ? 0 : (double) outcome / weight;
    }
    return means[1] - means[0];
  }

  @Override
  boolean pure(long[] whole) {
    return whole[WEIGHTS] == 0 || whole[WEIGHTS + 1] == 0;
  }

  @Override
  Output output(int[] rows, int from, int to) {
    long[] sums = new long[width()];
    sum(rows, from, to, sums);
    double effect = pure(sums) ? 0 : place(0, sums, 0, sums) * outcomes.unit() / weightUnit;
    return new Output.Uplift(
        weight(sums),
        new double[] {sums[WEIGHTS] * weightUnit, sums[WEIGHTS + 1] * weightUnit},
        new double[] {sums[OUTCOMES] * outcomes.unit(), sums[OUTCOMES + 1] * outcomes.unit()},
        new float[] {(float) effect},
        new long[] {sums[0] - sums[TREATED], sums[TREATED]});
  }

  @Override
  double weight(long[] sums) {
    return (sums[WEIGHTS] + sums[WEIGHTS + 1]) * weightUnit;
  }
}
