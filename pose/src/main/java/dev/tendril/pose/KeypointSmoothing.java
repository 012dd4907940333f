package dev.tendril.pose;

import dev.tendril.pose.filter.OneEuroFilter;

/// Smoothing of the key points of one person of MoveNet, in shares of the picture.
final class KeypointSmoothing {
  private final OneEuroFilter[] x;
  private final OneEuroFilter[] y;

  KeypointSmoothing(int count) {
    x = filters(count);
    y = filters(count);
  }

  private static OneEuroFilter[] filters(int count) {
    OneEuroFilter[] filters = new OneEuroFilter[count];
    for (int i = 0; i < count; i++) {
      filters[i] = new OneEuroFilter(OneEuroFilter.Options.MOVENET);
    }
    return filters;
  }

  /// Smooths them in place.
  void apply(double[] toX, double[] toY, long micros) {
    for (int i = 0; i < x.length; i++) {
      toX[i] = x[i].apply(toX[i], micros, 1);
      toY[i] = y[i].apply(toY[i], micros, 1);
    }
  }
}
