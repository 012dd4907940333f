package dev.tendril.core.place;

/// What happens to an op that was asked for on a device that cannot compute it.
public enum SoftPlacement {
  /// It is an error.
  ERROR,
  /// Another device computes it, which is said once for each op and list of types, with the bytes
  /// that are moved for it.
  WARN,
  /// Another device computes it; the report of placement says so.
  ALLOW
}
