package dev.tendril.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  @Test
  void keepsWhatItIsGiven() {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertEquals("f32[2,3] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}", tensor.toString());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, tensor.toFloatArray());
    assertEquals(5, tensor.get(4));
    assertEquals(0, tensor.memory().address() % 64);
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeHoldsItsRange(DType dtype) {
    SplittableRandom random = new SplittableRandom(7);
    int count = 257;
    Tensor tensor = Tensor.zeros(TensorType.of(dtype, count));
    long[] expected = new long[count];
    for (int i = 0; i < count; i++) {
      long low = dtype.isFloat() ? -256 : dtype.min();
      long high = dtype.isFloat() ? 256 : dtype.max();
      expected[i] =
          switch (i) {
            case 0 -> low;
            case 1 -> high;
            default ->
                low + random.nextLong(Math.min(high - low, Long.MAX_VALUE - 1) & Long.MAX_VALUE);
          };
      Elements.setLong(tensor.memory(), dtype, i, expected[i]);
    }
    assertArrayEquals(expected, tensor.toLongArray(), dtype.text());
  }

  @Test
  void realNumbersAreRoundedAndKeptToTheRange() {
    assertEquals(
        "i8[5] {-128, 127, 0, 1, -1}",
        Tensor.of(TensorType.of(DType.I8, 5), -1e9, 1e9, Double.NaN, 1.9, -1.9).toString());
    assertEquals(
        "bf16[2] {1.0, 1.0078125}",
        Tensor.of(TensorType.of(DType.BF16, 2), 1.00390625, 1.0040).toString());
    assertEquals(
        "f16[2] {65504.0, Infinity}",
        Tensor.of(TensorType.of(DType.F16, 2), 65504, 1e6).toString());
  }

  @Test
  void useAfterCloseIsAnError() {
    Tensor small = Tensor.vector(1f, 2f);
    Tensor large = Tensor.zeros(TensorType.of(DType.F32, 10_000));
    Tensor view = large.view(TensorType.of(DType.F32, 100, 100));
    small.close();
    large.close();
    large.close();
    assertTrue(small.isClosed() && large.isClosed() && view.isClosed());
    assertThrows(ClosedTensorException.class, () -> small.get(0));
    assertThrows(ClosedTensorException.class, view::memory);
    assertEquals("f32[2] (closed)", small.toString());
  }

  @Test
  void closedMemoryIsUsedAgain() {
    Tensor first = Tensor.allocate(TensorType.of(DType.F32, 123_456));
    long address = first.memory().address();
    first.close();
    assertEquals(address, Tensor.allocate(TensorType.of(DType.F32, 123_400)).memory().address());
  }

  @Test
  void scopesCloseWhatIsNotKept() {
    Tensor before = Tensor.scalar(1);
    Tensor kept;
    Tensor left;
    try (TensorScope scope = TensorScope.open()) {
      left = Tensor.scalar(2);
      try (TensorScope inner = TensorScope.open()) {
        kept = inner.keep(Tensor.scalar(3));
      }
      assertFalse(kept.isClosed());
      scope.keep(kept);
    }
    assertFalse(before.isClosed());
    assertFalse(kept.isClosed());
    assertTrue(left.isClosed());
  }

  @Test
  void viewsShareMemory() {
    Tensor tensor = Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2);
    assertEquals("i32[2,2] {3, 4, 5, 6}", tensor.rows(1, 3).toString());
    assertEquals(
        "i32[4] {3, 4, 5, 6}", tensor.rows(1, 3).view(TensorType.of(DType.I32, 4)).toString());
    assertThrows(ShapeException.class, () -> tensor.rows(2, 4));
    assertThrows(ShapeException.class, () -> tensor.view(TensorType.of(DType.I32, 5)));
  }

  @Test
  void memoryOfOthersIsUsedWithoutACopy(@TempDir Path folder) throws IOException {
    MemorySegment memory = Arena.ofAuto().allocate(8, 8);
    Tensor wrapped = Tensor.wrap(memory, TensorType.of(DType.I32, 2));
    assertEquals(memory.address(), wrapped.memory().address());
    assertThrows(
        TensorException.class,
        () -> Tensor.wrap(MemorySegment.ofArray(new int[2]), TensorType.of(DType.I32, 2)));

    Path file = folder.resolve("values");
    Files.write(file, new byte[] {9, 9, 9, 1, 2, 3});
    assertEquals("i8[3] {1, 2, 3}", Tensor.map(file, 3, TensorType.of(DType.I8, 3)).toString());
    String message =
        assertThrows(TensorException.class, () -> Tensor.map(file, 4, TensorType.of(DType.I8, 3)))
            .getMessage();
    assertTrue(message.endsWith("byte 4: a tensor of type i8[3] takes 3 bytes; the file has 6"));
  }

  @Test
  void whatDoesNotFitIsSaidInOneLine() {
    assertEquals(
        "a tensor of shape [2,2] from 3 values; expected 4",
        assertThrows(ShapeException.class, () -> Tensor.of(new float[3], 2, 2)).getMessage());
    assertTrue(
        assertThrows(
                TensorException.class,
                () -> Tensor.allocate(TensorType.of(DType.F64, 1 << 20, 1 << 20)))
            .getMessage()
            .startsWith("a tensor of 8796093022208 bytes does not fit"));
    assertThrows(ShapeException.class, () -> Shape.of(1 << 30, 1 << 30, 1 << 30));
    assertThrows(ShapeException.class, () -> Tensor.allocate(TensorType.of(DType.F32, Shape.ANY)));
    assertThrows(TensorException.class, () -> Quant.of(0, 0));
    assertThrows(
        ShapeException.class,
        () -> new TensorType(DType.I8, Shape.of(3, 2), Quant.perAxis(new float[] {1, 2}, 0)));
  }

  @Test
  void shapesBroadcast() {
    assertEquals(Shape.of(4, 2, 3), Shape.broadcast(Shape.of(2, 1), Shape.of(4, 1, 3)));
    assertEquals(Shape.of(0, 3), Shape.broadcast(Shape.of(0, 1), Shape.of(3)));
    assertEquals(Shape.of(Shape.ANY, 3), Shape.broadcast(Shape.of(Shape.ANY, 1), Shape.of(1, 3)));
    assertThrows(ShapeException.class, () -> Shape.broadcast(Shape.of(2), Shape.of(3)));
  }
}
