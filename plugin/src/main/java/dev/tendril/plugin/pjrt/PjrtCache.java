package dev.tendril.plugin.pjrt;

import dev.tendril.core.TensorException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Compiled programs in a folder, so that a program is compiled once for a device and a version of
/// a plug-in. Switched on by the system property `tendril.pjrt.cache` or the variable
/// `TENDRIL_PJRT_CACHE`, which name the folder.
///
/// What is read there runs on the device with all rights of the program: a folder to which
/// everybody may write is not used. A file that the plug-in does not take is written anew.
final class PjrtCache {
  static final String PROPERTY = "tendril.pjrt.cache";
  static final String VARIABLE = "TENDRIL_PJRT_CACHE";

  private static final System.Logger LOG = System.getLogger(PjrtCache.class.getName());

  private PjrtCache() {}

  /// @param nanos what it took
  record Compiled(MemorySegment program, boolean isFromCache, long nanos) {}

  static Compiled compile(PjrtDevice device, String text) {
    long start = System.nanoTime();
    Path file = file(device, text);
    MemorySegment known = file == null ? MemorySegment.NULL : read(device.client(), file);
    if (known.address() != 0) {
      return new Compiled(known, true, System.nanoTime() - start);
    }
    MemorySegment made = device.client().compile(text);
    long nanos = System.nanoTime() - start;
    if (file != null) {
      write(device.client(), made, file);
    }
    return new Compiled(made, false, nanos);
  }

  private static @Nullable Path file(PjrtDevice device, String text) {
    String said = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    if (said == null || said.isBlank()) {
      return null;
    }
    Path folder = Path.of(said);
    try {
      Files.createDirectories(folder);
      if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
        LOG.log(
            Level.WARNING,
            "programs are not kept in {0}: everybody may write there; take that right from them",
            folder);
        return null;
      }
    } catch (UnsupportedOperationException _) {
      // Rights are said in another way here.
    } catch (IOException e) {
      LOG.log(Level.WARNING, "programs are not kept in {0}: {1}", folder, e.toString());
      return null;
    }
    return folder.resolve(key(device, text) + ".program");
  }

  /// All that a compiled program depends on.
  private static String key(PjrtDevice device, String text) {
    PjrtClient client = device.client();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          new String[] {
            client.platform(),
            client.version(),
            client.api().version(),
            device.info().details().getOrDefault("file", ""),
            device.info().details().getOrDefault("modified", ""),
            device.addressable().kind(),
            HexFormat.of().formatHex(client.compileOptions()),
            text
          }) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemorySegment read(PjrtClient client, Path file) {
    try {
      return Files.isRegularFile(file)
          ? client.deserialize(Files.readAllBytes(file))
          : MemorySegment.NULL;
    } catch (IOException | TensorException e) {
      LOG.log(Level.WARNING, "the program {0} is compiled anew: {1}", file, e.getMessage());
      return MemorySegment.NULL;
    }
  }

  private static void write(PjrtClient client, MemorySegment program, Path file) {
    try {
      byte[] bytes = client.serialize(program);
      if (bytes != null) {
        Path part = Files.createTempFile(file.getParent(), "program", ".part");
        try {
          Files.write(part, bytes);
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
    } catch (IOException | TensorException e) {
      LOG.log(Level.WARNING, "the program {0} is not kept: {1}", file, e.getMessage());
    }
  }
}
