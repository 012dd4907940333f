package dev.tendril.conformance.ops;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Draws operands from a seed.
final class Draw {
  private static final double[] SPECIAL = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2.5,
    -3.5,
    1e-3,
    -1e-3,
    1e-40,
    -1e-40,
    20,
    -20,
    88.5,
    -88.5,
    89.5,
    -104,
    1e4,
    -1e4,
    3e38,
    -3e38,
  };

  private final SplittableRandom random;

  Draw(long seed) {
    random = new SplittableRandom(seed);
  }

  /// The numbers to draw from; integers of them for types of integers, as far as the type goes.
  record Domain(double low, double high) {
    static final Domain USUAL = new Domain(-4, 4);
    static final Domain UNIT = new Domain(-1, 1);
    static final Domain POSITIVE = new Domain(0.2, 4);
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean flag() {
    return random.nextBoolean();
  }

  /// Extents of a few axes, 1 to 6 each.
  int[] dims(int rank) {
    return IntStream.range(0, rank).map(_ -> between(1, 6)).toArray();
  }

  Tensor tensor(DType dtype, Domain domain, int... dims) {
    Tensor tensor = Tensor.allocate(TensorType.of(dtype, dims));
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (dtype.isFloat()) {
        double value = random.nextDouble(domain.low, domain.high);
        Elements.setDouble(tensor.memory(), dtype, i, value);
      } else {
        Elements.setLong(tensor.memory(), dtype, i, whole(dtype, domain));
      }
    }
    return tensor;
  }

  private long whole(DType dtype, Domain domain) {
    long low = Math.max(dtype.min(), (long) Math.ceil(domain.low));
    long high = Math.min(dtype.max(), (long) Math.floor(domain.high));
    return random.nextLong(low, high + 1);
  }

  Tensor usual(DType dtype, int... dims) {
    return tensor(dtype, Domain.USUAL, dims);
  }

  /// Quantized numbers of the whole range of 4 or 8 bits.
  Tensor quantized(DType dtype, Quant quant, int... dims) {
    Tensor tensor = Tensor.allocate(new TensorType(dtype, Shape.of(dims), quant));
    long low = Math.max(dtype.min(), -128);
    long high = Math.min(dtype.max(), 255);
    for (long i = 0; i < tensor.shape().size(); i++) {
      Elements.setLong(tensor.memory(), dtype, i, random.nextLong(low, high + 1));
    }
    return tensor;
  }

  /// Places from 0 to `extent - 1`.
  Tensor places(DType dtype, int extent, int... dims) {
    return tensor(dtype, new Domain(0, extent - 1.0), dims);
  }

  /// Numbers at which functions are special: not a number, infinite, zeros of both signs, beyond
  /// the range of exponents; of integers the least and the greatest.
  Tensor special(DType dtype, int... dims) {
    Tensor tensor = Tensor.allocate(TensorType.of(dtype, dims));
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (dtype.isFloat()) {
        double value = SPECIAL[random.nextInt(SPECIAL.length)];
        Elements.setDouble(tensor.memory(), dtype, i, value);
      } else {
        long[] ends = {dtype.min(), dtype.max(), 0, 1, dtype.isSigned() ? -1 : 2};
        Elements.setLong(tensor.memory(), dtype, i, ends[random.nextInt(ends.length)]);
      }
    }
    return tensor;
  }

  /// Special floats that do not come near the range's end when they are added up.
  Tensor singular(DType dtype, int... dims) {
    Tensor tensor = usual(dtype, dims);
    double[] values = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e-40, 1e6
    };
    for (long i = 0; i < tensor.shape().size(); i++) {
      if (random.nextInt(20) == 0) {
        double value = values[random.nextInt(values.length)];
        Elements.setDouble(tensor.memory(), dtype, i, value);
      }
    }
    return tensor;
  }

  /// All special floats, in their order.
  static Tensor allSpecial(DType dtype) {
    return Tensor.of(TensorType.of(dtype, SPECIAL.length), SPECIAL);
  }
}
