package dev.tendril.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ranges that observers find, and the scales that are made of them.
class ObserversTest {
  private static Range range(Calibration calibration, double percentile, float[]... samples) {
    Observer observer = Observer.of(calibration, percentile);
    for (float[] sample : samples) {
      observer.observe(sample);
    }
    Range range = observer.range();
    assertNotNull(range);
    return range;
  }

  private static float[] normal(long seed, int count, double scale) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * scale);
    }
    return values;
  }

  @Test
  void minMaxSeesAllSamples() {
    Range range = range(Calibration.MINMAX, 100, new float[] {1, -2}, new float[] {5, 0.5f});
    assertEquals(new Range(-2, 5), range);
  }

  @Test
  void theMovingAverageTakesATenthOfEachSample() {
    Range range = range(Calibration.MOVING_AVERAGE, 100, new float[] {-1, 1}, new float[] {-2, 11});
    assertEquals(-1.1, range.min(), 1e-12);
    assertEquals(2, range.max(), 1e-12);
  }

  @Test
  void aPercentileLeavesRareNumbersOut() {
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 10_000f;
    }
    values[0] = -50;
    values[9_999] = 100;
    Range range = range(Calibration.PERCENTILE, 99.9, values);
    // 10 numbers at either end go; a bin is 128 / 4096 wide.
    assertEquals(0, range.min(), 0.04);
    assertEquals(1, range.max(), 0.04);
    assertEquals(new Range(-50, 100), range(Calibration.PERCENTILE, 100, values));
  }

  /// Later samples that are wider make bins twice as wide, and lose nothing.
  @Test
  void histogramsWiden() {
    Histogram histogram = new Histogram();
    histogram.add(new float[] {0.1f, -0.1f, 0.2f});
    histogram.add(new float[] {1000, -3});
    long sum = 0;
    for (int bin = 0; bin < 8192; bin++) {
      sum += histogram.count(bin);
    }
    assertEquals(5, sum);
    assertEquals(1, histogram.count(histogram.bin(1000)));
    assertEquals(1, histogram.count(histogram.bin(-3)));
    assertTrue(histogram.edge(histogram.bin(1000)) <= 1000);
    assertTrue(histogram.edge(histogram.bin(1000) + 1) > 1000);
  }

  /// Of a bell with one number far out, the range is cut to the bell, though not within it.
  @Test
  void entropyCutsOutliersOff() {
    float[] values = normal(7, 200_000, 1);
    values[17] = 40;
    Range range = range(Calibration.ENTROPY, 100, values);
    assertTrue(range.max() < 10, () -> "" + range);
    assertTrue(range.max() > 2.5, () -> "" + range);
    assertTrue(range.min() < -2.5, () -> "" + range);
  }

  /// Numbers that are spread evenly are all kept.
  @Test
  void entropyKeepsWhatIsEven() {
    float[] values = new float[100_000];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Range range = range(Calibration.ENTROPY, 100, values);
    assertEquals(1, range.max(), 0.02);
  }

  @ParameterizedTest
  @EnumSource
  void numbersThatAreNotFiniteHaveNoRange(Calibration calibration) {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Observer observer = Observer.of(calibration, 99.9);
      observer.observe(new float[] {1, wrong});
      observer.observe(new float[] {2});
      assertNull(observer.range());
    }
    assertNull(Observer.of(calibration, 99.9).range());
  }

  @ParameterizedTest
  @EnumSource
  void allZeroIsARange(Calibration calibration) {
    assertEquals(new Range(0, 0), range(calibration, 99.9, new float[4], new float[4]));
  }

  /// Zero is an integer exactly, and the ends are the last integers.
  @Test
  void scalesOfBytes() {
    Quant quant = new Range(-1, 3).quant(DType.I8);
    assertEquals(4f / 255, quant.scale());
    assertEquals(-64, quant.zeroPoint());
    assertEquals(Quant.of(6f / 255, -128), new Range(0, 6).quant(DType.I8));
    assertEquals(Quant.of(6f / 255, -128), new Range(2, 6).quant(DType.I8));
    assertEquals(Quant.of(6f / 255, 127), new Range(-6, -1).quant(DType.I8));
    assertEquals(Quant.of(1 / 256f, -128), new Range(0, 0).quant(DType.I8));
  }

  @Test
  void scalesOf16BitsHaveNoZeroPoint() {
    assertEquals(Quant.of(3f / 32767, 0), new Range(-1, 3).quant(DType.I16));
    assertEquals(Quant.of(3f / 32767, 0), new Range(-3, 1).quant(DType.I16));
  }
}
