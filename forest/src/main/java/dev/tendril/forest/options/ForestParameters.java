package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.Hyperparameters;

/// The hyper-parameters that all learners of this module share.
public abstract class ForestParameters extends Hyperparameters {
  @Hyperparameter("Seed of everything that is drawn; same data and seed give the same model.")
  public long randomSeed = 123456;
}
