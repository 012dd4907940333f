package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.plugin.layout.Code;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A plug-in that was loaded: its table, checked. What it says wrongly is a [PluginException] that
/// names the plug-in and the function or field.
@SuppressWarnings("restricted")
final class NativeTable {
  static final String ENTRY = "tendril_plugin_init";
  private static final long LARGEST_STRUCT = 1 << 16;
  private static final long MOST = 100_000;
  private static final int INTERNAL = Code.INTERNAL.number();

  final Path file;
  final String name;
  final String version;
  final String type;
  final String subtype;
  final int priority;
  final int flags;
  final List<MemorySegment> kernels;
  final List<MemorySegment> ops;
  final @Nullable MemorySegment pass;
  private final Map<String, MemorySegment> functions = new HashMap<>();
  private volatile boolean closed;

  private NativeTable(Path file, MemorySegment table) {
    this.file = file;
    String known = pointerText(table, "name");
    this.name = known == null ? String.valueOf(file.getFileName()) : known;
    String said = pointerText(table, "version");
    this.version = said == null ? "" : said;
    this.type = text(table, "type");
    this.subtype = text(table, "subtype");
    this.priority = table.get(ValueLayout.JAVA_INT, Abi.PLUGIN.offset("priority"));
    this.flags = table.get(ValueLayout.JAVA_INT, Abi.PLUGIN.offset("flags"));
    if (known == null) {
      throw wrong("TpPlugin.name is null");
    }
    try {
      DeviceName.checkType(type);
    } catch (TensorException e) {
      throw wrong("TpPlugin.type: " + e.getMessage());
    }
    if (type.equals(DeviceName.HOST.type())) {
      throw wrong("TpPlugin.type is CPU, which is the host's own");
    }
    if (priority < 1) {
      throw wrong("TpPlugin.priority is " + priority + "; expected a number above 0");
    }
    readFunctions(table);
    this.kernels = structs(table, "num_kernels", "kernels", Abi.KERNEL);
    this.ops = structs(table, "num_ops", "ops", Abi.OP);
    MemorySegment given = table.get(ValueLayout.ADDRESS, Abi.PLUGIN.offset("pass"));
    this.pass = given.address() == 0 ? null : sized(given, Abi.PASS, "TpPlugin.pass");
  }

  /// Loads a shared library and asks for its table. The library stays in memory.
  static NativeTable load(Path file) {
    return load(PluginLibrary.open(file));
  }

  static NativeTable load(PluginLibrary library) {
    Path file = library.file();
    Optional<MemorySegment> entry = library.entry(ENTRY);
    if (entry.isEmpty()) {
      throw new PluginException(
          Code.UNIMPLEMENTED.number(), "loading the plug-in " + file + ": it exports no " + ENTRY);
    }
    MemorySegment frame = Native.frame(Abi.INIT);
    try {
      frame.set(ValueLayout.JAVA_INT, Abi.INIT.offset("abi_major"), Abi.MAJOR);
      frame.set(ValueLayout.JAVA_INT, Abi.INIT.offset("abi_minor"), Abi.MINOR);
      frame.set(ValueLayout.ADDRESS, Abi.INIT.offset("host"), HostTable.TABLE);
      int code = Native.call(entry.get(), frame);
      String where = "plug-in " + file + ": " + ENTRY;
      if (code != 0) {
        throw failed(where, code, Native.message(frame));
      }
      MemorySegment table = frame.get(ValueLayout.ADDRESS, Abi.INIT.offset("plugin"));
      if (table.address() == 0) {
        throw new PluginException(INTERNAL, where + " returned OK and gave no table");
      }
      return new NativeTable(file, checked(file, table));
    } finally {
      Native.release(frame);
    }
  }

  private static MemorySegment checked(Path file, MemorySegment table) {
    MemorySegment head = table.reinterpret(24);
    long size = head.get(ValueLayout.JAVA_LONG, 0);
    String where = "plug-in " + file + ": TpPlugin.";
    if (size < Abi.PLUGIN.size() || size > LARGEST_STRUCT) {
      throw new PluginException(
          INTERNAL,
          where
              + "struct_size is "
              + size
              + "; expected sizeof(TpPlugin), at least "
              + Abi.PLUGIN.size());
    }
    int major = head.get(ValueLayout.JAVA_INT, Abi.PLUGIN.offset("abi_major"));
    if (major != Abi.MAJOR) {
      throw new PluginException(
          Code.FAILED_PRECONDITION.number(),
          where
              + "abi_major is "
              + major
              + "; this host has "
              + Abi.MAJOR
              + ": build it with the header of this host");
    }
    return table.reinterpret(size);
  }

