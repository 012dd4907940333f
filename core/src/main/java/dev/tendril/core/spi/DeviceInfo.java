package dev.tendril.core.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A device that a provider found.
///
/// @param type such as `CPU` or `GPU`; of the form that [DeviceName] says
/// @param index from 0, among those of its type
/// @param description for people, such as the processor's name
/// @param details what else is known of it, such as `device_name` (the kind within the type),
///     `vendor`, `plugin`, `memory`
public record DeviceInfo(String type, int index, String description, Map<String, String> details) {
  public DeviceInfo {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  public DeviceInfo(String type, int index, String description) {
    this(type, index, description, Map.of());
  }

  /// Such as `CPU:0`.
  public String name() {
    return type + ":" + index;
  }

  /// @throws dev.tendril.core.TensorException when the type is not of its form
  public DeviceName deviceName() {
    return new DeviceName(type, index);
  }

  /// The same under another name.
  public DeviceInfo as(DeviceName name) {
    return new DeviceInfo(name.type(), name.index(), description, details);
  }
}
