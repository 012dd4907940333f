package dev.tendril.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said of devices before their first use, and devices that work later than they are told:
/// programs in JVMs of their own.
class DeviceProgramsTest {
  private static Path folder(Path parent) throws IOException {
    Path folder = Files.createDirectory(parent.resolve("plugins"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  /// @param flags of the plug-in, such as that of an allocator of its own
  private static Path probe(Path parent, int flags) throws IOException {
    Path folder = folder(parent);
    Gcc.compile(
        folder.resolve("libprobe.so"),
        List.of(
            "-shared",
            "-fPIC",
            "-DPROBE_FLAGS=" + flags,
            Gcc.root().resolve("plugin/src/test/c/probe.c").toString(),
            "-lpthread"));
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"visible", "limits"})
  void settingsAreSaidBeforeTheFirstUse(String program, @TempDir Path parent) throws IOException {
    OtherJvm.run(probe(parent, 0), DeviceProgram.class, program);
  }

  @Test
  void memoryIsTakenAtOnceWhereItIsNotToGrow(@TempDir Path parent) throws IOException {
    OtherJvm.run(probe(parent, 0), DeviceProgram.class, "growth");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void devicesThatWorkLaterAreWaitedFor(int flags, @TempDir Path parent) throws IOException {
    OtherJvm.run(probe(parent, flags), DeviceProgram.class, "later");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void memoryIsFreedWhileOthersRun(int flags, @TempDir Path parent) throws IOException {
    OtherJvm.run(probe(parent, flags), DeviceProgram.class, "together", "40");
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void memoryIsFreedWhileOthersRunForLong(int flags, @TempDir Path parent) throws IOException {
    OtherJvm.run(probe(parent, flags), DeviceProgram.class, "together", "3000");
  }

  @Test
  void aLibraryOfPjrtInTheFolderIsADevice(@TempDir Path parent) throws IOException {
    Path folder = folder(parent);
    Path library =
        Gcc.compile(
            folder.resolve("libmock.so"),
            List.of("-shared", "-fPIC", Gcc.root().resolve("plugin/src/test/c/pjrt.c").toString()));
    OtherJvm.run(folder, DeviceProgram.class, "pjrt", library.toString());
  }
}
