package dev.tendril.core.op;

import dev.tendril.core.TensorException;
import java.util.List;

/// Ops with a structure of their own: normalizations, resampling, recurrences, spectra, trees,
/// control flow, random numbers.
public sealed interface Structured extends Op {
  /// Ops that run subgraphs.
  sealed interface Body extends Structured {}

  /// `e^(beta · x)`, divided by its sum along an axis. Quantized results have scale 1/256 and the
  /// least zero point, or 1/32768 and 0 for I16.
  ///
  /// @param wide whether the result of I8 is I16, of scale 1/65536 and the least zero point
  record Softmax(int axis, float beta, boolean wide) implements Structured {
    /// One whose result has the operand's element type.
    public Softmax(int axis, float beta) {
      this(axis, beta, false);
    }

    @Override
    public String name() {
      return "softmax";
    }
  }

  /// The logarithm of the softmax, computed without forming it. Quantized results (I8, U8) have
  /// scale 1/16 and the greatest zero point.
  record LogSoftmax(int axis) implements Structured {
    @Override
    public String name() {
      return "log_softmax";
    }
  }

  /// `(x - mean) / √(variance + epsilon)` over the last axes, then `· gamma + beta`: operands are
  /// `x`, gamma, beta, the last two of the normalized axes' shape.
  ///
  /// @param axes the number of last axes that are normalized together
  record LayerNorm(int axes, float epsilon) implements Structured {
    @Override
    public String name() {
      return "layer_norm";
    }
  }

  /// `(x - mean) / √(variance + epsilon) · gamma + beta` by channel, the last axis: operands are
  /// `x`, mean, variance, gamma, beta, the last four `[channels]`.
  record BatchNorm(float epsilon) implements Structured {
    @Override
    public String name() {
      return "batch_norm";
    }
  }

  /// `x / √max(Σ x², epsilon)` along an axis. Quantized results (I8, U8) have scale 1/128 and zero
  /// point 0 or 128.
  record L2Normalize(int axis, float epsilon) implements Structured {
    @Override
    public String name() {
      return "l2_normalize";
    }
  }

  /// `x / (bias + alpha · Σ x²)^beta`, the sum over channels up to `radius` away.
  record LocalResponseNorm(int radius, float bias, float alpha, float beta) implements Structured {
    @Override
    public String name() {
      return "local_response_norm";
    }
  }

  /// `[n, h, w, c]` to other extents. Places are computed in 32-bit floats; for bilinear I8 and I16
  /// with 10 bits of fraction. The quantization stays.
  ///
  /// @param alignCorners whether the centers of the corners stay where they are
  /// @param halfPixelCenters whether a pixel's center is at `i + 0.5`
  record Resize(
      Method method, int height, int width, boolean alignCorners, boolean halfPixelCenters)
      implements Structured {
    /// How a value between pixels is found.
    public enum Method {
      NEAREST,
      BILINEAR
    }

    public Resize {
      if (alignCorners && halfPixelCenters) {
        throw new TensorException(
            "resize with aligned corners and half-pixel centers; expected one");
      }
    }

    @Override
    public String name() {
      return "resize";
    }
  }

  /// A long short-term memory over `x [time, batch, inputs]`: operands are `x`, input weights
  /// `[4·units, inputs]`, recurrent weights `[4·units, units]`, bias `[4·units]` (gates in the
  /// order input, forget, cell, output), first output and first state `[batch, units]`. Results:
  /// outputs `[time, batch, units]`, last output, last state.
  record Lstm() implements Structured {
    @Override
    public String name() {
      return "lstm";
    }
  }

  /// A gated recurrent unit over `x [time, batch, inputs]`: operands are `x`, input weights
  /// `[3·units, inputs]`, recurrent weights `[3·units, units]`, bias `[6·units]` (of the input,
  /// then recurrent; gates in the order update, reset, candidate), first output `[batch, units]`.
  /// Results: outputs `[time, batch, units]`, last output.
  ///
  /// @param resetAfter whether the reset gate acts after the recurrent product, not before
  record Gru(boolean resetAfter) implements Structured {
    @Override
    public String name() {
      return "gru";
    }
  }

