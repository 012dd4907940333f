package dev.tendril.core.run;

import dev.tendril.core.TensorException;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// The devices of this machine, of all providers on the path.
public final class Devices {
  private static final List<Found> FOUND = discover();
  private static final Device CPU = FOUND.getLast().open();

  private Devices() {}

  /// @param provider where the device comes from
  private record Found(DeviceInfo info, DeviceProvider provider) {
    Device open() {
      return provider.open(info);
    }
  }

  private static List<Found> discover() {
    List<DeviceProvider> providers = new ArrayList<>();
    ServiceLoader.load(DeviceProvider.class).forEach(providers::add);
    providers.sort(Comparator.comparingInt(DeviceProvider::priority).reversed());
    List<Found> found = new ArrayList<>();
    for (DeviceProvider provider : providers) {
      provider.discover().forEach(info -> found.add(new Found(info, provider)));
    }
    return List.copyOf(found);
  }

  /// All devices, those that get nodes first in front; the CPU is the last.
  public static List<DeviceInfo> all() {
    return FOUND.stream().map(Found::info).toList();
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

  /// The device that single ops and functions run on.
  public static Device current() {
    return CPU;
  }

  /// Opens a device by its name, such as `CPU:0`.
  ///
  /// @throws TensorException when there is none of that name
  public static Device open(String name) {
    return FOUND.stream()
        .filter(found -> found.info.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TensorException(
                    "device "
                        + name
                        + ": no such device; there are "
                        + all().stream().map(DeviceInfo::name).toList()))
        .open();
  }
}
