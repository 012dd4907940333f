package com.example.npu;

import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.stream.StreamedDevice;
import java.util.List;
import java.util.Map;

/// Finds the one device there is.
public final class NpuProvider implements DeviceProvider {
  private static final DeviceInfo INFO =
      new DeviceInfo(
          "JPU", 0, "a pretended accelerator in Java", Map.of("device_name", "MY_JAVA_DEVICE"));

  public NpuProvider() {}

  @Override
  public String name() {
    return "jpu-example";
  }

  @Override
  public int priority() {
    return 50;
  }

  @Override
  public List<DeviceInfo> discover() {
    return List.of(INFO);
  }

  @Override
  public Device open(DeviceInfo info) {
    return open(info, DeviceSettings.of(info.deviceName()));
  }

  @Override
  public Device open(DeviceInfo info, DeviceSettings settings) {
    return new StreamedDevice(new Npu(info), settings);
  }
}
