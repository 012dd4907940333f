package dev.tendril.machine.host;

import dev.tendril.machine.asm.Routine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Gives routines their place in executable memory: written while it is writable, then sealed, and
/// never both writable and executable.
///
/// A page that is sealed cannot take another routine, and a page each would be a waste. So routines
/// wait until the first of them is called, or until they come to [#BATCH] bytes, and go into pages
/// together: a compiled graph's kernels share theirs. Pages go with the last of their routines,
/// when the collector finds it; since code is small on the Java heap, the collector is asked to
/// come by when what is mapped has grown to [#GROWTH] since the last time.
public final class CodePool {
  private static final int ALIGNMENT = 64;
  private static final int BATCH = 1 << 16;
  private static final long GROWTH = 64L << 20;
  private static final boolean MAP = Boolean.getBoolean("tendril.machine.perf");

  private static List<WeakReference<Code>> waiting = new ArrayList<>();
  private static int waitingBytes;
  private static long asked = GROWTH;

  private CodePool() {}

  /// The bytes of executable memory of this process.
  public static long mappedBytes() {
    return Pages.mapped();
  }

  /// A routine that will have its place when it is needed.
  public static synchronized Code add(Routine routine) {
    Code code = new Code(routine);
    waiting.add(new WeakReference<>(code));
    waitingBytes += code.bytes();
    if (waitingBytes >= BATCH) {
      seal();
    }
    return code;
  }

  /// Gives all that wait their place.
  static synchronized void seal() {
    List<Code> batch = new ArrayList<>();
    for (WeakReference<Code> reference : waiting) {
      Code code = reference.get();
      if (code != null) {
        batch.add(code);
      }
    }
    waiting = new ArrayList<>();
    waitingBytes = 0;
    place(batch);
  }

  /// The place of one that waited with others when the system refused.
  static synchronized MemorySegment seal(Code code) {
    return place(List.of(code)).getFirst();
  }

  private static List<MemorySegment> place(List<Code> batch) {
    int size = 0;
    for (Code code : batch) {
      size += align(code.bytes());
    }
    if (size == 0) {
      return List.of();
    }
    byte[] content = new byte[size];
    int at = 0;
    for (Code code : batch) {
      System.arraycopy(code.content(), 0, content, at, code.bytes());
      at += align(code.bytes());
    }
    if (Pages.mapped() > asked) {
      System.gc();
      asked = 2 * Pages.mapped() + GROWTH;
    }
    MemorySegment pages = Pages.seal(content);
    List<MemorySegment> places = new ArrayList<>();
    at = 0;
    for (Code code : batch) {
      MemorySegment place = pages.asSlice(at, code.bytes());
      code.stand(place);
      places.add(place);
      at += align(code.bytes());
      if (MAP) {
        map(place.address(), code);
      }
    }
    return places;
  }

  private static int align(int bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /// A line in the file in which `perf` looks for names of code that was made at run time.
  private static void map(long address, Code code) {
    String line =
        Long.toHexString(address) + ' ' + Integer.toHexString(code.bytes()) + ' ' + code.name();
    Path file =
        Path.of(
            System.getProperty("java.io.tmpdir"), "perf-" + ProcessHandle.current().pid() + ".map");
    try {
      Files.writeString(
          file,
          line + '\n',
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
