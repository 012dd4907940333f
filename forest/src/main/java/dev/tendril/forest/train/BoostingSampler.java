package dev.tendril.forest.train;

import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.learn.Task;
import java.util.Arrays;

/// Draws the rows of each boosting iteration.
///
/// * RANDOM (Friedman 2002): each row with the same probability.
/// * GOSS (Ke et al. 2017, LightGBM, algorithm 2): the share α of the rows with the largest
///   gradients, and of the others as many as are the share β of all; the weight of the latter is
///   multiplied by (1 - α) / β, so that they stand for all the others.
/// * SELGB (Lucchese et al. 2018): of a ranking all relevant rows, and in each group a share of the
///   others, those that now rank highest.
final class BoostingSampler {
  private final TrainingData data;
  private final int[] rows;
  private final GradientBoostedTreesParameters parameters;
  private final BoostingSample everything;

  /// @param rows the training rows, ascending
  BoostingSampler(TrainingData data, int[] rows, GradientBoostedTreesParameters parameters) {
    this.data = data;
    this.rows = rows;
    this.parameters = parameters;
    if (parameters.samplingMethod == SamplingMethod.SELGB
        && !(data.task() instanceof Task.Ranking)) {
      throw new IllegalArgumentException(
          "sampling_method selgb does not suit a " + data.task().name() + ": it is for ranking");
    }
    this.everything = BoostingSample.everything(rows, data.weights());
  }

  BoostingSample draw(SplitMix random, float[][] gradients, float[][] scores) {
    return switch (parameters.samplingMethod) {
      case NONE -> everything;
      case RANDOM -> parameters.subsample < 1 ? atRandom(random) : everything;
      case GOSS -> byGradient(random, gradients);
      case SELGB -> relevantAndBest(scores[0]);
    };
  }

  private BoostingSample atRandom(SplitMix random) {
    double share = parameters.subsample;
    return sample(Arrays.stream(rows).filter(_ -> random.nextDouble() < share).toArray());
  }

  /// These rows, and at least one.
  private BoostingSample sample(int[] drawn) {
    int[] some = drawn.length == 0 ? new int[] {rows[0]} : drawn;
    return everything.of(some, data.frame().rows());
  }

  private BoostingSample byGradient(SplitMix random, float[][] gradients) {
    long[] sorted = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      float magnitude = 0;
      for (float[] gradient : gradients) {
        magnitude += Math.abs(gradient[rows[i]]);
      }
      sorted[i] = descending(magnitude) << 32 | rows[i];
    }
    Arrays.sort(sorted);
    double alpha = parameters.gossAlpha;
    double beta = parameters.gossBeta;
    int certain = (int) Math.min(rows.length, Math.ceil(alpha * rows.length));
    double probability = alpha < 1 ? beta / (1 - alpha) : 0;
    float factor = (float) Math.max(1, 1 / probability);
    float[] weights =
        data.weights() == null ? new float[data.frame().rows()] : data.weights().clone();
    int[] drawn = new int[rows.length];
    int count = 0;
    for (int i = 0; i < sorted.length; i++) {
      int row = (int) sorted[i];
      if (i < certain || random.nextDouble() < probability) {
        drawn[count++] = row;
        weights[row] = (float) everything.weight(row) * (i < certain ? 1 : factor);
      }
    }
    int[] some = Arrays.copyOf(drawn, count);
    Arrays.sort(some);
    return count == 0 ? sample(some) : sample(some).withWeights(weights);
  }

  private BoostingSample relevantAndBest(float[] scores) {
    Groups groups = Groups.of(data.groups(), rows);
    int[] drawn = new int[rows.length];
    int count = 0;
    for (int group = 0; group < groups.count(); group++) {
      int[] others = new int[groups.size(group)];
      int irrelevant = 0;
      for (int i = 0; i < groups.size(group); i++) {
        int row = groups.row(group, i);
        if (data.numbers()[row] > 0) {
          drawn[count++] = row;
        } else {
          others[irrelevant++] = row;
        }
      }
      int[] best = Arrays.copyOf(others, irrelevant);
      RankingLoss.sort(best, scores);
      int kept = (int) Math.ceil(parameters.selectiveGradientBoostingRatio * irrelevant);
      System.arraycopy(best, 0, drawn, count, kept);
      count += kept;
    }
    int[] some = Arrays.copyOf(drawn, count);
    Arrays.sort(some);
    return sample(some);
  }

  /// A key in whose ascending order numbers descend.
  private static long descending(float value) {
    return ~TrainingTable.sortable(value) ^ Integer.MIN_VALUE;
  }
}
