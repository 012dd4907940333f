package dev.tendril.core.kernel;

import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;

/// How sums of products of quantized numbers are brought to the scale of the result.
///
/// @param multipliers one, or one for each channel; do not change
/// @param zeroPoint that of the result
/// @param low the least integer that the result may have
/// @param high the greatest
/// @param up whether ties of the second rounding go up
public record Requantization(
    FixedPoint.Multiplier[] multipliers, int zeroPoint, int low, int high, boolean up) {

  /// That of a contraction.
  ///
  /// @param x the type of the first operand, which has one scale
  /// @param weights the type of the second
  /// @param result a quantized type
  public static Requantization of(
      Contract op,
      Activation activation,
      TensorType x,
      TensorType weights,
      TensorType result,
      Rounding rounding) {
    return of(Product.of(op, activation, rounding), x, weights, result);
  }

  static Requantization of(Product product, TensorType x, TensorType weights, TensorType result) {
    Quant to = IntegerAccumulator.one(product.name(), known(product, result));
    Quant from = known(product, x);
    double[] ratios =
        FixedPoint.ratios(x.dtype(), from, known(product, weights), to, product.singleScale());
    FixedPoint.Multiplier[] multipliers = new FixedPoint.Multiplier[ratios.length];
    for (int i = 0; i < ratios.length; i++) {
      multipliers[i] = FixedPoint.quantizeMultiplier(ratios[i]);
    }
    return new Requantization(
        multipliers,
        to.zeroPoint(),
        FixedPoint.least(product.activation(), to, result.dtype()),
        FixedPoint.greatest(product.activation(), to, result.dtype()),
        product.up());
  }

  private static Quant known(Product product, TensorType type) {
    Quant quant = type.quant();
    if (quant == null) {
      throw new TensorException(product.name() + " of " + type + "; expected a quantized type");
    }
    return quant;
  }

  /// An integer of the result.
  ///
  /// @param sum of products, with the bias
  public int apply(int sum, int channel) {
    FixedPoint.Multiplier multiplier = multipliers[multipliers.length == 1 ? 0 : channel];
    int product = up ? multiplier.timesUp(sum) : multiplier.times(sum);
    return Math.clamp((long) product + zeroPoint, low, high);
  }
}
