package dev.tendril.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged files of every format are read or refused with a [DataException], never anything else.
class HostileFilesTest {
  @TempDir Path folder;

  @Test
  void damageEndsInOneKindOfException() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : new String[] {"t.csv", "t.jsonl", "t.tfrecord"}) {
      Frame frame = new RandomFrames(random, 40).frame(!name.endsWith("csv"));
      Path file = folder.resolve(name);
      frame.write(file);
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < 60; i++) {
        byte[] bad = damaged(good, random);
        write(file, bad, random.nextInt(4) == 0);
        try {
          Frame.read(
              file.toString(),
              o -> {
                o.chunkBytes = 200;
                o.inferenceRows = 5;
                o.schema = bad.length % 2 == 0 ? frame.schema() : null;
              });
        } catch (DataException _) {
          // refused, as it should be
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + seed + ", " + name + ", attempt " + i, e);
        }
      }
    }
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    byte[] bad = good.clone();
    switch (random.nextInt(4)) {
      case 0 -> bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
      case 1 -> {
        for (int i = random.nextInt(1, 9); i > 0; i--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
      }
      case 2 -> {
        byte[] marks = "\",\n\r{}[]:0\0\\".getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(1, 9); i > 0; i--) {
          bad[random.nextInt(bad.length)] = marks[random.nextInt(marks.length)];
        }
      }
      default -> {
        int from = random.nextInt(bad.length);
        int length = random.nextInt(bad.length - from);
        System.arraycopy(good, from, bad, random.nextInt(bad.length - length), length);
      }
    }
    return bad;
  }

  private static void write(Path file, byte[] bytes, boolean gzip) throws IOException {
    try (OutputStream out =
        gzip ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
      out.write(bytes);
    }
    if (gzip && bytes.length % 3 == 0) {
      byte[] packed = Files.readAllBytes(file);
      packed[packed.length / 2] ^= 0x55;
      Files.write(file, packed);
    }
  }
}
