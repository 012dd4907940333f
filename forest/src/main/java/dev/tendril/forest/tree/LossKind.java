package dev.tendril.forest.tree;

/// What boosting minimizes. The order is that of the YDF format.
public enum LossKind {
  DEFAULT,
  BINOMIAL_LOG_LIKELIHOOD,
  SQUARED_ERROR,
  MULTINOMIAL_LOG_LIKELIHOOD,
  LAMBDA_MART_NDCG5,
  XE_NDCG_MART,
  BINARY_FOCAL_LOSS,
  POISSON,
  MEAN_AVERAGE_ERROR,
  LAMBDA_MART_NDCG,
  COX_PROPORTIONAL_HAZARD
}
