package dev.tendril.plugin;

import dev.tendril.plugin.layout.Code;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A shared library in a folder of plug-ins. It stays in memory once it is loaded.
@SuppressWarnings("restricted")
public final class PluginLibrary {
  private final Path file;
  private final SymbolLookup symbols;

  private PluginLibrary(Path file, SymbolLookup symbols) {
    this.file = file;
    this.symbols = symbols;
  }

  /// Loads a library.
  ///
  /// @throws PluginException when there is none, or it is none for this machine
  static PluginLibrary open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PluginException(
          Code.NOT_FOUND.number(), "loading the plug-in " + file + ": no such file");
    }
    checkForm(file);
    try {
      return new PluginLibrary(
          file, SymbolLookup.libraryLookup(file.toAbsolutePath(), Arena.global()));
    } catch (IllegalArgumentException e) {
      throw new PluginException(
          Code.FAILED_PRECONDITION.number(),
          "loading the plug-in "
              + file
              + ": it is no shared library for this machine, or one that it needs is missing ("
              + e.getMessage()
              + ")");
    }
  }

  /// The loader of the system is not asked to load what is no library: it may do harm before it
  /// says no.
  private static void checkForm(Path file) {
    byte[] head = new byte[4];
    int read;
    try (InputStream in = Files.newInputStream(file)) {
      read = in.readNBytes(head, 0, head.length);
    } catch (IOException e) {
      throw new PluginException(Code.NOT_FOUND.number(), "loading the plug-in " + file + ": " + e);
    }
    int magic = ByteBuffer.wrap(head).getInt();
    boolean isLibrary =
        read == head.length
            && (magic == 0x7f454c46
                || magic == 0xcffaedfe
                || magic == 0xcafebabe
                || magic >>> 16 == 0x4d5a);
    if (!isLibrary) {
      throw new PluginException(
          Code.FAILED_PRECONDITION.number(),
          "loading the plug-in " + file + ": it is no shared library");
    }
  }

  public Path file() {
    return file;
  }

  /// The function that a symbol names, if the library exports it.
  public Optional<MemorySegment> entry(String symbol) {
    return symbols.find(symbol);
  }
}
