package dev.tendril.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import org.junit.jupiter.api.Test;

/// Weights as integers by channel.
class WeightsTest {
  private static final Quant X = Quant.of(0.5f, 3);
  private static final double[] UNKNOWN = new double[0];

  @Test
  void channelsHaveScalesOfTheirOwn() {
    Tensor weights = Tensor.of(new float[] {1, -127, 2, 0.5f, 0.25f, -0.1f}, 2, 3);
    Weights made = Weights.of(weights, 0, DType.I8, null, X, DType.I32, UNKNOWN);
    assertEquals(Quant.perAxis(new float[] {1, 0.5f / 127}, 0), made.weights().type().quant());
    assertArrayEquals(new int[] {1, -127, 2, 127, 64, -25}, made.weights().toIntArray());
    assertNull(made.bias());
    Weights columns = Weights.of(weights, 1, DType.I8, null, X, DType.I32, UNKNOWN);
    Quant quant = columns.weights().type().quant();
    assertNotNull(quant);
    assertArrayEquals(new float[] {1f / 127, 1, 2f / 127}, quant.scales());
  }

  @Test
  void theBiasHasTheScaleOfProducts() {
    Tensor weights = Tensor.of(new float[] {127, -127}, 2, 1);
    Weights made =
        Weights.of(weights, 0, DType.I8, Tensor.vector(10f, -3.3f), X, DType.I32, UNKNOWN);
    Tensor bias = made.bias();
    assertNotNull(bias);
    assertEquals(Quant.perAxis(new float[] {0.5f, 0.5f}, 0), bias.type().quant());
    assertArrayEquals(new int[] {20, -7}, bias.toIntArray());
  }

  /// A bias that is large beside its weights must fit into 32 bits with the products.
  @Test
  void scalesGrowForALargeBias() {
    Tensor weights = Tensor.of(new float[] {1e-9f, 0}, 2, 1);
    Weights made = Weights.of(weights, 0, DType.I8, Tensor.vector(1e6f, 7f), X, DType.I32, UNKNOWN);
    Tensor bias = made.bias();
    assertNotNull(bias);
    Quant quant = bias.type().quant();
    assertNotNull(quant);
    for (int c = 0; c < 2; c++) {
      assertTrue(Math.abs(bias.getLong(c)) <= 1 << 30);
      assertEquals(c == 0 ? 1e6 : 7, bias.getLong(c) * (double) quant.scales()[c], 1e-2);
    }
  }

  /// What rounding adds to sums on average, the bias takes away.
  @Test
  void theBiasMakesUpForRounding() {
    Tensor weights = Tensor.of(new float[] {127, 0.4f, 10.4f}, 1, 3);
    Weights made =
        Weights.of(
            weights,
            0,
            DType.I8,
            Tensor.vector(0f),
            Quant.of(1f / 1024, 0),
            DType.I32,
            new double[] {5, 2, 1});
    Tensor bias = made.bias();
    assertNotNull(bias);
    assertEquals(0.4 * 2 + 0.4, bias.getLong(0) / 1024.0, 1e-2);
  }

  /// The scale of few integers is below that of the greatest weight where that has less error.
  @Test
  void nibbles() {
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 15 - 7) / 7f;
    }
    values[63] = 1.3f;
    Weights made = Weights.of(Tensor.of(values, 1, 64), 0, DType.I4, null, X, DType.I32, UNKNOWN);
    Quant quant = made.weights().type().quant();
    assertNotNull(quant);
    assertTrue(quant.scale() < 1.2 / 7, () -> "" + quant);
    for (int q : made.weights().toIntArray()) {
      assertTrue(q >= -7 && q <= 7);
    }
  }
}
