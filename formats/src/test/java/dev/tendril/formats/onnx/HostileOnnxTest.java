package dev.tendril.formats.onnx;

import dev.tendril.formats.Mutations;
import dev.tendril.formats.Networks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damaged files are refused in one line: no other exception, no hang, no memory beyond a small
/// multiple of the file.
@Timeout(300)
class HostileOnnxTest {
  private static final long SEED = 20261124;

  private final byte[] file = OnnxModel.of(Networks.network()).toBytes();

  private static void read(byte[] bytes) {
    OnnxModel.of(bytes).graph();
  }

  @Test
  void mutatedFilesAreReadOrRefused() {
    Mutations.change(file, SEED, 3_000, HostileOnnxTest::read);
  }

  @Test
  @Tag("slow")
  void manyMutatedFilesAreReadOrRefused() {
    Mutations.change(file, SEED + 1, 100_000, HostileOnnxTest::read);
  }

  @Test
  void everyShortenedFileIsReadOrRefused() {
    Mutations.shorten(file, HostileOnnxTest::read);
  }
}
