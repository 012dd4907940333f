package dev.tendril.plugin.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// Puts a plug-in made of upcalls into a shared library, which gives it out as its own.
@SuppressWarnings("restricted")
public final class MockLibrary {
  private MockLibrary() {}

  /// @param library compiled from `pjrt.c`
  public static void install(Path library) {
    MockPjrt mock = new MockPjrt(114, false, 1);
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    try {
      Linker.nativeLinker()
          .downcallHandle(
              symbols.findOrThrow("set_api"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
          .invokeWithArguments(mock.table);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    KEPT.set(mock);
  }

  private static final java.util.concurrent.atomic.AtomicReference<Object> KEPT =
      new java.util.concurrent.atomic.AtomicReference<>();
}