  /// A singular-value-decomposition filter of one step: operands are `x [batch, inputs]`, feature
  /// weights `[filters, inputs]`, time weights `[filters, memory]`, bias `[filters/rank]`, state
  /// `[batch, filters · memory]`, oldest first. Results: output `[batch, filters/rank]`, next
  /// state.
  record Svdf(int rank, Activation activation) implements Structured {
    @Override
    public String name() {
      return "svdf";
    }
  }

  /// The discrete Fourier transform along the last axis but one of `[..., length, 2]` (real and
  /// imaginary parts). The inverse divides by the length.
  record Fft(boolean inverse) implements Structured {
    @Override
    public String name() {
      return "fft";
    }
  }

  /// The first half of the transform of real numbers: `[..., n]`, cut or filled with zeros to
  /// `length`, to `[..., length/2 + 1, 2]`; and back where `inverse`, of bins cut or filled alike,
  /// the imaginary parts of the first and the middle one not counting.
  record RealFft(int length, boolean inverse) implements Structured {
    @Override
    public String name() {
      return "real_fft";
    }
  }

  /// A digital filter along an axis: operands are `x`, numerator `b [m]`, denominator `a [n]`;
  /// `a₀·yₜ = Σ bᵢ·xₜ₋ᵢ - Σ aⱼ·yₜ₋ⱼ`, from rest.
  record LinearFilter(int axis) implements Structured {
    @Override
    public String name() {
      return "linear_filter";
    }
  }

  /// What a forest says of each row of `[rows, features]`: `[rows, outputs]`, both F32. It jumps
  /// where it changes at all, so it has no gradient.
  record TreeEnsemble(Trees trees) implements Structured {
    @Override
    public String name() {
      return "tree_ensemble";
    }
  }

  /// Operands are a boolean scalar and what both branches take.
  record If(Subgraph then, Subgraph otherwise) implements Body {
    @Override
    public String name() {
      return "if";
    }
  }

  /// Runs the body on its own results for as long as the condition, of the same operands, is true.
  record While(Subgraph condition, Subgraph body) implements Body {
    @Override
    public String name() {
      return "while";
    }
  }

  /// A graph as one op.
  record Call(Subgraph body) implements Body {
    @Override
    public String name() {
      return "call";
    }
  }

  /// Pointwise ops computed together, element by element, so that what is between them is never
  /// stored. Operands broadcast to the shape of the result. There may be one contraction, of whose
  /// result, of that shape too, others are made.
  record Fused(Subgraph body) implements Body {
    @Override
    public String name() {
      return "fused";
    }
  }

  /// Random numbers as a function of a key (I64 vector of 2: seed and stream) and the place of the
  /// element: the same on any number of threads. With the finalizer `mix` of SplitMix64, `g =
  /// 0x9E3779B97F4A7C15` and `bits(s, i) = mix(mix(s + g) + (i + 1) · g)`, element `i` has the 64
  /// bits `bits(bits(seed, stream), i)`: BITS are the upper 32; UNIFORM is the upper 24 by 2^-24;
  /// NORMAL is `√(-2 ln u) · cos(2πv)` of `u`, the upper 32 plus 1, and `v`, the lower 32, both by
  /// 2^-32.
  ///
  /// @param shape extents of the result
  record Random(Distribution distribution, List<Integer> shape) implements Structured {
    /// What is drawn.
    public enum Distribution {
      /// F32 of `[0, 1)`.
      UNIFORM,
      /// F32 of mean 0 and variance 1.
      NORMAL,
      /// All 32 bits of an I32.
      BITS
    }

    public Random {
      shape = List.copyOf(shape);
    }

    @Override
    public String name() {
      return "random";
    }
  }
}
