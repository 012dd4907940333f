package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;
import java.util.Arrays;

/// LambdaMART (Burges 2010, "From RankNet to LambdaRank to LambdaMART"; Wu et al. 2010). Of every
/// two rows of a group whose relevance differs, the more relevant should go up and the other down:
/// by how probable it is that their scores are in the wrong order, `ρ = 1 / (1 + e^(λ (Fa - Fb)))`,
/// times what NDCG would change if they swapped ranks. The hessian is that of the logistic loss of
/// the pair, times the same change. Pairs that both rank beyond the cut-off change nothing.
final class LambdaMartLoss extends RankingLoss {
  private final double lambda;

  /// @param lambda the steepness of the logistic loss of a pair
  LambdaMartLoss(TrainingData data, int[] rows, int truncation, double lambda) {
    super(data, rows, truncation);
    this.lambda = lambda;
  }

  @Override
  LossKind kind() {
    return LossKind.LAMBDA_MART_NDCG;
  }

  @Override
  void derive(int group, float[] scores, SplitMix random, float[] gradients, float[] hessians) {
    int n = groups.size(group);
    int[] order = new int[n];
    Arrays.setAll(order, i -> groups.row(group, i));
    random.shuffle(order);
    sort(order, scores);
    double[] gains = new double[n];
    double[] g = new double[n];
    double[] h = new double[n];
    for (int i = 0; i < n; i++) {
      gains[i] = gain(order[i]);
    }
    double best = bestGain(group);
    for (int i = 0; best > 0 && i < Math.min(n, truncation()); i++) {
      for (int j = i + 1; j < n; j++) {
        double difference = gains[j] - gains[i];
        if (difference == 0) {
          continue;
        }
        double swap = Math.abs(difference * (discount(i) - discount(j))) / best;
        int up = difference > 0 ? j : i;
        int down = difference > 0 ? i : j;
        double ahead = (double) scores[order[up]] - scores[order[down]];
        double wrong = 1 / (1 + Math.exp(lambda * ahead));
        double push = lambda * wrong * swap;
        double curvature = lambda * lambda * swap * wrong * (1 - wrong);
        g[up] += push;
        g[down] -= push;
        h[up] += curvature;
        h[down] += curvature;
      }
    }
    for (int i = 0; i < n; i++) {
      gradients[order[i]] = (float) g[i];
      hessians[order[i]] = (float) h[i];
    }
  }
}
