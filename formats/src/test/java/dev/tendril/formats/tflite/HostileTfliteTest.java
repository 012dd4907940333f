package dev.tendril.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tendril.core.TensorException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damaged files are refused in one line: no other exception, no hang, no memory beyond a small
/// multiple of the file.
@Timeout(300)
class HostileTfliteTest {
  private static final long SEED = 20261124;

  @Test
  void mutatedFilesAreReadOrRefused() {
    mutate(SEED, 3_000);
  }

  @Test
  @Tag("slow")
  void manyMutatedFilesAreReadOrRefused() {
    mutate(SEED + 1, 100_000);
  }

  @Test
  void everyShortenedFileIsReadOrRefused() {
    byte[] file = TfliteModel.of(TfliteModelTest.network()).toBytes();
    for (int length = 0; length < file.length; length += 7) {
      check(Arrays.copyOf(file, length), "the first " + length + " bytes");
    }
  }

  private static void mutate(long seed, int count) {
    byte[] file = TfliteModel.of(TfliteModelTest.network()).toBytes();
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      byte[] bytes = file.clone();
      int changes = 1 + random.nextInt(8);
      for (int k = 0; k < changes; k++) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] = (byte) random.nextInt(256);
          case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          default -> {
            int from = random.nextInt(bytes.length - 8);
            System.arraycopy(file, from, bytes, Math.min(at, bytes.length - 8), 8);
          }
        }
      }
      check(bytes, "seed " + seed + ", file " + i);
    }
  }

  private static void check(byte[] bytes, String what) {
    try {
      TfliteModel.of(bytes).graph();
    } catch (TensorException e) {
      assertTrue(String.valueOf(e.getMessage()).indexOf('\n') < 0, what + ": " + e.getMessage());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(what + ": " + e, e);
    }
  }
}
