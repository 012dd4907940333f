package dev.tendril.plugin.pjrt;

import dev.tendril.core.TensorException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Options for clients of PJRT plug-ins, such as `preallocate=false;memory_fraction=0.5`. What
/// there is depends on the plug-in, which refuses what it does not know.
final class PjrtOptions {
  static final String PROPERTY = "tendril.pjrt.options";
  static final String VARIABLE = "TENDRIL_PJRT_OPTIONS";

  private static final int STRING = 0;
  private static final int WHOLE = 1;
  private static final int FLOAT = 3;
  private static final int FLAG = 4;

  private PjrtOptions() {}

  /// Those of the system property, else of the variable.
  static Map<String, String> said() {
    String text = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    return text == null ? Map.of() : parse(text);
  }

  static Map<String, String> parse(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : text.split(";", -1)) {
      if (option.isBlank()) {
        continue;
      }
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new TensorException(
            "the option \"" + option + "\" of PJRT plug-ins: expected NAME=VALUE");
      }
      options.put(option.substring(0, equals).strip(), option.substring(equals + 1).strip());
    }
    return options;
  }

  /// Puts options into the arguments of `PJRT_Client_Create`: as booleans, whole numbers or floats
  /// where they look like them, else as texts.
  static void write(Map<String, String> options, PjrtFrame create, Arena arena) {
    if (options.isEmpty()) {
      return;
    }
    long stride = PjrtLayouts.NAMED_VALUE.size();
    MemorySegment all = arena.allocate(stride * options.size(), 8);
    int i = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      PjrtFrame value = new PjrtFrame(PjrtLayouts.NAMED_VALUE, arena);
      value.size(stride);
      byte[] name = option.getKey().getBytes(StandardCharsets.UTF_8);
      value.set("name", arena.allocateFrom(ValueLayout.JAVA_BYTE, name));
      value.set("name_size", (long) name.length);
      write(option.getValue(), value, arena);
      MemorySegment.copy(value.memory(), 0, all, stride * i++, stride);
    }
    create.set("create_options", all);
    create.set("num_options", (long) options.size());
  }

  private static void write(String text, PjrtFrame value, Arena arena) {
    value.set("value_size", 1L);
    if (text.equals("true") || text.equals("false")) {
      value.set("type", FLAG).set("int64_value", text.equals("true") ? 1L : 0L);
    } else if (text.matches("-?\\d{1,18}")) {
      value.set("type", WHOLE).set("int64_value", Long.parseLong(text));
    } else if (text.matches("-?\\d*\\.\\d+(e-?\\d+)?")) {
      int bits = Float.floatToRawIntBits(Float.parseFloat(text));
      value.set("type", FLOAT).set("int64_value", bits & 0xFFFF_FFFFL);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      value.set("type", STRING).set("value_size", (long) bytes.length);
      value.set("int64_value", arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
    }
  }
}
