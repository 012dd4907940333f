package dev.tendril.forest.train;

import org.jspecify.annotations.Nullable;

/// The direction in which classes lie furthest apart, measured by how they spread (Fisher 1936; Rao
/// 1948 for more than two classes): the w that maximizes `wᵀ B w / wᵀ W w` with B the scatter
/// between the means of the classes and W the scatter within them, that is, the leading eigenvector
/// of W⁻¹ B.
///
/// W⁻¹ B is not symmetric, but with W = L Lᵀ (Cholesky) it has the eigenvalues of the symmetric C =
/// L⁻¹ B L⁻ᵀ, and w = L⁻ᵀ u for an eigenvector u of C (Golub and Van Loan 2013, §8.7.2). Those come
/// from Jacobi rotations (ibid., §8.5), which for matrices of a few rows are as quick as anything
/// and accurate whatever the eigenvalues.
final class LinearDiscriminant {
  private static final int MOST_SWEEPS = 50;

  private LinearDiscriminant() {}

  /// @param within W, symmetric and positive definite; overwritten
  /// @param between B, symmetric and positive semi-definite; overwritten
  /// @return the direction, its largest component 1 or -1; null when the classes do not differ or
  ///     the numbers are out of bounds
  static double @Nullable [] direction(double[][] within, double[][] between) {
    int n = within.length;
    if (!cholesky(within)) {
      return null;
    }
    for (int column = 0; column < n; column++) {
      solveLower(within, between, column);
    }
    transpose(between);
    for (int column = 0; column < n; column++) {
      solveLower(within, between, column);
    }
    double[] u = leadingEigenvector(between);
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        u[i] -= within[j][i] * u[j];
      }
      u[i] /= within[i][i];
    }
    double largest = 0;
    for (double component : u) {
      largest = Math.max(largest, Math.abs(component));
    }
    if (!(largest > 0) || Double.isInfinite(largest)) {
      return null;
    }
    for (int i = 0; i < n; i++) {
      u[i] /= largest;
    }
    return u;
  }

  /// Replaces the lower half of a matrix by its Cholesky factor.
  ///
  /// @return whether it has one
  private static boolean cholesky(double[][] a) {
    for (int j = 0; j < a.length; j++) {
      for (int i = j; i < a.length; i++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        if (i == j) {
          if (!(sum > 0) || Double.isInfinite(sum)) {
            return false;
          }
          a[j][j] = Math.sqrt(sum);
        } else {
          a[i][j] = sum / a[j][j];
        }
      }
    }
    return true;
  }

  /// Replaces a column b by the solution of L x = b.
  private static void solveLower(double[][] lower, double[][] b, int column) {
    for (int i = 0; i < lower.length; i++) {
      double sum = b[i][column];
      for (int k = 0; k < i; k++) {
        sum -= lower[i][k] * b[k][column];
      }
      b[i][column] = sum / lower[i][i];
    }
  }

  private static void transpose(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        double swapped = a[i][j];
        a[i][j] = a[j][i];
        a[j][i] = swapped;
      }
    }
  }

  /// The eigenvector of the largest eigenvalue of a symmetric matrix, which is overwritten.
  static double[] leadingEigenvector(double[][] a) {
    int n = a.length;
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      boolean rotated = false;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (Math.abs(a[p][q]) > 1e-15 * Math.sqrt(Math.abs(a[p][p] * a[q][q]))) {
            rotate(a, vectors, p, q);
            rotated = true;
          }
        }
      }
      if (!rotated) {
        break;
      }
    }
    int top = 0;
    for (int i = 1; i < n; i++) {
      top = a[i][i] > a[top][top] ? i : top;
    }
    double[] leading = new double[n];
    for (int i = 0; i < n; i++) {
      leading[i] = vectors[i][top];
    }
    return leading;
  }

  /// Turns the plane of two axes such that their element becomes 0.
  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    double tau = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double cosine = 1 / Math.sqrt(1 + tangent * tangent);
    double sine = tangent * cosine;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = cosine * kp - sine * kq;
      a[k][q] = sine * kp + cosine * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = cosine * pk - sine * qk;
      a[q][k] = sine * pk + cosine * qk;
      double vp = vectors[k][p];
      double vq = vectors[k][q];
      vectors[k][p] = cosine * vp - sine * vq;
      vectors[k][q] = sine * vp + cosine * vq;
    }
  }
}
