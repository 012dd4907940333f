package dev.tendril.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NpyTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"BF16", "I4"})
  void whatIsWrittenReadsBack(DType dtype) {
    Tensor tensor = Tensor.of(TensorType.of(dtype, 2, 1, 3), 0, 1, 1, 0, 1, 1);
    Path file = folder.resolve("x.npy");
    Npy.write(file, tensor);
    assertEquals(tensor.toString(), Npy.read(file).toString());
  }

  @Test
  void scalarsAndVectorsHaveShapes() {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.scalar(3f));
    assertEquals("f32[] {3.0}", Npy.read(file).toString());
    Npy.write(file, Tensor.vector(1, 2));
    assertEquals("i32[2] {1, 2}", Npy.read(file).toString());
    Npy.write(file, Tensor.zeros(TensorType.of(DType.F64, 0, 4)));
    assertEquals("f64[0,4] {}", Npy.read(file).toString());
  }

  /// The bytes that numpy.save wrote for `numpy.arange(3, dtype='<i2')`.
  @Test
  void filesOfNumpyAreRead() throws IOException {
    String header = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }";
    byte[] text =
        (header + " ".repeat(118 - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[10 + text.length + 6];
    System.arraycopy(
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0}, 0, bytes, 0, 10);
    System.arraycopy(text, 0, bytes, 10, text.length);
    bytes[10 + text.length + 2] = 1;
    bytes[10 + text.length + 4] = 2;
    Path file = Files.write(folder.resolve("x.npy"), bytes);
    assertArrayEquals(new int[] {0, 1, 2}, Npy.read(file).toIntArray());
  }

  @Test
  void damagedFilesFailInOneLine() throws IOException {
    Path file = folder.resolve("x.npy");
    Npy.write(file, Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 2000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int j = 0; j < 3 && bad.length > 0; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(file, bad);
      try {
        Npy.read(file).toFloatArray();
      } catch (TensorException e) {
        assertTrue(
            String.valueOf(e.getMessage()).startsWith(file.toString())
                || String.valueOf(e.getMessage()).startsWith("the shape"),
            e.getMessage());
      }
    }
    assertTrue(
        String.valueOf(
                assertThrows(TensorException.class, () -> Npy.read(folder.resolve("none.npy")))
                    .getMessage())
            .endsWith("none.npy: no such file"));
  }

  @Test
  void aFailedWriteLeavesNothing() throws IOException {
    assertThrows(
        TensorException.class,
        () -> Npy.write(folder.resolve("none").resolve("x.npy"), Tensor.scalar(1)));
    assertThrows(
        TensorException.class,
        () -> Npy.write(folder.resolve("x.npy"), Tensor.zeros(TensorType.of(DType.I4, 2))));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }
}
