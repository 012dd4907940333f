package dev.tendril.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscretizerTest {
  @TempDir Path folder;

  private static Field.Discretized details(int maxBins, float... values) {
    return (Field.Discretized) Discretizer.describe("x", false, values, maxBins).details();
  }

  @Test
  void fewValuesGetBoundariesMidway() {
    Field.Discretized few = details(255, 3, 1, Float.NaN, 2, 2, 1);
    assertArrayEquals(new float[] {1.5f, 2.5f}, few.boundaries());
    assertEquals(3, few.distinct());
    assertEquals(0, few.bin(1));
    assertEquals(1, few.bin(1.5f));
    assertEquals(2, few.bin(9));
    assertArrayEquals(new float[0], details(255, 4, 4).boundaries());
    assertArrayEquals(new float[0], details(255, Float.NaN).boundaries());
    float next = Math.nextUp(1f);
    assertArrayEquals(new float[] {next}, details(255, 1, next).boundaries());
  }

  @Test
  void manyValuesShareBinsEvenlyAndSpecialOnesStandAlone() {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 4 == 0 ? 0 : (float) random.nextGaussian() + 1;
    }
    Field.Discretized many = details(64, values);
    assertTrue(many.boundaries().length < 64, "" + many.boundaries().length);
    int[] counts = new int[many.boundaries().length + 1];
    for (float value : values) {
      counts[many.bin(value)]++;
    }
    assertEquals(5000, counts[many.bin(0)]);
    assertTrue(many.bin(0) != many.bin(Math.nextUp(0f)) && many.bin(0) != many.bin(-1e-6f));
    float mean = (float) many.numerical().mean();
    assertTrue(many.bin(mean) != many.bin(Math.nextUp(mean)));
    int large = 0;
    for (int count : counts) {
      large = Math.max(large, count == 5000 ? 0 : count);
    }
    assertTrue(large < 2 * 15_000 / 60, "" + large);
  }

  @Test
  void everyBinHasANumberThatFallsIntoIt() {
    float[] values = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) CounterRandom.uniform(1, i) - 0.5f;
    }
    Field.Discretized bins = details(16, values);
    for (int bin = 0; bin <= bins.boundaries().length; bin++) {
      assertEquals(bin, bins.bin(bins.representative(bin)));
    }
  }

  @Test
  void readsNumbersAsBinsOnRequest() throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), "x,y\n1,a\n2,b\nNA,c\n4,d\n");
    Frame frame = Frame.read(file.toString(), o -> o.discretize = true);
    DiscretizedColumn x = (DiscretizedColumn) frame.column("x");
    assertEquals(1, x.bin(1));
    assertTrue(x.isMissing(2));
    Frame again = Frame.read(file.toString(), o -> o.schema = frame.schema());
    assertEquals(frame.column("x").field(), again.column("x").field());
    Frame asked = Frame.read(file.toString(), o -> o.semantic("x", Semantic.DISCRETIZED_NUMERICAL));
    assertTrue(asked.column("x").field().manual());
    assertThrows(IllegalArgumentException.class, () -> details(1, 1, 2));
  }
}
