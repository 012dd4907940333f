package dev.tendril.plugin.pjrt;

import dev.tendril.plugin.PluginException;
import dev.tendril.plugin.layout.Code;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The table of functions of a PJRT plug-in, and how they are called.
///
/// **Sizes.** Arguments say how large they are. Plug-ins refuse arguments that are smaller than
/// they know them, some also larger ones, and say in words which size they expect. Arguments are as
/// large as the plug-in's version has them; where it still refuses, what it expects is taken, once
/// and for all, and the call is made again.
///
/// Whatever fails is a [PluginException] with the plug-in's own words; what makes no sense is one
/// that names plug-in and function.
@SuppressWarnings("restricted")
final class PjrtApi {
  private static final int INTERNAL = Code.INTERNAL.number();
  private static final long MOST_TABLE_BYTES = 1 << 16;
  private static final long LONGEST_TEXT = 1 << 20;
  private static final int TRIES = 4;
  private static final Pattern SIZE =
      Pattern.compile("(PJRT_\\w+) size: expected (\\d{1,6}), got \\d+");
  private static final MethodHandle ENTRY = handle(FunctionDescriptor.of(ValueLayout.ADDRESS));
  private static final MethodHandle CALL =
      handle(FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  private static final MethodHandle CALL_VOID =
      handle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private final String name;
  private final int minor;
  private final MemorySegment table;
  private final Map<String, Long> sizes = new ConcurrentHashMap<>();

  private static MethodHandle handle(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor);
  }

  private PjrtApi(String name, int minor, MemorySegment table) {
    this.name = name;
    this.minor = minor;
    this.table = table;
  }