  private void readFunctions(MemorySegment table) {
    for (String function : Abi.PLUGIN.fields().keySet()) {
      long offset = Abi.PLUGIN.offset(function);
      if (offset >= Abi.PLUGIN.offset("device_count")) {
        MemorySegment pointer = table.get(ValueLayout.ADDRESS, offset);
        if (pointer.address() != 0) {
          functions.put(function, pointer);
        }
      }
    }
    for (String function : Abi.REQUIRED) {
      if (!functions.containsKey(function)) {
        throw wrong("the function " + function + " is null; it must be there");
      }
    }
    long timers = Abi.TIMERS.stream().filter(functions::containsKey).count();
    if (timers != 0 && timers != Abi.TIMERS.size()) {
      throw wrong("some functions of timers are null, some not; expected " + Abi.TIMERS);
    }
  }

  private List<MemorySegment> structs(
      MemorySegment table, String count, String field, Struct struct) {
    long number = table.get(ValueLayout.JAVA_LONG, Abi.PLUGIN.offset(count));
    MemorySegment pointers = table.get(ValueLayout.ADDRESS, Abi.PLUGIN.offset(field));
    if (number < 0 || number > MOST) {
      throw wrong("TpPlugin." + count + " is " + number + "; expected 0 or more");
    }
    if (number > 0 && pointers.address() == 0) {
      throw wrong("TpPlugin." + field + " is null, and " + count + " is " + number);
    }
    List<MemorySegment> structs = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      MemorySegment pointer = pointers.reinterpret(8 * number).getAtIndex(ValueLayout.ADDRESS, i);
      structs.add(sized(pointer, struct, "TpPlugin." + field + "[" + i + "]"));
    }
    return structs;
  }

  /// A structure of the plug-in's, of at least the size of the first version.
  MemorySegment sized(MemorySegment pointer, Struct struct, String what) {
    if (pointer.address() == 0) {
      throw wrong(what + " is null");
    }
    long size = pointer.reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
    if (size < struct.size() || size > LARGEST_STRUCT) {
      throw wrong(
          what
              + ".struct_size is "
              + size
              + "; expected sizeof("
              + struct.name()
              + "), at least "
              + struct.size());
    }
    return pointer.reinterpret(size);
  }

  private static @Nullable String pointerText(MemorySegment table, String field) {
    return Native.textAt(table.get(ValueLayout.ADDRESS, Abi.PLUGIN.offset(field)));
  }

  private String text(MemorySegment table, String field) {
    String text = pointerText(table, field);
    if (text == null) {
      throw wrong("TpPlugin." + field + " is null");
    }
    return text;
  }

  /// Its custom ops.
  List<NativeOp> customOps() {
    return ops.stream().map(op -> new NativeOp(this, op)).toList();
  }

  boolean has(String function) {
    return functions.containsKey(function);
  }

  /// The address of a function that is there.
  MemorySegment function(String name) {
    MemorySegment function = functions.get(name);
    if (function == null) {
      throw wrong("the function " + name + " is null");
    }
    return function;
  }

  /// Calls a function of the table.
  ///
  /// @throws PluginException with the plug-in's own words when it fails
  void call(String function, MemorySegment frame) {
    check(function, Native.call(function(function), frame), frame);
  }

  /// What a function returned.
  void check(String function, int code, MemorySegment frame) {
    if (code != 0) {
      throw failed(this + ": " + function, code, Native.message(frame));
    }
  }

  static PluginException failed(String where, int code, @Nullable String message) {
    return new PluginException(
        Code.isKnown(code) ? code : INTERNAL,
        where
            + " failed: "
            + (message == null ? "it gave no message" : message)
            + " ("
            + Code.text(code)
            + ")");
  }

  /// What a plug-in gave that makes no sense.
  PluginException wrong(String what) {
    return new PluginException(INTERNAL, this + ": " + what);
  }

  /// Ends the plug-in; nothing may be called after.
  void close() {
    if (!closed) {
      closed = true;
      if (has("shutdown")) {
        MemorySegment frame = Native.frame(Abi.SHUTDOWN);
        try {
          call("shutdown", frame);
        } finally {
          Native.release(frame);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "plug-in " + name + " (" + file + ")";
  }
}
