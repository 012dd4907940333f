package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// XE-NDCG-MART (Bruch et al. 2019, arXiv 1911.09798): the cross entropy between the softmax of the
/// scores of a group and shares of `2^relevance - γ`, with γ drawn from 0 to 1 for each row anew
/// every time. Bounds NDCG without looking at pairs, so that large groups cost little. The gradient
/// is the third-order approximation of the paper.
final class CrossEntropyNdcgLoss extends RankingLoss {
  private static final double LEAST_SHARE = 1e-5;

  CrossEntropyNdcgLoss(TrainingData data, int[] rows, int truncation) {
    super(data, rows, truncation);
  }

  @Override
  LossKind kind() {
    return LossKind.XE_NDCG_MART;
  }

  @Override
  void derive(int group, float[] scores, SplitMix random, float[] gradients, float[] hessians) {
    int n = groups.size(group);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, scores[groups.row(group, i)]);
    }
    double[] rho = new double[n];
    double[] phi = new double[n];
    double rhoSum = 0;
    double phiSum = 0;
    for (int i = 0; i < n; i++) {
      int row = groups.row(group, i);
      rho[i] = Math.exp(scores[row] - largest);
      phi[i] = gain(row) + 1 - random.nextDouble();
      rhoSum += rho[i];
      phiSum += phi[i];
    }
    double[] g = new double[n];
    double[] carried = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      rho[i] = Math.clamp(rho[i] / rhoSum, LEAST_SHARE, 1 - LEAST_SHARE);
      double term = rho[i] - phi[i] / phiSum;
      g[i] = -term;
      carried[i] = term / (1 - rho[i]);
      sum += carried[i];
    }
    for (int order = 2; order <= 3; order++) {
      double next = 0;
      for (int i = 0; i < n; i++) {
        double term = rho[i] * (sum - carried[i]);
        g[i] -= term;
        carried[i] = term / (1 - rho[i]);
        next += carried[i];
      }
      sum = next;
    }
    for (int i = 0; i < n; i++) {
      int row = groups.row(group, i);
      gradients[row] = n > 1 ? (float) g[i] : 0;
      hessians[row] = n > 1 ? (float) (rho[i] * (1 - rho[i])) : 0;
    }
  }
}
