package dev.tendril.learn;

import java.util.ArrayList;
import java.util.List;

/// A measured quality.
///
/// @param name such as `accuracy` or `auc(setosa)`
/// @param value the value; NaN where the rows do not define it
/// @param intervals confidence intervals, one a method
public record Metric(String name, double value, List<Interval> intervals) {
  public Metric {
    intervals = List.copyOf(intervals);
  }

  Metric(String name, double value) {
    this(name, value, List.of());
  }

  /// This with one more interval, unless its bounds are not known.
  Metric with(Interval interval) {
    if (Double.isNaN(interval.low()) || Double.isNaN(interval.high())) {
      return this;
    }
    List<Interval> more = new ArrayList<>(intervals);
    more.add(interval);
    return new Metric(name, value, more);
  }

  Metric named(String other) {
    return new Metric(other, value, intervals);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name).append(": ").append(Numbers.text(value));
    String gap = "  ";
    for (Interval interval : intervals) {
      text.append(gap).append(interval);
      gap = " ";
    }
    return text.toString();
  }
}
