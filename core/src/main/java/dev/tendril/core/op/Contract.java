package dev.tendril.core.op;

import dev.tendril.core.Shape;
import java.util.List;

/// Ops that sum products. Where a bias may follow the operands, it has one number for each output
/// channel; the activation comes last. Floats are summed in 64 bits in the reference.
public sealed interface Contract extends Op {
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
  /// @param spatial the spatial extents of the result
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
  /// not count.
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
  /// width + column`), I32.
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
  /// and maybe a mask that broadcasts to `[..., m, n]`.
  ///
  /// @param causal whether row `i` sees columns up to `i + n - m` only
  record Attention(float scale, boolean causal) implements Contract {
    @Override
    public String name() {
      return "attention";
    }
  }
}
