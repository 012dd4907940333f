package dev.tendril.core.spi;

/// A device that a provider found.
///
/// @param type such as `CPU` or `GPU`
/// @param index from 0, among those of its type
/// @param description for people, such as the processor's name
public record DeviceInfo(String type, int index, String description) {
  /// Such as `CPU:0`.
  public String name() {
    return type + ":" + index;
  }
}
