package dev.tendril.core.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What spectra and filters mean: sums as the definitions have them, in 64 bits.
final class SignalKernels {
  private SignalKernels() {}

  /// The n-th roots of unity: `e^(-2πi·k/n)`, cosines and then sines.
  private static double[][] roots(int n) {
    double[][] roots = new double[2][n];
    for (int k = 0; k < n; k++) {
      double angle = 2 * Math.PI * k / n;
      roots[0][k] = Math.cos(angle);
      roots[1][k] = -Math.sin(angle);
    }
    return roots;
  }

  static void fft(Structured.Fft op, Tensor x, Tensor result) {
    double[] values = x.toDoubleArray();
    double[] spectrum = new double[values.length];
    int n = x.shape().dim(-2);
    double[][] roots = roots(n);
    double sign = op.inverse() ? -1 : 1;
    double scale = op.inverse() ? 1.0 / n : 1;
    for (int first = 0; first < values.length; first += 2 * n) {
      for (int k = 0; k < n; k++) {
        double real = 0;
        double imaginary = 0;
        for (int t = 0; t < n; t++) {
          int at = (int) ((long) t * k % n);
          double cos = roots[0][at];
          double sin = sign * roots[1][at];
          double a = values[first + 2 * t];
          double b = values[first + 2 * t + 1];
          real += a * cos - b * sin;
          imaginary += a * sin + b * cos;
        }
        spectrum[first + 2 * k] = real * scale;
        spectrum[first + 2 * k + 1] = imaginary * scale;
      }
    }
    Values.store(spectrum, result);
  }

  static void realFft(Structured.RealFft op, Tensor x, Tensor result) {
    double[] values = x.toDoubleArray();
    double[] out = new double[Math.toIntExact(result.shape().size())];
    if (op.inverse()) {
      toReal(op.length(), x.shape(), values, out);
    } else {
      toHalf(op.length(), x.shape(), values, out);
    }
    Values.store(out, result);
  }

  private static void toHalf(int n, Shape shape, double[] values, double[] out) {
    double[][] roots = roots(n);
    int bins = n / 2 + 1;
    int given = shape.dim(-1);
    for (int line = 0; line < out.length / (2 * bins); line++) {
      for (int k = 0; k < bins; k++) {
        double real = 0;
        double imaginary = 0;
        for (int t = 0; t < Math.min(n, given); t++) {
          int at = (int) ((long) t * k % n);
          real += values[line * given + t] * roots[0][at];
          imaginary += values[line * given + t] * roots[1][at];
        }
        out[(line * bins + k) * 2] = real;
        out[(line * bins + k) * 2 + 1] = imaginary;
      }
    }
  }

  private static void toReal(int n, Shape shape, double[] values, double[] out) {
    double[][] roots = roots(n);
    int given = shape.dim(-2);
    for (int line = 0; line < out.length / n; line++) {
      for (int t = 0; t < n; t++) {
        double sum = 0;
        for (int k = 0; k < Math.min(n / 2 + 1, given); k++) {
          int at = (int) ((long) t * k % n);
          double real = values[(line * given + k) * 2];
          double imaginary = values[(line * given + k) * 2 + 1];
          boolean twice = k > 0 && 2 * k != n;
          double both = real * roots[0][at] + (twice ? imaginary * roots[1][at] : 0);
          sum += twice ? 2 * both : both;
        }
        out[line * n + t] = sum / n;
      }
    }
  }

  static void linearFilter(Structured.LinearFilter op, List<Tensor> operands, Tensor result) {
    double[] x = operands.get(0).toDoubleArray();
    double[] b = operands.get(1).toDoubleArray();
    double[] a = operands.get(2).toDoubleArray();
    if (a[0] == 0) {
      throw new TensorException(
          op.name() + ": a denominator that begins with 0; expected another number");
    }
    Lanes lanes = Lanes.of(operands.get(0).shape(), op.axis());
    double[] y = new double[x.length];
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      for (int t = 0; t < lanes.length(); t++) {
        double sum = 0;
        for (int i = 0; i < Math.min(b.length, t + 1); i++) {
          sum += b[i] * x[first + (t - i) * lanes.step()];
        }
        for (int j = 1; j < Math.min(a.length, t + 1); j++) {
          sum -= a[j] * y[first + (t - j) * lanes.step()];
        }
        y[first + t * lanes.step()] = sum / a[0];
      }
    }
    Values.store(y, result);
  }
}
