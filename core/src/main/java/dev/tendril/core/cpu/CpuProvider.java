package dev.tendril.core.cpu;

import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.Workers;
import java.util.List;

/// Finds the processor that Java runs on.
public final class CpuProvider implements DeviceProvider {
  static final DeviceInfo INFO =
      new DeviceInfo(
          "CPU", 0, System.getProperty("os.arch") + ", " + Workers.available() + " threads");

  /// For the service loader.
  public CpuProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public List<DeviceInfo> discover() {
    return List.of(INFO);
  }

  @Override
  public Device open(DeviceInfo info) {
    return new CpuDevice(info);
  }
}
