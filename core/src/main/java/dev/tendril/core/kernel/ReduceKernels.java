package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.kernel.FixedPoint.Multiplier;
import dev.tendril.core.op.Reduce;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/// What [Reduce] ops mean: a walk over what is left, and in each place one over what is reduced.
final class ReduceKernels {
  private ReduceKernels() {}

  static void run(Reduce op, List<Tensor> operands, List<Tensor> results) {
    Tensor x = operands.getFirst();
    Tensor y = results.getFirst();
    switch (op) {
      case Reduce.Reduction reduction -> {
        if (x.type().quant() == null) {
          plain(reduction, operands, y);
        } else {
          quantized(reduction, x.type().quant(), operands, y);
        }
      }
      case Reduce.ArgExtreme(boolean greatest, int axis, DType _) ->
          argExtreme(greatest, x, x.shape().axis(axis), y);
      case Reduce.Cumulative cumulative -> cumulative(cumulative, operands, y);
    }
  }

  /// The walks over an operand: along axes that stay and along those that are reduced.
  private record Split(Walk kept, Walk reduced, long count) {
    static Split of(Shape shape, boolean[] gone) {
      return new Split(along(shape, gone, false), along(shape, gone, true), count(shape, gone));
    }

    static Split of(Shape shape, Reduce.Reduction op) {
      boolean[] gone = new boolean[shape.rank()];
      for (int axis = 0; axis < gone.length; axis++) {
        gone[axis] = op.axes().isEmpty();
      }
      op.axes().forEach(axis -> gone[shape.axis(axis)] = true);
      return of(shape, gone);
    }

    private static Walk along(Shape shape, boolean[] gone, boolean which) {
      int[] axes = IntStream.range(0, gone.length).filter(a -> gone[a] == which).toArray();
      long[] strides = shape.strides();
      return new Walk(
          IntStream.of(axes).map(shape::dim).toArray(),
          IntStream.of(axes).mapToLong(a -> strides[a]).toArray());
    }

    private static long count(Shape shape, boolean[] gone) {
      return IntStream.range(0, gone.length)
          .filter(a -> gone[a])
          .mapToLong(shape::dim)
          .reduce(1, (a, b) -> a * b);
    }

    double real(Cells cells, double first, DoubleBinaryOperator join) {
      double value = first;
      for (reduced.reset(); reduced.more(); reduced.next()) {
        value = join.applyAsDouble(value, cells.real(kept.place(0) + reduced.place(0)));
      }
      return value;
    }

    long integer(Cells cells, long first, LongBinaryOperator join) {
      long value = first;
      for (reduced.reset(); reduced.more(); reduced.next()) {
        value = join.applyAsLong(value, cells.integer(kept.place(0) + reduced.place(0)));
      }
      return value;
    }
  }

  private static void plain(Reduce.Reduction op, List<Tensor> operands, Tensor result) {
    Tensor operand = operands.getFirst();
    Split split = Split.of(operand.shape(), op);
    Cells from = Cells.of(operand);
    Cells to = Cells.of(result);
    boolean mean = op.kind() == Reduce.Kind.MEAN;
    if (mean && split.count == 0 && !operand.dtype().isFloat() && split.kept.more()) {
      throw Refusal.of(op, operands, "the mean of no integers");
    }
    long i = 0;
    for (Walk at = split.kept; at.more(); at.next()) {
      if (operand.dtype().isFloat()) {
        double value = split.real(from, first(op.kind()), real(op.kind()));
        to.set(i++, mean ? value / split.count : value);
      } else {
        long value = split.integer(from, first(op.kind(), operand.dtype()), integer(op.kind()));
        to.set(i++, mean ? value / split.count : value);
      }
    }
  }

  private static double first(Reduce.Kind kind) {
    return switch (kind) {
      case SUM, MEAN, ANY -> 0;
      case PROD, ALL -> 1;
      case MIN -> Double.POSITIVE_INFINITY;
      case MAX -> Double.NEGATIVE_INFINITY;
    };
  }

  private static long first(Reduce.Kind kind, DType dtype) {
    return switch (kind) {
      case SUM, MEAN, ANY -> 0;
      case PROD, ALL -> 1;
      case MIN -> dtype.max();
      case MAX -> dtype.min();
    };
  }

  private static DoubleBinaryOperator real(Reduce.Kind kind) {
    return switch (kind) {
      case SUM, MEAN -> Double::sum;
      case PROD -> (a, b) -> a * b;
      case MIN, ALL -> Math::min;
      case MAX, ANY -> Math::max;
    };
  }

  private static LongBinaryOperator integer(Reduce.Kind kind) {
    return switch (kind) {
      case SUM, MEAN -> Long::sum;
      case PROD -> (a, b) -> a * b;
      case MIN, ALL -> Math::min;
      case MAX, ANY -> Math::max;
    };
  }

