package dev.tendril.plugin;

import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.stream.StreamedDevice;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The devices of a plug-in.
final class NativeProvider implements DeviceProvider {
  private static final int MOST_DEVICES = 4096;

  private final NativeTable table;

  NativeProvider(NativeTable table) {
    this.table = table;
  }

  @Override
  public String name() {
    return table.name;
  }

  @Override
  public String origin() {
    return table.file.toString();
  }

  @Override
  public int priority() {
    return table.priority;
  }

  @Override
  public List<DeviceInfo> discover() {
    int count;
    MemorySegment frame = Native.frame(Abi.DEVICE_COUNT);
    try {
      table.call("device_count", frame);
      count = frame.get(ValueLayout.JAVA_INT, Abi.DEVICE_COUNT.offset("count"));
    } finally {
      Native.release(frame);
    }
    if (count < 0 || count > MOST_DEVICES) {
      throw table.wrong("device_count gave count = " + count + "; expected 0 or more");
    }
    List<DeviceInfo> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      devices.add(describe(i));
    }
    return devices;
  }

  private DeviceInfo describe(int ordinal) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("device_name", table.subtype);
    details.put("plugin", table.name + (table.version.isEmpty() ? "" : " " + table.version));
    details.put("file", table.file.toString());
    String description = null;
    if (table.has("describe_device")) {
      Struct struct = Abi.DESCRIBE_DEVICE;
      MemorySegment frame = Native.frame(struct);
      try {
        frame.set(ValueLayout.JAVA_INT, struct.offset("ordinal"), ordinal);
        frame.set(ValueLayout.JAVA_INT, struct.offset("numa_node"), -1);
        frame.set(ValueLayout.JAVA_LONG, struct.offset("memory_bandwidth"), -1);
        frame.set(ValueLayout.JAVA_DOUBLE, struct.offset("gflops"), -1);
        table.call("describe_device", frame);
        description = text(frame, "hardware_name");
        put(details, "vendor", text(frame, "vendor"));
        put(details, "bus_id", text(frame, "bus_id"));
        int node = frame.get(ValueLayout.JAVA_INT, struct.offset("numa_node"));
        put(details, "numa_node", node < 0 ? null : Integer.toString(node));
        long bandwidth = frame.get(ValueLayout.JAVA_LONG, struct.offset("memory_bandwidth"));
        put(details, "memory_bandwidth", bandwidth < 0 ? null : Long.toString(bandwidth));
        double flops = frame.get(ValueLayout.JAVA_DOUBLE, struct.offset("gflops"));
        put(details, "gflops", flops < 0 ? null : Double.toString(flops));
      } finally {
        Native.release(frame);
      }
    }
    return new DeviceInfo(
        table.type, ordinal, description == null ? table.subtype : description, details);
  }

  private static @Nullable String text(MemorySegment frame, String field) {
    return Native.textAt(frame.get(ValueLayout.ADDRESS, Abi.DESCRIBE_DEVICE.offset(field)));
  }

  private static void put(Map<String, String> details, String key, @Nullable String value) {
    if (value != null) {
      details.put(key, value);
    }
  }

  @Override
  public Device open(DeviceInfo info) {
    return open(info, DeviceSettings.of(info.deviceName()));
  }

  @Override
  public Device open(DeviceInfo info, DeviceSettings settings) {
    return new StreamedDevice(new NativeAccelerator(table, info), settings);
  }
}
