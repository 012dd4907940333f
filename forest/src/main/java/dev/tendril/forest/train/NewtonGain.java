package dev.tendril.forest.train;

/// What a split gains when each side makes a Newton step (Friedman 2001; Chen and Guestrin 2016,
/// arXiv 1603.02754, equation 7): `soft(G, l1)² / (max(H, 0.001) + l2)`, summed over both sides,
/// with sums G of weighted gradients and H of weighted hessians. What the node itself scores is not
/// taken off, as in YDF, so that every legal split has a positive score.
///
/// Where steps have to stay within [Bounds], a side that wants to step beyond steps to the bound c
/// and gains `2cG - c²H`. On a feature with a direction, sides whose free steps run against it are
/// not legal.
///
/// @param l2 regularization of the score, which on categories may differ from that of leaves
/// @param leastHessian the least sum of hessians of a side
/// @param direction 1: the positive side must not step lower than the negative one; -1: not higher;
///     0: both are free
record NewtonGain(double l1, double l2, double leastHessian, Bounds bounds, int direction) {

  NewtonGain(double l1, double l2, double leastHessian) {
    this(l1, l2, leastHessian, Bounds.NONE, 0);
  }

  NewtonGain within(Bounds other) {
    return new NewtonGain(l1, l2, leastHessian, other, direction);
  }

  NewtonGain toward(int other) {
    return new NewtonGain(l1, l2, leastHessian, bounds, other);
  }

  NewtonGain withL2(double other) {
    return new NewtonGain(l1, other, leastHessian, bounds, direction);
  }

  /// The gain, or [Target#ILLEGAL]. With a direction, the first sums are those of the negative
  // side.
  double of(double gradient, double hessian, double otherGradient, double otherHessian) {
    if (hessian < leastHessian || otherHessian < leastHessian) {
      return Target.ILLEGAL;
    }
    if (direction != 0
        && direction * (step(otherGradient, otherHessian) - step(gradient, hessian)) < 0) {
      return Target.ILLEGAL;
    }
    return part(gradient, hessian) + part(otherGradient, otherHessian);
  }

  /// The free step of a sum.
  double step(double gradient, double hessian) {
    return Loss.newton(gradient, hessian, l1, l2);
  }

  /// What the square of a sum of gradients is divided by.
  double curvature(double hessian) {
    return Math.max(hessian, 0.001) + l2;
  }

  private double part(double gradient, double hessian) {
    double soft = Loss.soft(gradient, l1);
    double curvature = curvature(hessian);
    if (!bounds.none()) {
      double free = soft / curvature;
      double step = bounds.clamp(free);
      if (step != free) {
        return step * (2 * soft - step * curvature);
      }
    }
    return soft * soft / curvature;
  }
}
