package dev.tendril.formats;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tendril.core.TensorException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/// Damages files: they must be read, or refused in one line.
public final class Mutations {
  private Mutations() {}

  /// Files with a few bytes changed.
  public static void change(byte[] file, long seed, int count, Consumer<byte[]> read) {
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
      check(bytes, read, "seed " + seed + ", file " + i);
    }
  }

  /// Beginnings of a file.
  public static void shorten(byte[] file, Consumer<byte[]> read) {
    for (int length = 0; length < file.length; length += 7) {
      check(Arrays.copyOf(file, length), read, "the first " + length + " bytes");
    }
  }

  private static void check(byte[] bytes, Consumer<byte[]> read, String what) {
    try {
      read.accept(bytes);
    } catch (TensorException e) {
      assertTrue(String.valueOf(e.getMessage()).indexOf('\n') < 0, what + ": " + e.getMessage());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(what + ": " + e, e);
    }
  }
}
