package dev.tendril.benchmarks;

import dev.tendril.core.Rounding;

/// Tendril with quantized numbers rounded in the fastest way.
public final class FastTendrilGraphs extends TendrilGraphs {
  public FastTendrilGraphs() {
    super(Rounding.FAST);
  }

  @Override
  public String name() {
    return "tendril-fast";
  }

  @Override
  public String version() {
    return super.version() + ", fast rounding";
  }
}
