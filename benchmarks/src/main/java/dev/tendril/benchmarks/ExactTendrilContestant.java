package dev.tendril.benchmarks;

import dev.tendril.forest.options.TreeParameters.TreeMethod;

/// Tendril with exact splits in boosting.
public final class ExactTendrilContestant extends TendrilContestant {
  @Override
  public String name() {
    return "tendril-exact";
  }

  @Override
  public String version() {
    return super.version() + ", exact splits";
  }

  @Override
  TreeMethod treeMethod() {
    return TreeMethod.EXACT;
  }
}
