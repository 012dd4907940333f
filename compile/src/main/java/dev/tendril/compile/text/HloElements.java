package dev.tendril.compile.text;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Ops that compute each element from those at the same place.
final class HloElements {
  private HloElements() {}

  /// The result; null when the op is none of these.
  static @Nullable Tensor run(HloOp op, List<Tensor> x) {
    return switch (op.name()) {
      case "compare" -> compare(op, x.get(0), x.get(1));
      case "select" -> select(op, x);
      case "clamp" -> clamp(op, x);
      case "convert" -> convert(x.getFirst(), op.type());
      case "is_finite" -> {
        Tensor result = Tensor.allocate(op.type());
        for (long i = 0; i < result.shape().size(); i++) {
          set(result, i, Double.isFinite(x.getFirst().get(i)) ? 1 : 0);
        }
        yield result;
      }
      default ->
          switch (x.size()) {
            case 1 -> unary(op, x.getFirst());
            case 2 -> binary(op, x.get(0), x.get(1));
            default -> null;
          };
    };
  }

  private static void set(Tensor tensor, long i, long value) {
    Elements.setLong(tensor.memory(), tensor.dtype(), i, value);
  }

  private static @Nullable Tensor unary(HloOp op, Tensor x) {
    DType dtype = x.dtype();
    DoubleUnaryOperator real = dtype.isFloat() ? HloScalars.real(op.name()) : null;
    LongUnaryOperator whole = dtype.isFloat() ? null : HloScalars.whole(op.name());
    if (real == null && whole == null) {
      return null;
    }
    Tensor result = Tensor.allocate(op.type());
    MemorySegment from = x.memory();
    MemorySegment to = result.memory();
    for (long i = 0; i < result.shape().size(); i++) {
      if (real != null) {
        Elements.setDouble(to, dtype, i, real.applyAsDouble(Elements.getDouble(from, dtype, i)));
      } else if (whole != null) {
        long value = whole.applyAsLong(Elements.getLong(from, dtype, i));
        Elements.setLong(to, dtype, i, dtype == DType.BOOL ? value & 1 : value);
      }
    }
    return result;
  }

  private static @Nullable Tensor binary(HloOp op, Tensor x, Tensor y) {
    DType dtype = x.dtype();
    DoubleBinaryOperator real = dtype.isFloat() ? HloScalars.reals(op.name()) : null;
    LongBinaryOperator whole = dtype.isFloat() ? null : HloScalars.wholes(op.name(), dtype);
    if (real == null && whole == null) {
      return null;
    }
    if (!x.type().equals(y.type())) {
      throw op.wrong("operands of " + x.type() + " and " + y.type());
    }
    Tensor result = Tensor.allocate(op.type());
    MemorySegment a = x.memory();
    MemorySegment b = y.memory();
    MemorySegment to = result.memory();
    for (long i = 0; i < result.shape().size(); i++) {
      if (real != null) {
        double p = Elements.getDouble(a, dtype, i);
        Elements.setDouble(to, dtype, i, real.applyAsDouble(p, Elements.getDouble(b, dtype, i)));
      } else if (whole != null) {
        long p = Elements.getLong(a, dtype, i);
        Elements.setLong(to, dtype, i, whole.applyAsLong(p, Elements.getLong(b, dtype, i)));
      }
    }
    return result;
  }

  private static Tensor compare(HloOp op, Tensor x, Tensor y) {
    String direction = op.attributes().word("comparison_direction");
    Tensor result = Tensor.allocate(op.type());
    for (long i = 0; i < result.shape().size(); i++) {
      boolean holds =
          x.dtype().isFloat()
              ? HloScalars.holds(direction, x.get(i), y.get(i))
              : HloScalars.holds(direction, x.getLong(i), y.getLong(i));
      set(result, i, holds ? 1 : 0);
    }
    return result;
  }

  private static Tensor select(HloOp op, List<Tensor> x) {
    Tensor condition = x.getFirst();
    boolean isScalar = condition.shape().rank() == 0;
    Tensor result = Tensor.allocate(op.type());
    for (long i = 0; i < result.shape().size(); i++) {
      boolean holds = condition.getLong(isScalar ? 0 : i) != 0;
      copy(holds ? x.get(1) : x.get(2), i, result, i);
    }
    return result;
  }

  private static Tensor clamp(HloOp op, List<Tensor> x) {
    Tensor low = x.get(0);
    Tensor high = x.get(2);
    Tensor result = Tensor.allocate(op.type());
    for (long i = 0; i < result.shape().size(); i++) {
      long l = low.shape().rank() == 0 ? 0 : i;
      long h = high.shape().rank() == 0 ? 0 : i;
      if (result.dtype().isFloat()) {
        double value = Math.min(Math.max(x.get(1).get(i), low.get(l)), high.get(h));
        Elements.setDouble(result.memory(), result.dtype(), i, value);
      } else {
        long value = Math.min(Math.max(x.get(1).getLong(i), low.getLong(l)), high.getLong(h));
        set(result, i, value);
      }
    }
    return result;
  }

  static Tensor convert(Tensor x, TensorType type) {
    Tensor result = Tensor.allocate(type);
    for (long i = 0; i < type.shape().size(); i++) {
      if (x.dtype().isFloat()) {
        Elements.setDouble(result.memory(), type.dtype(), i, x.get(i));
      } else if (type.dtype() == DType.F32) {
        Elements.setDouble(result.memory(), type.dtype(), i, (double) (float) x.getLong(i));
      } else {
        set(result, i, x.getLong(i));
      }
    }
    return result;
  }

  /// One element as it is.
  static void copy(Tensor from, long i, Tensor to, long j) {
    int bytes = from.dtype().bits() / 8;
    MemorySegment.copy(from.memory(), i * bytes, to.memory(), j * bytes, bytes);
  }
}
