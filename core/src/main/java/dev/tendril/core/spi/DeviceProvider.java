package dev.tendril.core.spi;

import java.util.List;

/// A source of devices, found as a service.
public interface DeviceProvider {
  /// What it is called in reports.
  String name();

  /// Devices of a higher priority get nodes first; the CPU has 0.
  int priority();

  /// The devices that are there.
  List<DeviceInfo> discover();

  Device open(DeviceInfo info);
}
