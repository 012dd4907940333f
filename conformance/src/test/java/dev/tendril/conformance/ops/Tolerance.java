package dev.tendril.conformance.ops;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Epilogue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How far a kernel may be from the reference: by rounding, and no more.
///
/// What is moved, compared, counted or computed in integers is equal to the last bit. A sum may be
/// off by a few roundings of what the sum of the magnitudes of its terms comes to: another order of
/// adding, or sums of 32 bits. A function may be off by a few roundings of its value, or of 1 where
/// it crosses zero at a number that is not rounded itself. Not a number and infinities are where
/// the reference has them.
final class Tolerance {
  private static final double ROUNDINGS = 16;

  private final double roundings;

  private final OpCase subject;
  private final List<Tensor> expected;
  private final @Nullable Tensor magnitudes;

  Tolerance(OpCase subject, List<Tensor> expected) {
    this(subject, expected, ROUNDINGS);
  }

  /// @param roundings how many make a difference
  Tolerance(OpCase subject, List<Tensor> expected, double roundings) {
    this.roundings = roundings;
    this.subject = subject;
    this.expected = expected;
    this.magnitudes = magnitudes(subject);
  }

  /// What is wrong with results, or null.
  @Nullable String problem(List<Tensor> actual) {
    if (actual.size() != expected.size()) {
      return actual.size() + " results; expected " + expected.size();
    }
    for (int i = 0; i < actual.size(); i++) {
      Tensor e = expected.get(i);
      Tensor a = actual.get(i);
      if (!e.type().equals(a.type())) {
        return "result " + i + " is " + a.type() + "; expected " + e.type();
      }
      double floor = floor(e);
      for (long j = 0; j < e.shape().size(); j++) {
        if (!fits(e, a, j, floor)) {
          String at = "result " + i + ", element " + j + ": ";
          return at + text(a, j) + "; expected " + text(e, j);
        }
      }
    }
    return null;
  }

  private static String text(Tensor tensor, long i) {
    return tensor.dtype().isFloat()
        ? Double.toString(tensor.get(i))
        : Long.toString(tensor.getLong(i));
  }

  private boolean fits(Tensor expected, Tensor actual, long i, double floor) {
    if (!expected.dtype().isFloat()) {
      return expected.getLong(i) == actual.getLong(i);
    }
    double e = expected.get(i);
    double a = actual.get(i);
    if (e == a || (Double.isNaN(e) && Double.isNaN(a))) {
      return true;
    }
    if (isExact(subject.op())) {
      return false;
    }
    double magnitude = Math.max(Math.abs(e), floor);
    if (magnitudes != null) {
      magnitude = Math.max(magnitude, magnitudes.get(i));
    }
    if (Double.isNaN(e) || Double.isInfinite(e)) {
      return overflows(expected.dtype(), magnitude, e, a);
    }
    return Math.abs(e - a) <= roundings * unit(expected.dtype()) * magnitude + least(expected);
  }

  /// Whether a sum of finite numbers is so near the range's end that its order matters.
  private static boolean overflows(DType dtype, double magnitude, double e, double a) {
    return Double.isInfinite(e)
        && Math.abs(a) > 0.999 * greatest(dtype)
        && Math.signum(a) == Math.signum(e)
        && magnitude > 0;
  }

  private static double greatest(DType dtype) {
    return switch (dtype) {
      case F32, BF16 -> 3.3e38;
      case F16 -> 65504;
      default -> Double.MAX_VALUE;
    };
  }

  /// Half the distance of 1 to the next number.
  private static double unit(DType dtype) {
    return switch (dtype) {
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case F32 -> 0x1p-24;
      default -> 0x1p-53;
    };
  }

  /// Numbers of which a factor is below the range of exponents may be taken for zero.
  private static double least(Tensor tensor) {
    return tensor.dtype() == DType.F32 ? 128 * Float.MIN_NORMAL : 0;
  }

