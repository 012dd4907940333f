package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RadixTest {
  @Test
  void sortsByKeyAndKeepsTheOrderOfEquals() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int n = 1 + random.nextInt(3000);
      int bits = 1 + random.nextInt(32);
      long[] values = new long[n];
      for (int i = 0; i < n; i++) {
        values[i] = (random.nextLong() >>> (64 - bits)) << 32 | i;
      }
      Long[] expected = Arrays.stream(values).boxed().toArray(Long[]::new);
      Arrays.sort(expected, Comparator.comparingLong(value -> value >>> 32));
      Radix.sort(values, n, new long[n]);
      assertArrayEquals(
          Arrays.stream(expected).mapToLong(value -> value).toArray(), values, "seed " + seed);
    }
  }

  @Test
  void floatsKeepTheirOrderAsKeys() {
    float[] ascending = {
      Float.NEGATIVE_INFINITY,
      -3e38f,
      -1,
      -Float.MIN_VALUE,
      0,
      Float.MIN_VALUE,
      0.5f,
      3e38f,
      Float.POSITIVE_INFINITY
    };
    for (int i = 0; i < ascending.length; i++) {
      int key = TrainingTable.sortable(ascending[i]);
      assertEquals(ascending[i], TrainingTable.unsortable(key));
      if (i > 0) {
        assertEquals(
            -1, Integer.compareUnsigned(TrainingTable.sortable(ascending[i - 1]), key), "" + i);
      }
    }
  }

  @Test
  void aThresholdLiesAboveTheLowerValue() {
    assertEquals(1.5f, SplitSearch.threshold(1, 2));
    float next = Math.nextUp(1f);
    assertEquals(next, SplitSearch.threshold(1, next));
    assertEquals(3f, SplitSearch.threshold(Float.NEGATIVE_INFINITY, 3));
    assertEquals(Float.MAX_VALUE, SplitSearch.threshold(-Float.MAX_VALUE, Float.MAX_VALUE));
  }
}
