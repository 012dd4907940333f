package dev.tendril.core.place;

import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceName;
import java.util.List;

/// The devices that a program uses.
public interface Fleet {
  /// The first device of each type, those that get nodes first in front; the host's is the last.
  List<Device> preferred();

  /// @throws dev.tendril.core.TensorException when there is none of that name, or it does not start
  Device device(DeviceName name);

  Device host();

  SoftPlacement softPlacement();
}
