package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import java.util.List;

/// Fourier transforms in StableHLO, as products with the matrix of roots of unity. That takes `n²`
/// steps, which accelerators are made for, and no complex numbers, which not all have; the matrix
/// is computed by the program, so that it is not part of its text.
final class SpectrumLowering {
  private static final int LONGEST = 1 << 12;

  private SpectrumLowering() {}

  /// Cosines and sines of `2π·t·k / n`, of `t` along the first axis and `k` along the second.
  private record Roots(Hlo cosines, Hlo sines) {
    static Roots of(HloBuilder b, int n, int given, int bins, DType dtype) {
      if (n > LONGEST) {
        throw new Unlowered("a transform of length " + n + "; at most " + LONGEST);
      }
      Shape shape = Shape.of(given, bins);
      Hlo product = b.mul(b.iota(shape, 0, DType.I32), b.iota(shape, 1, DType.I32));
      Hlo turn = b.binary("remainder", product, b.scalar(n, DType.I32));
      Hlo angle = b.div(b.mul(b.convert(turn, dtype), 2 * Math.PI), n);
      return new Roots(b.unary("cosine", angle), b.unary("sine", angle));
    }
  }

  private static Hlo product(HloBuilder b, Hlo x, Hlo matrix) {
    return b.dot(x, matrix, 0, x.rank() - 1, 0);
  }

  /// Real and imaginary parts along a last axis.
  private static Hlo complex(HloBuilder b, Hlo real, Hlo imaginary) {
    Shape shape = real.shape().inserted(real.rank(), 1);
    return b.concat(real.rank(), List.of(b.reshape(real, shape), b.reshape(imaginary, shape)));
  }

  static Hlo fft(HloBuilder b, boolean inverse, Hlo x) {
    int n = x.dim(-2);
    Roots roots = Roots.of(b, n, n, n, x.dtype());
    Hlo sines = inverse ? b.unary("negate", roots.sines) : roots.sines;
    Hlo p = b.at(x, x.rank() - 1, 0);
    Hlo q = b.at(x, x.rank() - 1, 1);
    Hlo real = b.add(product(b, p, roots.cosines), product(b, q, sines));
    Hlo imaginary = b.sub(product(b, q, roots.cosines), product(b, p, sines));
    Hlo all = complex(b, real, imaginary);
    return inverse ? b.div(all, n) : all;
  }

  static Hlo realFft(HloBuilder b, int length, boolean inverse, Hlo x) {
    int bins = length / 2 + 1;
    if (!inverse) {
      int axis = x.rank() - 1;
      Hlo cut = b.slice(x, axis, 0, Math.min(x.dim(axis), length));
      Roots roots = Roots.of(b, length, cut.dim(axis), bins, x.dtype());
      Hlo real = product(b, cut, roots.cosines);
      return complex(b, real, b.unary("negate", product(b, cut, roots.sines)));
    }
    int axis = x.rank() - 2;
    Hlo cut = b.slice(x, axis, 0, Math.min(x.dim(axis), bins));
    int given = cut.dim(axis);
    Roots roots = Roots.of(b, length, given, length, x.dtype());
    Hlo bin = b.iota(Shape.of(given), 0, DType.I32);
    Hlo middle = b.compare("EQ", b.mul(bin, 2), length);
    Hlo once = b.binary("or", b.compare("EQ", bin, 0), middle);
    Hlo two = b.scalar(2, x.dtype());
    Hlo p = b.mul(b.at(cut, axis + 1, 0), b.select(once, 1, two));
    Hlo q = b.mul(b.at(cut, axis + 1, 1), b.select(once, 0, two));
    Hlo sum = b.sub(product(b, p, roots.cosines), product(b, q, roots.sines));
    return b.div(sum, length);
  }
}
