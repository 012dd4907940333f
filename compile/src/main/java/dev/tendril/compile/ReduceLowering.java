package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Reduce;
import java.util.Arrays;

/// [Reduce] ops in StableHLO.
final class ReduceLowering {
  private ReduceLowering() {}

  static Hlo lower(HloBuilder b, Reduce op, Hlo x, TensorType result) {
    return switch (op) {
      case Reduce.Reduction reduction -> reduction(b, reduction, x, result);
      case Reduce.ArgExtreme(boolean greatest, int axis, DType to) ->
          argExtreme(b, greatest, x, x.shape().axis(axis), to);
      case Reduce.Cumulative cumulative -> cumulative(b, cumulative, x);
    };
  }

  /// The op that joins two numbers.
  private static String join(Reduce.Kind kind) {
    return switch (kind) {
      case SUM, MEAN -> "add";
      case PROD -> "multiply";
      case MIN -> "minimum";
      case MAX -> "maximum";
      case ALL -> "and";
      case ANY -> "or";
    };
  }

  /// What joined with a number gives that number.
  static Hlo neutral(HloBuilder b, Reduce.Kind kind, DType dtype) {
    boolean isFloat = dtype.isFloat();
    return switch (kind) {
      case SUM, MEAN, ANY -> b.scalar(0, dtype);
      case PROD, ALL -> b.scalar(1, dtype);
      case MIN ->
          isFloat
              ? b.scalar(Double.POSITIVE_INFINITY, dtype)
              : b.constant(PointwiseLowering.limit(dtype, true));
      case MAX ->
          isFloat
              ? b.scalar(Double.NEGATIVE_INFINITY, dtype)
              : b.constant(PointwiseLowering.limit(dtype, false));
    };
  }

  private static Hlo reduction(HloBuilder b, Reduce.Reduction op, Hlo given, TensorType result) {
    int[] axes =
        op.axes().isEmpty()
            ? HloBuilder.axes(given.rank())
            : op.axes().stream().mapToInt(given.shape()::axis).distinct().sorted().toArray();
    boolean mean = op.kind() == Reduce.Kind.MEAN;
    boolean whole = !given.dtype().isFloat();
    Hlo x = mean && whole ? b.convert(given, DType.I64) : b.wide(given);
    Hlo joined = b.reduce(join(op.kind()), x, neutral(b, op.kind(), x.dtype()), axes);
    if (mean) {
      long count = Arrays.stream(axes).mapToLong(given::dim).reduce(1, (p, q) -> p * q);
      if (whole && count == 0) {
        throw new Unlowered("the mean of no integers");
      }
      joined = b.div(joined, (double) count);
    }
    return b.reshape(b.convert(joined, given.dtype()), result.shape());
  }

  /// The first place that has the extreme, or NaN where that wins.
  private static Hlo argExtreme(HloBuilder b, boolean greatest, Hlo x, int axis, DType to) {
    Reduce.Kind kind = greatest ? Reduce.Kind.MAX : Reduce.Kind.MIN;
    Hlo extreme = b.reduceKept(join(kind), x, neutral(b, kind, x.dtype()), axis);
    Hlo hit = b.compare("EQ", x, extreme);
    if (x.dtype().isFloat()) {
      hit = b.binary("or", hit, b.isNan(x));
    }
    Hlo places = b.select(hit, b.iota(x.shape(), axis, to), x.dim(axis));
    return b.reduce("minimum", places, b.scalar(x.dim(axis), to), axis);
  }

  private static Hlo cumulative(HloBuilder b, Reduce.Cumulative op, Hlo given) {
    int axis = given.shape().axis(op.axis());
    int extent = given.dim(axis);
    if (extent == 0) {
      return given;
    }
    Hlo x = b.wide(given);
    Hlo first = neutral(b, op.kind(), x.dtype());
    if (op.exclusive()) {
      int shift = op.reverse() ? -1 : 1;
      x = b.pad(x, first, axis, shift, -shift);
    }
    int[] window = new int[x.rank()];
    Arrays.fill(window, 1);
    int[] strides = window.clone();
    window[axis] = extent;
    int[] before = new int[x.rank()];
    int[] after = new int[x.rank()];
    (op.reverse() ? after : before)[axis] = extent - 1;
    Hlo sums = b.reduceWindow(join(op.kind()), x, first, window, strides, before, after);
    return b.convert(sums, given.dtype());
  }
}
