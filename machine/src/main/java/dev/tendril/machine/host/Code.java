package dev.tendril.machine.host;

import dev.tendril.machine.asm.Routine;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// A routine that can be called, `void routine(long *arguments)`. It gets its place in executable
/// memory when it is first needed, together with all others that are waiting ([CodePool]), and
/// keeps it for as long as it is reachable.
public final class Code {
  private final String name;
  private final int bytes;
  private byte @Nullable [] content;
  private volatile @Nullable MemorySegment place;

  Code(Routine routine) {
    this.name = routine.name();
    this.content = routine.bytes();
    this.bytes = routine.bytes().length;
  }

  /// For profilers and reports.
  public String name() {
    return name;
  }

  /// The size of code and constants.
  public int bytes() {
    return bytes;
  }

  /// Where it is in memory, from now on.
  public long address() {
    return place().address();
  }

  private MemorySegment place() {
    MemorySegment known = place;
    if (known == null) {
      CodePool.seal();
      known = place;
      if (known == null) {
        known = CodePool.seal(this);
      }
    }
    return known;
  }

  byte[] content() {
    byte[] waiting = content;
    if (waiting == null) {
      throw new IllegalStateException(name + " has its place already");
    }
    return waiting;
  }

  void stand(MemorySegment at) {
    place = at;
    content = null;
  }

  /// Calls it. The arguments, and all that they point to, must stay until it returns.
  public void call(MemorySegment arguments) {
    try {
      Foreign.call(place(), arguments.address());
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(arguments);
    }
  }
}
