package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.stream.StreamedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The checks themselves, in the process that may end: what is found is written to a file line by
/// line, what is about to be checked too.
public final class PluginChecks {
  private final Path findings;
  private final boolean first;
  private boolean failed;

  private PluginChecks(Path findings, boolean first) {
    this.findings = findings;
    this.first = first;
  }

  /// @param arguments the plug-in, the file to write to, whether the first fault ends it
  public static void main(String[] arguments) {
    new PluginChecks(Path.of(arguments[1]), Boolean.parseBoolean(arguments[2]))
        .all(Path.of(arguments[0]));
  }

  private void write(String line) {
    try {
      Files.writeString(findings, line + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether a check went well.
  private boolean check(String name, Supplier<String> work) {
    if (first && failed) {
      return false;
    }
    write("BEGIN\t" + name);
    Check check;
    try {
      String text = work.get();
      check =
          text.startsWith(SKIPPED)
              ? new Check(name, Check.State.SKIPPED, text.substring(SKIPPED.length()))
              : new Check(name, Check.State.OK, text);
    } catch (TensorException e) {
      check = new Check(name, Check.State.FAIL, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      check = new Check(name, Check.State.FAIL, e.toString());
    }
    write(check.line());
    failed |= check.state() == Check.State.FAIL;
    return check.state() != Check.State.FAIL;
  }

  static final String SKIPPED = "skipped: ";

  /// What a check has to say against a plug-in.
  static TensorException fault(String text) {
    return new TensorException(text);
  }

  private void all(Path file) {
    NativeTable[] table = new NativeTable[1];
    boolean loaded =
        check(
            "load",
            () -> {
              table[0] = NativeTable.load(file);
              PluginFolder.addOps(table[0]);
              return table[0].name
                  + " "
                  + table[0].version
                  + ", devices of type "
                  + table[0].type
                  + " ("
                  + table[0].subtype
                  + "), priority "
                  + table[0].priority;
            });
    if (loaded) {
      devices(table[0]);
    }
    write("DONE");
  }

  private void devices(NativeTable table) {
    NativeProvider provider = new NativeProvider(table);
    List<DeviceInfo>[] found = lists();
    boolean counted =
        check(
            "devices",
            () -> {
              found[0] = provider.discover();
              return found[0].size() + ": " + found[0].stream().map(DeviceInfo::name).toList();
            });
    if (!counted) {
      return;
    }
    if (found[0].isEmpty()) {
      check("open", () -> SKIPPED + "no device is there");
      return;
    }
    NativeAccelerator[] opened = new NativeAccelerator[1];
    if (!check(
        "open",
        () -> {
          opened[0] = new NativeAccelerator(table, found[0].getFirst());
          return opened[0].kernels().size() + " kernels, " + table.ops.size() + " custom ops";
        })) {
      return;
    }
    MemoryChecks memory = new MemoryChecks(opened[0]);
    boolean sound = check("memory: blocks", memory::blocks);
    sound &= check("memory: more than there is", memory::tooMuch);
    sound &= check("memory: statistics", memory::statistics);
    sound &= check("events", memory::events);
    sound &= check("timers", memory::timers);
    sound &= check("copies: at once", memory::copiesNow);
    sound &= check("copies: on a stream", memory::copiesOnStream);
    sound &= check("copies: within the device", memory::copiesWithin);
    sound &= check("copies: two streams tied by an event", memory::twoStreams);
    sound &= check("copies: four threads", memory::threads);
    if (sound) {
      kernels(table, found[0].getFirst());
      check("memory: all given back", memory::givenBack);
    } else {
      check("kernels", () -> SKIPPED + "memory and copies come first");
    }
    check(
        "close",
        () -> {
          opened[0].close();
          table.close();
          return "";
        });
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<DeviceInfo>[] lists() {
    return new List[1];
  }

  private void kernels(NativeTable table, DeviceInfo info) {
    StreamedDevice device =
        new StreamedDevice(
            new NativeAccelerator(table, info), DeviceSettings.of(info.deviceName()));
    KernelChecks kernels = new KernelChecks(table, device);
    for (String op : kernels.ops()) {
      check(
          "kernel: " + op,
          () -> {
            Map<String, String> row = new TreeMap<>();
            try {
              return kernels.values(op, row);
            } finally {
              row.forEach((type, state) -> write("OP\t" + op + "\t" + type + "\t" + state));
            }
          });
      check("kernel: " + op + ", four threads", () -> kernels.threads(op));
    }
    check("custom ops: operands that do not fit", kernels::inference);
    check("graph pass", kernels::pass);
    check("speed", kernels::speed);
    check(
        "close the device",
        () -> {
          device.close();
          return "";
        });
  }
}
