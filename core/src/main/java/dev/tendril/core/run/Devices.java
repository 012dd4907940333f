package dev.tendril.core.run;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.place.PlacedDevice;
import dev.tendril.core.place.SoftPlacement;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.MemoryUse;
import dev.tendril.core.spi.ProviderSource.Refused;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The devices of this machine, of all providers on the path and of all plug-ins.
///
/// Ops go to the best device that computes them, unless they are asked for elsewhere:
///
/// ```java
/// Tensor x = random(NORMAL, 42, 0, 1000);             // where there is a kernel: the CPU, say
/// Tensor y = Devices.in("GPU:0", () -> relu(x));      // there, and nowhere else
/// y.device();                                         // /device:GPU:0
/// y.toFloatArray();                                   // copied when it is read
/// ```
///
/// Names may be written `GPU:0`, `gpu:0`, `/device:GPU:0` or `/physical_device:GPU:0`.
public final class Devices {
  private static final Registry REGISTRY = Registry.discover();
  private static final Device CURRENT = new PlacedDevice(REGISTRY, null);

  private Devices() {}

  static Registry registry() {
    return REGISTRY;
  }

  /// The devices that there are, those that get nodes first in front. Not yet a use of them.
  public static List<DeviceInfo> physical() {
    return REGISTRY.physical();
  }

  /// Those of a type, such as `GPU`.
  public static List<DeviceInfo> physical(String type) {
    return physical().stream().filter(info -> info.type().equalsIgnoreCase(type)).toList();
  }

  /// The devices that are computed on, those that get nodes first in front; the CPU is the last.
  /// From now on what is visible and how memory is taken cannot be changed.
  public static List<DeviceInfo> all() {
    return REGISTRY.logical();
  }

  /// Providers and plug-ins that are left out, and why.
  public static List<Refused> refused() {
    return REGISTRY.refused();
  }

  /// Which physical devices are used, beside the CPU; all of them unless said. Before the first
  /// use.
  ///
  /// @throws TensorException when there is none of a name, or after the first use
  public static void setVisible(String... names) {
    REGISTRY.setVisible(Arrays.stream(names).map(DeviceName::parse).toList());
  }

  /// Whether a device's memory is taken as it is needed, which is the default, or all at once. The
  /// same for all devices of a type. Before the first use.
  public static void setMemoryGrowth(String name, boolean on) {
    REGISTRY.setMemoryGrowth(DeviceName.parse(name), on);
  }

  /// Makes one or more logical devices of a physical one, each with at most so many bytes of its
  /// memory. Before the first use.
  public static void setMemoryLimits(String name, long... bytes) {
    REGISTRY.setMemoryLimits(DeviceName.parse(name), Arrays.stream(bytes).boxed().toList());
  }

  /// What happens to an op that was asked for on a device that does not compute it; a warning
  /// unless said.
  public static void setSoftPlacement(SoftPlacement policy) {
    REGISTRY.setSoftPlacement(policy);
  }

  public static SoftPlacement softPlacement() {
    return REGISTRY.softPlacement();
  }

  /// Runs ops of the calling thread on a device; those of a function that is traced in it too.
  ///
  /// @throws TensorException when there is no such device
  public static <T> T in(String name, Supplier<T> work) {
    DeviceName device = DeviceName.parse(name);
    REGISTRY.device(device);
    return Scope.in(new Scope(device, null), work);
  }

  /// Runs ops of the calling thread on a device.
  ///
  /// @throws TensorException when there is no such device
  public static void in(String name, Runnable work) {
    in(
        name,
        () -> {
          work.run();
          return true;
        });
  }

  /// Runs ops of the calling thread on the device of a tensor, wherever that is.
  public static <T> T with(Tensor tensor, Supplier<T> work) {
    return Scope.in(new Scope(null, tensor), work);
  }

  /// The same values on a device; the tensor itself, if that is where it is.
  ///
  /// @throws TensorException when there is no such device, or it has no memory left
  public static Tensor copy(Tensor tensor, String name) {
    return REGISTRY.device(DeviceName.parse(name)).receive(tensor);
  }

  /// What a device's allocator did; empty for the CPU.
  public static Optional<AllocatorStatistics> statistics(String name) {
    return REGISTRY.device(DeviceName.parse(name)).statistics();
  }

  /// How much memory a device has; empty when it does not say.
  public static Optional<MemoryUse> memory(String name) {
    return REGISTRY.device(DeviceName.parse(name)).memory();
  }

  /// A source of kernels for the CPU.
  ///
  /// @param support whether it works here, and if not, why
  public record Kernels(String name, Support support) {}

  /// The sources of kernels for the CPU: those that work, best first, then the others.
  public static List<Kernels> kernels() {
    List<Kernels> kernels = new ArrayList<>();
    Providers.usable().forEach(p -> kernels.add(new Kernels(p.name(), Support.YES)));
    Providers.refused().forEach((n, why) -> kernels.add(new Kernels(n, Support.no(why))));
    return List.copyOf(kernels);
  }

  /// What functions run on: all devices as one, each node on the best that computes it.
  public static Device current() {
    return CURRENT;
  }

  /// A device by its name, such as `CPU:0`. Nodes that it does not compute go to others, as the
  /// policy of [#setSoftPlacement] says.
  ///
  /// @throws TensorException when there is none of that name
  public static Device open(String name) {
    DeviceName device = DeviceName.parse(name);
    REGISTRY.device(device);
    return new PlacedDevice(REGISTRY, device);
  }
}
