package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Elementary.vector;
import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.cut;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// Functions of one number, of many numbers at once. Each has a loop of its own: a loop that calls
/// a function of vectors through an interface makes objects of them.
sealed interface Curve {
  /// Computes whole vectors; the result may be in the operand's place.
  void run(MemorySegment x, long xt, MemorySegment y, long yt, int vectors);

  /// The loop of an op, or null when there is none.
  static @Nullable Curve of(Pointwise op) {
    return switch (op) {
      case Pointwise.Unary unary -> of(unary.kind());
      case Pointwise.Clamp clamp -> new Clamp((float) clamp.low(), (float) clamp.high());
      case Pointwise.LeakyRelu leaky -> new LeakyRelu(leaky.alpha());
      case Pointwise.Gelu gelu -> gelu.approximate() ? new GeluByTanh() : new Gelu();
      case Pointwise.Binary _,
          Pointwise.Select _,
          Pointwise.Elu _,
          Pointwise.Cast _,
          Pointwise.Quantize _,
          Pointwise.Dequantize _ ->
          null;
    };
  }

  private static @Nullable Curve of(UnaryKind kind) {
    return switch (kind) {
      case NEG -> new Negative();
      case ABS -> new Absolute();
      case SQUARE -> new Square();
      case RELU -> new Relu();
      case RECIPROCAL -> new Reciprocal();
      case SQRT -> new SquareRoot();
      case RSQRT -> new InverseSquareRoot();
      case EXP -> new Exponential();
      case LOG -> new Logarithm();
      case TANH -> new Tanh();
      case SIGMOID -> new Sigmoid();
      case ERF -> new Erf();
      case SILU -> new Silu();
      case HARD_SWISH -> new HardSwish();
      case SIGN,
          NOT,
          FLOOR,
          CEIL,
          ROUND,
          EXPM1,
          LOG1P,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          SOFTPLUS,
          IS_NAN,
          IS_FINITE ->
          null;
    };
  }

  /// `-x`.
  record Negative() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.neg(), y, yt + i * BYTES);
      }
    }
  }

  /// `|x|`.
  record Absolute() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.abs(), y, yt + i * BYTES);
      }
    }
  }

  /// `x²`.
  record Square() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.mul(x), y, yt + i * BYTES);
      }
    }
  }

  /// `max(x, 0)`.
  record Relu() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.blend(0, x.compare(VectorOperators.LT, 0)), y, yt + i * BYTES);
      }
    }
  }

  /// `1 / x`.
  record Reciprocal() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(vector(1).div(x), y, yt + i * BYTES);
      }
    }
  }

  /// `√x`.
  record SquareRoot() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.sqrt(), y, yt + i * BYTES);
      }
    }
  }

  /// `1 / √x`.
  record InverseSquareRoot() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(vector(1).div(x.sqrt()), y, yt + i * BYTES);
      }
    }
  }

  /// `e^x`.
  record Exponential() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(Elementary.exp(x), y, yt + i * BYTES);
      }
    }
  }

  /// `ln x`.
  record Logarithm() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(Elementary.log(x), y, yt + i * BYTES);
      }
    }
  }

  /// `tanh x`.
  record Tanh() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(Elementary.tanh(x), y, yt + i * BYTES);
      }
    }
  }

  /// `1 / (1 + e^-x)`.
  record Sigmoid() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(Elementary.sigmoid(x), y, yt + i * BYTES);
      }
    }
  }

  /// `erf x`.
  record Erf() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(Elementary.erf(x), y, yt + i * BYTES);
      }
    }
  }

  /// `x · sigmoid(x)`.
  record Silu() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.mul(Elementary.sigmoid(x)), y, yt + i * BYTES);
      }
    }
  }

  /// `x · min(max(x + 3, 0), 6) / 6`.
  record HardSwish() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.mul(cut(x.add(3), vector(0), vector(6)).mul(1 / 6f)), y, yt + i * BYTES);
      }
    }
  }

  /// `x · Φ(x)`.
  record Gelu() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.mul(0.5f).mul(Elementary.erf(x.mul(0.70710677f)).add(1)), y, yt + i * BYTES);
      }
    }
  }

  /// `x · Φ(x)` by tanh: `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
  record GeluByTanh() implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(
            x.mul(0.5f)
                .mul(
                    Elementary.tanh(
                            x.mul(0.7978846f).mul(x.mul(x).fma(vector(0.044715f), vector(1))))
                        .add(1)),
            y,
            yt + i * BYTES);
      }
    }
  }

  /// `min(max(x, a), b)`.
  record Clamp(float a, float b) implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(cut(x, vector(a), vector(b)), y, yt + i * BYTES);
      }
    }
  }

  /// `x >= 0 ? x : a · x`.
  record LeakyRelu(float a) implements Curve {
    @Override
    public void run(MemorySegment from, long xt, MemorySegment y, long yt, int vectors) {
      for (int i = 0; i < vectors; i++) {
        FloatVector x = load(from, xt + i * BYTES);
        store(x.blend(x.mul(a), x.compare(VectorOperators.LT, 0)), y, yt + i * BYTES);
      }
    }
  }
}