  /// Sums and means of integers, brought to the result's scale at the end: sums in 32-bit floats,
  /// as TensorFlow Lite does it; the mean's count is part of the multiplier. Products go by way of
  /// real numbers.
  private static void quantized(
      Reduce.Reduction op, Quant from, List<Tensor> operands, Tensor result) {
    Quant to = Refusal.quant(op, operands, result);
    DType dtype = result.dtype();
    Split split = Split.of(operands.getFirst().shape(), op);
    Cells x = Cells.of(operands.getFirst());
    Cells y = Cells.of(result);
    boolean mean = op.kind() == Reduce.Kind.MEAN;
    if (mean && split.count == 0 && split.kept.more()) {
      throw Refusal.of(op, operands, "the mean of no integers");
    }
    Multiplier whole = FixedPoint.quantizeMultiplier((double) from.scale() / (double) to.scale());
    Multiplier multiplier = mean && split.count > 0 ? over(whole, split.count) : whole;
    float ratio = from.scale() / to.scale();
    boolean same = from.equals(to);
    LongUnaryOperator change = QuantizedKernels.requantizer(from, to, dtype);
    long i = 0;
    for (Walk at = split.kept; at.more(); at.next()) {
      switch (op.kind()) {
        case SUM -> {
          float bias = -from.zeroPoint() * ratio * split.count;
          float sum = split.integer(x, 0, Long::sum) * ratio + bias;
          y.set(i++, (long) FixedPoint.round(sum, to.zeroPoint(), dtype));
        }
        case MEAN -> {
          long sum = split.integer(x, 0, Long::sum) - split.count * from.zeroPoint();
          y.set(i++, FixedPoint.clamp((long) multiplier.times((int) sum) + to.zeroPoint(), dtype));
        }
        case MIN, MAX -> {
          long extreme = split.integer(x, first(op.kind(), dtype), integer(op.kind()));
          y.set(i++, same ? extreme : change.applyAsLong(extreme));
        }
        case PROD -> {
          double product = split.real(x, 1, (a, q) -> a * (from.scale() * (q - from.zeroPoint())));
          y.set(i++, (long) FixedPoint.round(product / to.scale(), to.zeroPoint(), dtype));
        }
        case ALL, ANY -> throw new IllegalArgumentException(op.name() + " of quantized numbers");
      }
    }
  }

  /// A multiplier divided by a count, with as many bits kept as the count takes away.
  private static Multiplier over(Multiplier multiplier, long count) {
    int shift = 63 - Long.numberOfLeadingZeros(count);
    shift = Math.min(shift, Math.min(32, 31 + multiplier.shift()));
    return new Multiplier(
        (int) (((long) multiplier.factor() << shift) / count), multiplier.shift() - shift);
  }

  private static void argExtreme(boolean greatest, Tensor operand, int axis, Tensor result) {
    boolean[] gone = new boolean[operand.shape().rank()];
    gone[axis] = true;
    Split split = Split.of(operand.shape(), gone);
    Cells from = Cells.of(operand);
    Cells to = Cells.of(result);
    long stride = operand.shape().strides()[axis];
    long i = 0;
    for (Walk at = split.kept; at.more(); at.next()) {
      long best = 0;
      for (long place = 1; place < split.count; place++) {
        long a = at.place(0) + place * stride;
        long b = at.place(0) + best * stride;
        if (operand.dtype().isFloat()
            ? beats(from.real(a), from.real(b), greatest)
            : greatest ? from.integer(a) > from.integer(b) : from.integer(a) < from.integer(b)) {
          best = place;
        }
      }
      to.set(i++, best);
    }
  }

  private static boolean beats(double a, double best, boolean greatest) {
    return !Double.isNaN(best) && (Double.isNaN(a) || (greatest ? a > best : a < best));
  }

  private static void cumulative(Reduce.Cumulative op, List<Tensor> operands, Tensor result) {
    Tensor operand = operands.getFirst();
    boolean[] gone = new boolean[operand.shape().rank()];
    int axis = operand.shape().axis(op.axis());
    gone[axis] = true;
    Split split = Split.of(operand.shape(), gone);
    long step = operand.shape().strides()[axis] * (op.reverse() ? -1 : 1);
    long last = (split.count - 1) * Math.abs(step);
    Line line = line(op, operands, result);
    for (Walk at = split.kept; at.more(); at.next()) {
      line.run(at.place(0) + (op.reverse() ? last : 0), step, split.count);
    }
  }

  /// Accumulates so many elements, so far apart.
  private interface Line {
    void run(long start, long step, long count);
  }

  private static Line line(Reduce.Cumulative op, List<Tensor> operands, Tensor result) {
    Tensor operand = operands.getFirst();
    Quant quant = operand.type().quant();
    boolean selects = op.kind() == Reduce.Kind.MIN || op.kind() == Reduce.Kind.MAX;
    Cells from = Cells.of(operand);
    Cells to = Cells.of(result);
    if (quant != null && !(selects && quant.equals(result.type().quant()))) {
      Quant out = Refusal.quant(op, operands, result);
      return (start, step, count) -> {
        double sum = first(op.kind());
        for (long i = 0, at = start; i < count; i++, at += step) {
          double x = quant.scale() * (from.integer(at) - quant.zeroPoint());
          double next = real(op.kind()).applyAsDouble(sum, x);
          double value = (op.exclusive() ? sum : next) / out.scale();
          to.set(at, (long) FixedPoint.round(value, out.zeroPoint(), result.dtype()));
          sum = next;
        }
      };
    }
    if (operand.dtype().isFloat()) {
      return (start, step, count) -> {
        double sum = first(op.kind());
        for (long i = 0, at = start; i < count; i++, at += step) {
          double next = real(op.kind()).applyAsDouble(sum, from.real(at));
          to.set(at, op.exclusive() ? sum : next);
          sum = next;
        }
      };
    }
    return (start, step, count) -> {
      long sum = first(op.kind(), operand.dtype());
      for (long i = 0, at = start; i < count; i++, at += step) {
        long next = integer(op.kind()).applyAsLong(sum, from.integer(at));
        to.set(at, op.exclusive() ? sum : next);
        sum = next;
      }
    };
  }
}