  /// Asks a library for its table.
  ///
  /// @param name what the plug-in is called in messages
  /// @param entry the function `GetPjrtApi`
  static PjrtApi of(String name, MemorySegment entry) {
    MemorySegment address;
    try {
      address = (MemorySegment) ENTRY.invokeExact(entry);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return at(name, address);
  }

  /// A table in memory.
  static PjrtApi at(String name, MemorySegment address) {
    String where = "plug-in " + name + ": ";
    if (address.address() == 0) {
      throw new PluginException(INTERNAL, where + "GetPjrtApi gave no table");
    }
    MemorySegment head = address.reinterpret(PjrtLayouts.API_FIRST_FUNCTION);
    long size = head.get(ValueLayout.JAVA_LONG, 0);
    int major = head.get(ValueLayout.JAVA_INT, PjrtLayouts.API_MAJOR);
    int minor = head.get(ValueLayout.JAVA_INT, PjrtLayouts.API_MINOR);
    if (size < PjrtLayouts.API_FIRST_FUNCTION || size > MOST_TABLE_BYTES) {
      throw new PluginException(
          INTERNAL, where + "PJRT_Api.struct_size is " + size + "; expected the size of its table");
    }
    if (major != 0 || minor < PjrtLayouts.OLDEST_MINOR) {
      throw new PluginException(
          Code.FAILED_PRECONDITION.number(),
          where
              + "it has version "
              + major
              + "."
              + minor
              + " of the interface of PJRT; expected 0."
              + PjrtLayouts.OLDEST_MINOR
              + " or later");
    }
    return new PjrtApi(name, minor, address.reinterpret(size));
  }

  String version() {
    return "0." + minor;
  }

  private MemorySegment pointer(PjrtFunction function) {
    return function.offset() + 8 > table.byteSize()
        ? MemorySegment.NULL
        : table.get(ValueLayout.ADDRESS, function.offset());
  }

  boolean has(PjrtFunction function) {
    return pointer(function).address() != 0;
  }

  /// Calls a function.
  ///
  /// @param nested structures that the arguments point to
  /// @throws PluginException with the plug-in's own words when it fails
  void call(PjrtFunction function, PjrtFrame arguments, PjrtFrame... nested) {
    MemorySegment pointer = pointer(function);
    if (pointer.address() == 0) {
      throw wrong(
          Code.UNIMPLEMENTED, "the function " + function.text() + " is null; it must be there");
    }
    for (int i = 0; ; i++) {
      arguments.size(size(arguments.struct()));
      for (PjrtFrame frame : nested) {
        frame.size(size(frame.struct()));
      }
      MemorySegment error = invoke(pointer, arguments.memory());
      if (error.address() == 0) {
        return;
      }
      PluginException failure = failure(function, error);
      if (i == TRIES || !learnSize(failure, arguments, nested)) {
        throw failure;
      }
    }
  }

  private long size(Struct struct) {
    Long said = sizes.get(struct.name());
    return said == null ? PjrtLayouts.size(struct, minor) : said;
  }

  /// Whether a failure says that a structure is of a size that can be had.
  private boolean learnSize(PluginException failure, PjrtFrame arguments, PjrtFrame... nested) {
    Matcher matcher = SIZE.matcher(String.valueOf(failure.getMessage()));
    if (failure.code() != Code.INVALID_ARGUMENT.number() || !matcher.find()) {
      return false;
    }
    long expected = Long.parseLong(matcher.group(2));
    boolean learned = learnSize(matcher.group(1), expected, arguments);
    for (PjrtFrame frame : nested) {
      learned |= learnSize(matcher.group(1), expected, frame);
    }
    return learned;
  }

  private boolean learnSize(String struct, long expected, PjrtFrame frame) {
    boolean fits =
        frame.struct().name().equals(struct)
            && expected >= Long.BYTES
            && expected <= frame.memory().byteSize()
            && expected != size(frame.struct());
    if (fits) {
      sizes.put(struct, expected);
    }
    return fits;
  }

  private static MemorySegment invoke(MemorySegment function, MemorySegment arguments) {
    try {
      return (MemorySegment) CALL.invokeExact(function, arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void invokeVoid(PjrtFunction function, PjrtFrame arguments) {
    MemorySegment pointer = pointer(function);
    if (pointer.address() == 0) {
      return;
    }
    arguments.size(size(arguments.struct()));
    try {
      CALL_VOID.invokeExact(pointer, arguments.memory());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// What an error says, which is given back.
  private PluginException failure(PjrtFunction function, MemorySegment error) {
    try (Arena arena = Arena.ofConfined()) {
      PjrtFrame said = new PjrtFrame(PjrtLayouts.ERROR_MESSAGE, arena).set("error", error);
      invokeVoid(PjrtFunction.ERROR_MESSAGE, said);
      String message = text(said, "message", "message_size");
      int code = code(error, arena);
      PjrtFrame gone = new PjrtFrame(PjrtLayouts.ERROR_DESTROY, arena).set("error", error);
      invokeVoid(PjrtFunction.ERROR_DESTROY, gone);
      return new PluginException(
          Code.isKnown(code) ? code : INTERNAL,
          this
              + ": "
              + function.text()
              + " failed: "
              + (message == null ? "it gave no message" : message)
              + " ("
              + Code.text(code)
              + ")");
    }
  }

  private int code(MemorySegment error, Arena arena) {
    MemorySegment pointer = pointer(PjrtFunction.ERROR_GET_CODE);
    if (pointer.address() == 0) {
      return Code.UNKNOWN.number();
    }
    PjrtFrame asked = new PjrtFrame(PjrtLayouts.ERROR_GET_CODE, arena).set("error", error);
    asked.size(size(asked.struct()));
    MemorySegment other = invoke(pointer, asked.memory());
    if (other.address() != 0) {
      PjrtFrame gone = new PjrtFrame(PjrtLayouts.ERROR_DESTROY, arena).set("error", other);
      invokeVoid(PjrtFunction.ERROR_DESTROY, gone);
      return Code.UNKNOWN.number();
    }
    return asked.number("code");
  }

  /// A text of the plug-in's in one line; null where there is none.
  @Nullable String text(PjrtFrame frame, String pointer, String length) {
    long bytes = frame.whole(length);
    MemorySegment at = frame.pointer(pointer);
    if (at.address() == 0 || bytes == 0) {
      return null;
    }
    if (bytes < 0 || bytes > LONGEST_TEXT) {
      throw wrong(
          Code.INTERNAL,
          frame.struct().name() + "." + length + " is " + bytes + "; expected 0 or more");
    }
    byte[] text = at.reinterpret(bytes).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /// A pointer that a function must have set.
  MemorySegment notNull(PjrtFunction function, PjrtFrame frame, String field) {
    MemorySegment pointer = frame.pointer(field);
    if (pointer.address() == 0) {
      throw wrong(Code.INTERNAL, function.text() + " returned OK, and " + field + " is null");
    }
    return pointer;
  }

  /// A count that a function must have set.
  long count(PjrtFunction function, PjrtFrame frame, String field, long most) {
    long count = frame.whole(field);
    if (count < 0 || count > most) {
      throw wrong(
          Code.INTERNAL,
          function.text() + " gave " + field + " = " + count + "; expected 0 to " + most);
    }
    return count;
  }

  /// What a plug-in gave that makes no sense.
  PluginException wrong(Code code, String what) {
    return new PluginException(code.number(), this + ": " + what);
  }

  @Override
  public String toString() {
    return "plug-in " + name;
  }
}
