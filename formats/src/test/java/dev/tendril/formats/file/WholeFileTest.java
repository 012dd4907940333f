package dev.tendril.formats.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path folder;

  private void write(Path file, int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    WholeFile.write(file, channel -> WholeFile.writeAll(channel, ByteBuffer.wrap(content)));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a.bin");
    write(file, 1, 2, 3);
    write(file, 4, 5);
    assertArrayEquals(new byte[] {4, 5}, Files.readAllBytes(file));
    TensorException e =
        assertThrows(
            TensorException.class,
            () ->
                WholeFile.write(
                    file,
                    channel -> {
                      WholeFile.writeAll(channel, ByteBuffer.wrap(new byte[] {6}));
                      throw new IOException("the disk is full");
                    }));
    assertEquals("writing " + file + ": the disk is full", e.getMessage());
    assertArrayEquals(new byte[] {4, 5}, Files.readAllBytes(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void itIsReadableLikeAnyNewFile() throws IOException {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"),
        "skipped: files have no permissions here");
    Path ordinary = Files.writeString(folder.resolve("ordinary"), "");
    Path file = folder.resolve("a.bin");
    write(file, 1);
    assertEquals(Files.getPosixFilePermissions(ordinary), Files.getPosixFilePermissions(file));
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path file = folder.resolve("none").resolve("a.bin");
    String message = assertThrows(TensorException.class, () -> write(file, 1)).getMessage();
    assertTrue(message.endsWith("a.bin: no such folder"), message);
  }
}
