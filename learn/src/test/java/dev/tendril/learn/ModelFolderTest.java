package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  private final ModelFolder models = new ModelFolder(List.of(StubModel.FORMAT), _ -> {});
  private Path parent = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void start(@TempDir Path folder) {
    parent = folder;
    target = folder.resolve("M");
  }

  private static ModelFolder.Writer word(String word) {
    return folder -> Files.writeString(folder.resolve("word"), word);
  }

  private String load(Path folder) {
    return ((StubModel) models.read(folder)).word();
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName() + "").collect(Collectors.toSet());
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    models.replace(target, word("old"));
    assertEquals("old", load(target));
    models.replace(
        target,
        folder -> {
          assertEquals("old", load(target));
          Files.createDirectories(folder.resolve("a/b"));
          Files.writeString(folder.resolve("a/b/c"), "deep");
          word("new").write(folder);
        });
    assertEquals("new", load(target));
    assertEquals("deep", Files.readString(target.resolve("a/b/c")));
    assertEquals(Set.of("M"), names(parent));
  }

  @Test
  void makesParentsAndUsesEmptyFolders() throws IOException {
    Path deep = parent.resolve("a/b/M");
    models.replace(deep, word("deep"));
    assertEquals("deep", load(deep));
    Path empty = Files.createDirectory(parent.resolve("empty"));
    models.replace(empty, word("full"));
    assertEquals("full", load(empty));
    assertEquals(Set.of("a", "empty"), names(parent));
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Files.writeString(target, "data");
    assertEquals(
        "cannot write the model " + target + ": there is a file of that name; choose another name",
        TestFrames.message(ModelException.class, () -> models.replace(target, word("new"))));
    assertEquals("data", Files.readString(target));
    Path home = Files.createDirectory(parent.resolve("home"));
    Files.writeString(home.resolve("thesis"), "precious");
    assertEquals(
        "cannot write the model "
            + home
            + ": the folder holds something other than a model; choose another name or empty it",
        TestFrames.message(ModelException.class, () -> models.replace(home, word("new"))));
    assertEquals("precious", Files.readString(home.resolve("thesis")));
    assertThrows(ModelException.class, () -> models.replace(target.resolve("in"), word("new")));
    assertThrows(ModelException.class, () -> models.replace(Path.of("/"), word("new")));
    assertEquals(Set.of("M", "home"), names(parent));
  }

  @Test
  void failureMidwayLeavesTheOldModel() throws IOException {
    models.replace(target, word("old"));
    for (Exception failure :
        List.of(
            new IOException("the pen broke"),
            new java.io.UncheckedIOException(new IOException("the pen broke")),
            new ModelException("the pen broke"))) {
      String message =
          TestFrames.message(
              ModelException.class,
              () ->
                  models.replace(
                      target,
                      folder -> {
                        word("half").write(folder);
                        switch (failure) {
                          case IOException e -> throw e;
                          case RuntimeException e -> throw e;
                          default -> throw new AssertionError(failure);
                        }
                      }));
      assertTrue(message.endsWith("the pen broke"), message);
      assertEquals("old", load(target));
      assertEquals(Set.of("M"), names(parent));
    }
  }

  @Test
  void fullDiskIsNamed() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "this system has no file that is always full");
    models.replace(target, word("old"));
    String message =
        TestFrames.message(
            ModelException.class,
            () -> models.replace(target, folder -> Files.writeString(full, "drop")));
    assertEquals("cannot write the model " + target + ": No space left on device", message);
    assertEquals("old", load(target));
    assertEquals(Set.of("M"), names(parent));
  }

  @Test
  void missingPermissionIsNamed() throws IOException {
    models.replace(target, word("old"));
    assumeTrue(
        parent.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "this file system has no POSIX permissions");
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(parent), "this user may write everywhere");
      String message =
          TestFrames.message(ModelException.class, () -> models.replace(target, word("new")));
      assertTrue(
          message.startsWith("cannot write the model " + target + ": permission denied: "),
          message);
      assertEquals("old", load(target));
    } finally {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /// Copies the disk at every step of a write, as a kill would leave it, then loads and writes.
  @Test
  void killAtAnyStepLeavesAModel(@TempDir Path snapshots) throws IOException {
    Map<ModelFolder.Step, Path> killed = new EnumMap<>(ModelFolder.Step.class);
    models.replace(target, word("old"));
    ModelFolder watched =
        new ModelFolder(
            List.of(StubModel.FORMAT),
            step -> killed.put(step, copy(parent, snapshots.resolve(step.name()))));
    watched.replace(target, word("new"));
    assertEquals(ModelFolder.Step.values().length, killed.size());
    for (Map.Entry<ModelFolder.Step, Path> at : killed.entrySet()) {
      Path left = at.getValue().resolve("M");
      boolean newIsIn = at.getKey().compareTo(ModelFolder.Step.NEW_MOVED) >= 0;
      assertEquals(newIsIn ? "new" : "old", load(left), at.getKey().name());
      assertThrows(
          ModelException.class,
          () ->
              models.replace(
                  left,
                  _ -> {
                    throw new IOException("again");
                  }));
      assertEquals(newIsIn ? "new" : "old", load(left), at.getKey().name());
      models.replace(left, word("newer"));
      assertEquals("newer", load(left));
      assertEquals(Set.of("M"), names(at.getValue()), at.getKey().name());
    }
  }

  private static Path copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
      return to;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void writersOfOneTargetDoNotDeleteEachOthersWork() throws IOException {
    models.replace(
        target,
        folder -> {
          models.replace(target, word("inner"));
          word("outer").write(folder);
        });
    assertEquals("outer", load(target));
    assertEquals(Set.of("M"), names(parent));
  }

  @Test
  void followsALinkAndKeepsIt() throws IOException {
    Path real = parent.resolve("real");
    models.replace(real, word("old"));
    Files.createSymbolicLink(target, Path.of("real"));
    models.replace(target, word("new"));
    assertTrue(Files.isSymbolicLink(target));
    assertEquals("new", load(real));
    assertEquals(Set.of("M", "real"), names(parent));
    Path circle = Files.createSymbolicLink(parent.resolve("circle"), Path.of("circle"));
    assertThrows(ModelException.class, () -> models.replace(circle, word("new")));
  }

  @Test
  void linksInsideAnOldModelAreNotFollowed() throws IOException {
    Path precious = Files.createDirectory(parent.resolve("precious"));
    Files.writeString(precious.resolve("thesis"), "kept");
    models.replace(target, word("old"));
    Files.createSymbolicLink(target.resolve("link"), precious);
    models.replace(target, word("new"));
    assertFalse(Files.exists(target.resolve("link")));
    assertEquals("kept", Files.readString(precious.resolve("thesis")));
  }

  @Test
  void saysWhatIsWrongWithALoad() throws IOException {
    assertEquals(
        "there is no model " + target + ": no such folder",
        TestFrames.message(ModelException.class, () -> models.read(target)));
    Path file = Files.writeString(parent.resolve("file"), "data");
    assertEquals(
        file + " is a file: expected the folder of a model, or a model in one file",
        TestFrames.message(ModelException.class, () -> models.read(file)));
    Path folder = Files.createDirectory(parent.resolve("folder"));
    assertEquals(
        folder + " is an empty folder: expected the folder of a model",
        TestFrames.message(ModelException.class, () -> models.read(folder)));
    Files.writeString(folder.resolve("notes"), "data");
    assertEquals(
        folder + " is not a model of a known format: expected stub",
        TestFrames.message(ModelException.class, () -> models.read(folder)));
    assertEquals(
        folder + " is not a model of a known format: no module that knows one is on the path",
        TestFrames.message(ModelException.class, () -> Model.load(folder)));
  }
}
