package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import dev.tendril.core.TensorException;

/// Ops that compute each element of the result from the elements at the same place. Operands of
/// several shapes [broadcast][dev.tendril.core.Shape#broadcast].
///
/// What only selects (`min`, `max`, `select`, `relu`, `clamp`) carries over how its operands are
/// quantized if they are so alike. Comparisons of quantized numbers tell apart steps of 1/256, as
/// TensorFlow Lite does. Scales along an axis are for `cast`, `quantize` and `dequantize` only.
public sealed interface Pointwise extends Op {
  /// A function of one number.
  record Unary(UnaryKind kind) implements Pointwise {
    @Override
    public String name() {
      return kind.text();
    }
  }

  /// A function of two numbers.
  record Binary(BinaryKind kind) implements Pointwise {
    @Override
    public String name() {
      return kind.text();
    }
  }

  /// `condition ? a : b`; the condition is boolean.
  record Select() implements Pointwise {
    @Override
    public String name() {
      return "select";
    }
  }

  /// `min(max(x, low), high)`; NaN stays.
  record Clamp(double low, double high) implements Pointwise {
    public Clamp {
      if (!(low <= high)) {
        throw new TensorException("clamp from " + low + " to " + high + "; expected low <= high");
      }
    }

    @Override
    public String name() {
      return "clamp";
    }
  }

  /// `x >= 0 ? x : alpha · x`.
  record LeakyRelu(float alpha) implements Pointwise {
    @Override
    public String name() {
      return "leaky_relu";
    }
  }

  /// `x >= 0 ? x : alpha · (e^x - 1)`.
  record Elu(float alpha) implements Pointwise {
    @Override
    public String name() {
      return "elu";
    }
  }

  /// `x · Φ(x)`; approximate: `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
  record Gelu(boolean approximate) implements Pointwise {
    @Override
    public String name() {
      return "gelu";
    }
  }

  /// Another element type. Floats become integers by cutting toward zero and keeping to the range,
  /// NaN becoming 0; integers wrap; anything but 0 is true. Quantized values are taken as integers.
  record Cast(DType to) implements Pointwise {
    @Override
    public String name() {
      return "cast";
    }
  }

  /// Real or quantized numbers to quantized ones, with the scales that the node says: `q = round(x
  /// / scale) + zeroPoint`, ties away from zero, kept to the range; NaN becomes the zero point.
  ///
  /// @param to an integer type
  record Quantize(DType to) implements Pointwise {
    public Quantize {
      if (!to.isInteger()) {
        throw new DTypeException("quantize to " + to.text() + "; expected an integer type");
      }
    }

    @Override
    public String name() {
      return "quantize";
    }
  }

  /// Quantized numbers to real ones: `scale · (q - zeroPoint)`, in 32 bits. Also widens F16.
  record Dequantize() implements Pointwise {
    @Override
    public String name() {
      return "dequantize";
    }
  }
}
