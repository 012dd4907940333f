package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Sums of integers. Those of plain ones wrap to the result's type. Those of quantized ones, less
/// their zero points, are brought to the result's scale as [FixedPoint] says; a result of I32 or
/// I64 that is not quantized is the sums themselves.
///
/// Sums of 8-bit numbers have 32 bits. Those of 16-bit numbers have 64, and are then multiplied by
/// a multiplier of 16 bits, unless their bias has 32.
final class IntegerAccumulator implements Accumulator {
  private final long[] x;
  private final long[] w;
  private final long[] bias;
  private final MemorySegment memory;
  private final DType dtype;
  private final boolean wide;
  private final FixedPoint.Multiplier[] multipliers;
  private final boolean up;
  private final long zeroPoint;
  private final long low;
  private final long high;
  private final boolean clamps;
  private long sum;

  IntegerAccumulator(Product product, List<Tensor> operands, Tensor result) {
    Tensor data = operands.get(0);
    x = Values.centered(data);
    w = Values.centered(operands.get(1));
    bias = operands.size() > 2 ? operands.get(2).toLongArray() : new long[0];
    memory = result.memory();
    dtype = result.dtype();
    wide = data.dtype().bits() > 8 && (operands.size() < 3 || operands.get(2).dtype() == DType.I64);
    Quant from = data.type().quant();
    Quant weights = operands.get(1).type().quant();
    Quant to = result.type().quant();
    if (to != null && from != null && weights != null) {
      Requantization all =
          Requantization.of(product, data.type(), operands.get(1).type(), result.type());
      multipliers = all.multipliers();
      up = all.up();
      zeroPoint = all.zeroPoint();
      low = all.low();
      high = all.high();
      clamps = true;
      return;
    }
    if (from != null && dtype != DType.I32 && dtype != DType.I64) {
      throw new TensorException(
          product.name()
              + " of "
              + data.type()
              + " to "
              + result.type()
              + ": expected a quantization of the result, or sums of i32");
    }
    multipliers = new FixedPoint.Multiplier[0];
    up = false;
    zeroPoint = 0;
    clamps = product.activation() != Activation.NONE;
    low = (long) product.activation().low();
    high = (long) product.activation().high();
  }

  /// Checks that a result has one scale.
  static Quant one(String op, Quant quant) {
    if (!quant.isPerTensor()) {
      throw new TensorException(
          op + ": a result with scales along axis " + quant.axis() + "; expected one scale");
    }
    return quant;
  }

  @Override
  public void add(int xFirst, int xStep, int wFirst, int wStep, int count) {
    for (int i = 0, a = xFirst, b = wFirst; i < count; i++, a += xStep, b += wStep) {
      sum += x[a] * w[b];
    }
  }

  @Override
  public void finish(long index, int channel) {
    long value = bias.length == 0 ? sum : sum + bias[channel];
    if (multipliers.length > 0) {
      FixedPoint.Multiplier multiplier = multipliers[multipliers.length == 1 ? 0 : channel];
      long scaled =
          wide
              ? multiplier.times(value)
              : up ? multiplier.timesUp((int) value) : multiplier.times((int) value);
      value = scaled + zeroPoint;
    }
    Elements.setLong(memory, dtype, index, clamps ? Math.clamp(value, low, high) : value);
    sum = 0;
  }
}
