package dev.tendril.formats.tensorflow;

import dev.tendril.formats.Mutations;
import dev.tendril.formats.Networks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Damaged folders of TensorFlow.js and damaged saved models are refused in one line.
@Timeout(300)
class HostileTensorflowTest {
  private static final long SEED = 20261124;

  @TempDir private Path folder;

  private byte[] json = new byte[0];
  private byte[] saved = new byte[0];

  @BeforeEach
  void models() throws IOException {
    TfjsModel.of(Networks.network()).write(folder.resolve("web"));
    json = Files.readAllBytes(folder.resolve("web").resolve(TfjsModel.MODEL));
    saved = SavedModel.of(Networks.network()).toBytes();
  }

  private void web(byte[] bytes) {
    try {
      Files.write(folder.resolve("web").resolve(TfjsModel.MODEL), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TfjsModel.read(folder.resolve("web")).graph();
  }

  private static void saved(byte[] bytes) {
    SavedModel.of(MemorySegment.ofArray(bytes)).graph();
  }

  @Test
  void mutatedFilesAreReadOrRefused() {
    Mutations.change(json, SEED, 2_000, this::web);
    Mutations.change(saved, SEED, 3_000, HostileTensorflowTest::saved);
  }

  @Test
  void everyShortenedFileIsReadOrRefused() {
    Mutations.shorten(json, this::web);
    Mutations.shorten(saved, HostileTensorflowTest::saved);
  }

  @Test
  @Tag("slow")
  void manyMutatedFilesAreReadOrRefused() {
    Mutations.change(json, SEED + 1, 100_000, this::web);
    Mutations.change(saved, SEED + 1, 100_000, HostileTensorflowTest::saved);
  }
}
