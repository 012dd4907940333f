package dev.tendril.core.quantize;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The range that a rule finds in the distribution of all numbers that were seen.
public final class HistogramObserver implements Observer {
  private final Histogram histogram = new Histogram();
  private final Function<Histogram, Range> rule;
  private final MinMaxObserver ends = new MinMaxObserver();

  HistogramObserver(Function<Histogram, Range> rule) {
    this.rule = rule;
  }

  @Override
  public void observe(float[] values) {
    ends.observe(values);
    if (ends.range() != null) {
      histogram.add(values);
    }
  }

  @Override
  public @Nullable Range range() {
    Range all = ends.range();
    if (all == null) {
      return null;
    }
    return rule.apply(histogram).within(all);
  }
}
