package dev.tendril.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SafetensorsTest {
  private static final long SEED = 20261124;

  @TempDir private Path folder;

  private static Map<String, Tensor> all() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      if (dtype != DType.I4) {
        tensors.put("a " + dtype, Tensor.of(TensorType.of(dtype, 1, 3), 1, 0, 1));
      }
    }
    tensors.put("scalar", Tensor.scalar(2.5f));
    tensors.put("none", Tensor.zeros(TensorType.of(DType.F64, 0, 4)));
    return tensors;
  }

  private byte[] file() throws IOException {
    Path file = folder.resolve("all.safetensors");
    new Safetensors(all(), Map.of("made", "by hand")).write(file);
    return Files.readAllBytes(file);
  }

  private static void read(byte[] bytes) {
    for (Tensor tensor : Safetensors.of(MemorySegment.ofArray(bytes)).tensors().values()) {
      assertFalse(tensor.toString().isEmpty());
    }
  }

  private static byte[] file(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @Test
  void whatIsWrittenReadsBack() throws IOException {
    file();
    Safetensors again = Safetensors.read(folder.resolve("all.safetensors"));
    all().forEach((name, t) -> assertEquals(t.toString(), "" + again.tensors().get(name), name));
    assertEquals(all().keySet().size(), again.tensors().size());
    assertEquals(Map.of("made", "by hand"), again.metadata());
  }

  /// The bytes that safetensors' own writer makes of one tensor.
  @Test
  void filesOfOthersAreRead() {
    byte[] bytes = file("{\"w\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4);
    bytes[bytes.length - 4] = 7;
    Tensor found = Safetensors.of(MemorySegment.ofArray(bytes)).tensors().get("w");
    assertEquals("i16[2] {7, 0}", String.valueOf(found));
  }

  @Test
  void whatIsWrongIsSaid() {
    Map<String, String> cases =
        Map.of(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
            "w: bytes 0 to 4 of 8 for f32[2], which takes 8",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "a tensor at byte 4 of the data; expected it at 0",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "8 bytes of data; the tensors in the header take 4",
            "{\"w\":{\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "w: a tensor of type Q7",
            "{\"w\":5}",
            "an object for w",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[99999999999],\"data_offsets\":[0,4]}}",
            "w: an extent of 99999999999");
    cases.forEach(
        (header, message) -> {
          Throwable e = assertThrows(FormatException.class, () -> read(file(header, 8)), header);
          assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
        });
  }

  @Test
  void typesThatTheFormatHasNotAreRefused() {
    Safetensors four = new Safetensors(Map.of("w", Tensor.zeros(TensorType.of(DType.I4, 2))));
    assertThrows(TensorException.class, () -> four.write(folder.resolve("x.safetensors")));
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    byte[] file = file();
    Mutations.change(file, SEED, 5_000, SafetensorsTest::read);
    Mutations.shorten(file, SafetensorsTest::read);
  }

  @Test
  @Tag("slow")
  void manyMutatedFilesAreReadOrRefused() throws IOException {
    Mutations.change(file(), SEED + 1, 100_000, SafetensorsTest::read);
  }

  @Test
  void archivesOfArraysReadBack() throws IOException {
    Path file = folder.resolve("x.npz");
    Map<String, Tensor> arrays = Map.of("a", Tensor.vector(1, 2, 3), "b", Tensor.scalar(0.5f));
    Npz.write(file, arrays);
    Map<String, Tensor> again = Npz.read(file);
    assertEquals("i32[3] {1, 2, 3}", String.valueOf(again.get("a")));
    assertEquals("f32[] {0.5}", String.valueOf(again.get("b")));
    byte[] bytes = Files.readAllBytes(file);
    Mutations.change(
        bytes,
        SEED,
        1_000,
        damaged -> {
          try {
            Npz.read(Files.write(folder.resolve("damaged.npz"), damaged));
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    assertEquals(List.of("a", "b"), again.keySet().stream().sorted().toList());
  }
}
