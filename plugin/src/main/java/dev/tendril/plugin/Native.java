package dev.tendril.plugin;

import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The one form that calls of plug-ins have: a function takes the address of its arguments and
/// returns a code.
///
/// Arguments are in frames of memory that each thread keeps and uses again; a frame has room for
/// the arguments and a message. Frames nest, as a plug-in may call the host, which calls the
/// plug-in.
@SuppressWarnings("restricted")
final class Native {
  static final long MESSAGE_BYTES = 1024;

  private static final long FRAME_BYTES = 512;
  private static final long LONGEST_TEXT = 1 << 16;
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  private static final MethodHandle CALL_AT =
      Linker.nativeLinker()
          .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
  private static final ThreadLocal<ArrayDeque<MemorySegment>> FRAMES =
      ThreadLocal.withInitial(ArrayDeque::new);

  private Native() {}

  static int call(MemorySegment function, MemorySegment arguments) {
    try {
      return (int) CALL.invokeExact(function, arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// The same for arguments that the caller keeps alive: a bare address spares a look at who owns
  /// them.
  static int callAt(MemorySegment function, long arguments) {
    try {
      return (int) CALL_AT.invokeExact(function, arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// A frame of zeros for the arguments of a function, with room for its message.
  static MemorySegment frame(Struct struct) {
    MemorySegment frame = FRAMES.get().pollFirst();
    if (frame == null) {
      frame = Arena.ofAuto().allocate(FRAME_BYTES + MESSAGE_BYTES, 8);
    }
    frame.asSlice(0, FRAME_BYTES + 1).fill((byte) 0);
    head(frame, struct, frame.asSlice(FRAME_BYTES, MESSAGE_BYTES));
    return frame;
  }

  /// Says the size of arguments and where a message goes.
  static void head(MemorySegment arguments, Struct struct, MemorySegment message) {
    arguments.set(ValueLayout.JAVA_LONG, 0, struct.size());
    arguments.set(ValueLayout.JAVA_LONG, 16, message.address());
    arguments.set(ValueLayout.JAVA_LONG, 24, message.byteSize());
  }

  static void release(MemorySegment frame) {
    FRAMES.get().addFirst(frame);
  }

  /// What a plug-in wrote into a frame; null when nothing.
  static @Nullable String message(MemorySegment frame) {
    return text(frame.asSlice(FRAME_BYTES, MESSAGE_BYTES));
  }

  /// A text in memory, up to its 0 or the end; null when it is empty.
  static @Nullable String text(MemorySegment memory) {
    long length = 0;
    while (length < memory.byteSize() && memory.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return length == 0 ? null : new String(bytes, StandardCharsets.UTF_8).strip();
  }

  /// A text of the plug-in's; null where the address is.
  static @Nullable String textAt(MemorySegment address) {
    return address.address() == 0 ? null : text(address.reinterpret(LONGEST_TEXT));
  }

  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