  private static boolean isExact(Op op) {
    return switch (op) {
      case Move _, Index _ -> true;
      case Pointwise.Unary(var kind) ->
          switch (kind) {
            case NEG, ABS, SIGN, SQUARE, RELU, NOT, FLOOR, CEIL, ROUND, SQRT, IS_NAN, IS_FINITE ->
                true;
            default -> false;
          };
      case Pointwise.Binary(var kind) ->
          switch (kind) {
            case ADD, SUB, MUL, DIV, MIN, MAX -> true;
            default -> kind.isComparison();
          };
      case Pointwise.Select _, Pointwise.Clamp _, Pointwise.LeakyRelu _, Pointwise.Cast _ -> true;
      case Reduce.Reduction reduction ->
          reduction.kind() == Reduce.Kind.MIN || reduction.kind() == Reduce.Kind.MAX;
      default -> false;
    };
  }

  /// The magnitude below which values are not told apart relatively.
  private double floor(Tensor result) {
    return switch (subject.op()) {
      case Pointwise.Unary(var kind) ->
          switch (kind) {
            case SIN, COS, TAN, LOG -> 1;
            default -> 0;
          };
      case Pointwise.Elu _, Pointwise.Gelu _ -> 0.1;
      case Structured _, Reduce.Cumulative _, Contract.Attention _ -> greatest(result);
      default -> 0;
    };
  }

  private static double greatest(Tensor result) {
    double greatest = 0;
    for (long i = 0; i < result.shape().size(); i++) {
      double value = Math.abs(result.get(i));
      greatest = Double.isFinite(value) ? Math.max(greatest, value) : greatest;
    }
    return greatest;
  }

  /// The sums of the magnitudes of terms; null of ops that do not sum. Of a region with a
  /// contraction those of the contraction and of all that is joined to it.
  private static @Nullable Tensor magnitudes(OpCase subject) {
    if (!subject.types().getFirst().dtype().isFloat() || subject.isQuantized()) {
      return null;
    }
    List<Tensor> operands = subject.operands().stream().map(Tolerance::absolute).toList();
    Epilogue epilogue =
        subject.op() instanceof Structured.Fused ? Epilogue.of(subject.node(0)) : null;
    if (epilogue == null) {
      Op op = sum(subject.op());
      return op == null ? null : ReferenceKernels.run(op, operands, subject.types()).getFirst();
    }
    Tensor all =
        ReferenceKernels.run(
                Objects.requireNonNull(sum(epilogue.op())),
                epilogue.operands().stream().map(operands::get).toList(),
                epilogue.contraction().outputs())
            .getFirst();
    for (int other : epilogue.others()) {
      all =
          ReferenceKernels.run(
                  new Pointwise.Binary(BinaryKind.ADD),
                  List.of(all, operands.get(other)),
                  List.of(all.type()))
              .getFirst();
    }
    return all;
  }

  private static Tensor absolute(Tensor operand) {
    Tensor absolute = Tensor.allocate(operand.type());
    for (long i = 0; i < operand.shape().size(); i++) {
      Elements.setDouble(absolute.memory(), operand.dtype(), i, Math.abs(operand.get(i)));
    }
    return absolute;
  }

  /// An op that sums, without what it does afterwards; null of ops that do not sum.
  private static @Nullable Op sum(Op op) {
    return switch (op) {
      case Contract.MatMul(boolean a, boolean b, _) -> new Contract.MatMul(a, b, Activation.NONE);
      case Contract.Conv c ->
          new Contract.Conv(c.strides(), c.padding(), c.dilations(), c.groups(), Activation.NONE);
      case Contract.DepthwiseConv c ->
          new Contract.DepthwiseConv(c.strides(), c.padding(), c.dilations(), Activation.NONE);
      case Contract.ConvTranspose c ->
          new Contract.ConvTranspose(
              c.strides(), c.padding(), c.dilations(), c.spatial(), Activation.NONE);
      case Contract.Pool p ->
          new Contract.Pool(p.kind(), p.window(), p.strides(), p.padding(), Activation.NONE);
      case Reduce.Reduction(var kind, var axes, boolean keep)
          when kind == Reduce.Kind.SUM || kind == Reduce.Kind.MEAN ->
          new Reduce.Reduction(kind, axes, keep);
      default -> null;
    };
  }
}
