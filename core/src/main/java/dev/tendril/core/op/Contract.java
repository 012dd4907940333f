package dev.tendril.core.op;

import dev.tendril.core.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ops that sum products. Where a bias may follow the operands, it has one number for each output
/// channel; the activation comes last. Floats are summed in 64 bits in the reference.
///
/// Quantized operands are multiplied as integers less their zero points, and padding is the zero
/// point; the weights' scales may differ along the axis of output channels; the bias is I32 or I64
/// of the scale `x · weights`, and 16-bit numbers are summed in 64 bits unless it is I32. Floats
/// times quantized weights are floats times what the weights stand for.
public sealed interface Contract extends Op {
  /// What it does to its result at once; null for those that do nothing of the kind.
  default @Nullable Activation fused() {
    return switch (this) {
      case MatMul m -> m.activation();
      case Conv c -> c.activation();
      case DepthwiseConv c -> c.activation();
      case ConvTranspose c -> c.activation();
      case Pool p -> p.activation();
      case PoolArgMax _, Attention _ -> null;
    };
  }

  /// The same with another activation; itself if it has none.
  default Contract with(Activation a) {
    return switch (this) {
      case MatMul m -> new MatMul(m.transposeA(), m.transposeB(), a);
      case Conv c -> new Conv(c.strides(), c.padding(), c.dilations(), c.groups(), a);
      case DepthwiseConv c -> new DepthwiseConv(c.strides(), c.padding(), c.dilations(), a);
      case ConvTranspose c ->
          new ConvTranspose(c.strides(), c.padding(), c.dilations(), c.spatial(), a);
      case Pool p -> new Pool(p.kind(), p.window(), p.strides(), p.padding(), a);
      case PoolArgMax _, Attention _ -> this;
    };
  }

  /// `a · b` of the last two axes, `[..., m, k] · [..., k, n]`; the axes before broadcast. A third
  /// operand is a bias `[n]`.
  ///
  /// @param transposeA whether `a` is `[..., k, m]`
  /// @param transposeB whether `b` is `[..., n, k]`
  record MatMul(boolean transposeA, boolean transposeB, Activation activation) implements Contract {
    @Override
    public String name() {
      return "matmul";
    }
  }

  /// Cross-correlation with one to three spatial axes: `x [n, spatial..., c]`, filter `[out,
  /// window..., c/groups]`, and maybe a bias `[out]`.
  record Conv(
      List<Integer> strides,
      Padding padding,
      List<Integer> dilations,
      int groups,
      Activation activation)
      implements Contract {
    public Conv {
      strides = List.copyOf(strides);
      dilations = List.copyOf(dilations);
      Op.same("conv", strides, dilations);
    }

    @Override
    public String name() {
      return "conv";
    }
  }

  /// Each channel by filters of its own: `x [n, h, w, c]`, filter `[h', w', c·m]`, and maybe a bias
  /// `[c·m]`; output channel `c·m + j` comes from channel `c`.
  record DepthwiseConv(
      List<Integer> strides, Padding padding, List<Integer> dilations, Activation activation)
      implements Contract {
    public DepthwiseConv {
      strides = List.copyOf(strides);
      dilations = List.copyOf(dilations);
      Op.same("depthwise_conv", strides, dilations);
    }

    @Override
    public String name() {
      return "depthwise_conv";
    }
  }

  /// The transpose of [Conv] as a function of its input: `x [n, spatial..., c]`, filter `[out,
  /// window..., c]`, and maybe a bias `[out]`. Every element of `x` adds its window to the result
  /// where the convolution of the result would read it.
  ///
  /// @param padding that of the convolution
  /// @param spatial the spatial extents of the result; where one is not known, `places · stride`
  ///     for SAME, `places · stride + max(reach - stride, 0)` for VALID, `(places - 1) · stride +
  ///     reach - before - after` for explicit padding, the reach being that of the dilated window
  record ConvTranspose(
      List<Integer> strides,
      Padding padding,
      List<Integer> dilations,
      Shape spatial,
      Activation activation)
      implements Contract {
    public ConvTranspose {
      strides = List.copyOf(strides);
      dilations = List.copyOf(dilations);
      Op.same("conv_transpose", strides, dilations);
    }

    @Override
    public String name() {
      return "conv_transpose";
    }
  }

  /// The greatest or the mean of each window of `[n, spatial..., c]`; elements beyond the border do
  /// not count. NaN is the greatest. Integers, quantized or not, are averaged as they are, rounded
  /// to the nearest, ties away from zero; quantized ones keep their quantization. Explicit padding
  /// is less than the window.
  record Pool(
      Reduce.Kind kind,
      List<Integer> window,
      List<Integer> strides,
      Padding padding,
      Activation activation)
      implements Contract {
    public Pool {
      window = List.copyOf(window);
      strides = List.copyOf(strides);
      Op.same("pool", window, strides);
    }

    @Override
    public String name() {
      return kind == Reduce.Kind.MAX ? "max_pool" : "average_pool";
    }
  }

  /// Where [Pool] found the greatest: the place among the spatial elements of the operand (`row ·
  /// width + column`), I32; the first of equals, or of NaN.
  record PoolArgMax(List<Integer> window, List<Integer> strides, Padding padding)
      implements Contract {
    public PoolArgMax {
      window = List.copyOf(window);
      strides = List.copyOf(strides);
      Op.same("pool_arg_max", window, strides);
    }

    @Override
    public String name() {
      return "pool_arg_max";
    }
  }

  /// `softmax(scale · q · kᵀ + mask) · v` with `q [..., m, d]`, `k [..., n, d]`, `v [..., n, e]`
  /// and maybe a mask that broadcasts to `[..., m, n]`. Computed in 64 bits and rounded once. A row
  /// that sees nothing, or minus infinity alone, gives zeros.
  ///
  /// @param causal whether row `i` sees columns up to `i + n - m` only
  record Attention(float scale, boolean causal) implements Contract {
    @Override
    public String name() {
      return "attention";
    }
  }
}
