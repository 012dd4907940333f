package dev.tendril.core.spi;

import dev.tendril.core.TensorException;
import java.util.List;

/// A source of devices of one type, found as a service.
public interface DeviceProvider {
  /// What it is called in reports.
  String name();

  /// Devices of a higher priority get nodes first; the CPU has 0.
  int priority();

  /// The devices that are there.
  ///
  /// @throws TensorException when it cannot work here, and why; it is then left out
  List<DeviceInfo> discover();

  Device open(DeviceInfo info);

  /// Opens a device under a name and with limits.
  ///
  /// @throws TensorException when it cannot keep to them
  default Device open(DeviceInfo info, DeviceSettings settings) {
    if (!settings.isUsual() || !settings.name().equals(info.deviceName())) {
      throw new TensorException(
          "device "
              + info.deviceName().physical()
              + " of "
              + name()
              + " with limits of memory, which it does not know: leave them out");
    }
    return open(info);
  }

  /// Where it comes from, for people: the file, or the module.
  default String origin() {
    Module module = getClass().getModule();
    return module.isNamed() ? "module " + module.getName() : getClass().getName();
  }
}
