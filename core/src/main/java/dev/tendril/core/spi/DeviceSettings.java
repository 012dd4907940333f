package dev.tendril.core.spi;

/// How a physical device is used.
///
/// @param name what it is called where it computes; several names may share a physical device, each
///     with a limit of memory
/// @param growth whether memory is taken as it is needed; else all that is allowed, at once
/// @param limit the most bytes of its memory to take; 0 for no limit
public record DeviceSettings(DeviceName name, boolean growth, long limit) {
  /// Nothing said: memory as needed, no limit.
  public static DeviceSettings of(DeviceName name) {
    return new DeviceSettings(name, true, 0);
  }

  public boolean isUsual() {
    return growth && limit == 0;
  }
}
