package dev.tendril.core.run;

import dev.tendril.core.TensorException;
import dev.tendril.core.place.Fleet;
import dev.tendril.core.place.SoftPlacement;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.core.spi.ProviderSource;
import dev.tendril.core.spi.ProviderSource.Refused;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The devices of a machine, physical and logical.
///
/// Physical devices are what providers found. The logical ones are what programs compute on: one
/// for each physical device that is visible, or several that share its memory within limits. What
/// is visible and how memory is taken can be said until the first use; from then on it stands.
///
/// A type belongs to one provider. Where two claim it, none of them gets it: which one would win is
/// not for chance to say.
final class Registry implements Fleet {
  private static final System.Logger LOG = System.getLogger(Registry.class.getName());

  private final List<Physical> physical = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private final Map<String, String> disputed = new TreeMap<>();
  private final Map<DeviceName, Boolean> growth = new LinkedHashMap<>();
  private final Map<DeviceName, List<Long>> limits = new LinkedHashMap<>();
  private @Nullable List<DeviceName> visible;
  private volatile SoftPlacement softPlacement = SoftPlacement.WARN;
  private volatile @Nullable Started started;

  /// @param provider where the device comes from
  private record Physical(DeviceInfo info, DeviceProvider provider) {
    DeviceName name() {
      return info.deviceName();
    }
  }

  /// A device that programs compute on.
  private static final class Logical {
    final Physical physical;
    final DeviceSettings settings;
    @Nullable Device device;
    @Nullable TensorException failure;

    Logical(Physical physical, DeviceSettings settings) {
      this.physical = physical;
      this.settings = settings;
    }
  }

  /// What stands from the first use on.
  ///
  /// @param isPlain whether the host is all there is
  private record Started(Map<DeviceName, Logical> logical, Device host, boolean isPlain) {}

  Registry(List<DeviceProvider> providers, List<Refused> refusedBefore) {
    refused.addAll(refusedBefore);
    List<DeviceProvider> sorted = new ArrayList<>(providers);
    sorted.sort(Comparator.comparingInt(DeviceProvider::priority).reversed());
    Map<String, DeviceProvider> owners = new LinkedHashMap<>();
    for (DeviceProvider provider : sorted) {
      try {
        register(provider, owners);
      } catch (TensorException e) {
        refuse(provider, String.valueOf(e.getMessage()));
      } catch (RuntimeException | LinkageError e) {
        refuse(provider, e.toString());
      }
    }
    physical.removeIf(device -> disputed.containsKey(device.info.type()));
    if (physical.stream().noneMatch(device -> device.name().isHost())) {
      throw new IllegalStateException("no provider of the device " + DeviceName.HOST);
    }
  }

  private void refuse(DeviceProvider provider, String reason) {
    refused.add(new Refused(provider.name() + " (" + provider.origin() + ")", reason));
  }

  private void register(DeviceProvider provider, Map<String, DeviceProvider> owners) {
    List<Physical> found = new ArrayList<>();
    for (DeviceInfo info : provider.discover()) {
      DeviceName.checkType(info.type());
      found.add(new Physical(info, provider));
    }
    for (Physical device : found) {
      String type = device.info.type();
      DeviceProvider owner = owners.putIfAbsent(type, provider);
      if (owner != null && !owner.equals(provider)) {
        boolean isHost = type.equals(DeviceName.HOST.type());
        String both =
            "the type "
                + type
                + " of device is claimed by two: "
                + owner.name()
                + " ("
                + owner.origin()
                + ") and "
                + provider.name()
                + " ("
                + provider.origin()
                + "); remove one of them";
        if (isHost) {
          DeviceProvider guest = owner.priority() == 0 ? provider : owner;
          refuse(guest, both);
          physical.removeIf(other -> other.provider.equals(guest));
          if (guest.equals(provider)) {
            return;
          }
          owners.put(type, provider);
        } else {
          disputed.put(type, both);
          refuse(owner, both);
          refuse(provider, both);
        }
      }
    }
    physical.addAll(found);
  }

  static Registry discover() {
    List<DeviceProvider> providers = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    ServiceLoader.load(DeviceProvider.class).forEach(providers::add);
    for (ProviderSource source : ServiceLoader.load(ProviderSource.class)) {
      ProviderSource.Findings findings = source.find();
      providers.addAll(findings.providers());
      refused.addAll(findings.refused());
    }
    return new Registry(providers, refused);
  }

  List<DeviceInfo> physical() {
    return physical.stream().map(Physical::info).toList();
  }

  synchronized List<Refused> refused() {
    return List.copyOf(refused);
  }

  private Physical physical(DeviceName name) {
    return physical.stream()
        .filter(device -> device.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name, physical.stream().map(Physical::name).toList()));
  }

  private TensorException unknown(DeviceName name, List<DeviceName> there) {
    String dispute = disputed.get(name.type());
    String text = "device " + name + ": no such device; there are " + there;
    return new TensorException(dispute == null ? text : "device " + name + ": " + dispute);
  }

  private void checkNotStarted(String what) {
    if (started != null) {
      throw new TensorException(
          what + " after devices were used; say it before the first op, function or Devices.open");
    }
  }

  synchronized void setVisible(List<DeviceName> names) {
    checkNotStarted("setting visible devices");
    names.forEach(this::physical);
    visible = List.copyOf(names);
  }

  synchronized void setMemoryGrowth(DeviceName name, boolean on) {
    checkNotStarted("setting the growth of memory of " + name);
    checkRemote(name, "growth of memory");
    if (limits.containsKey(name)) {
      throw new TensorException(
          "device " + name + ": growth of memory and limits of memory exclude each other");
    }
    growth.put(name, on);
  }

  synchronized void setMemoryLimits(DeviceName name, List<Long> bytes) {
    checkNotStarted("setting limits of memory of " + name);
    checkRemote(name, "limits of memory");
    if (growth.containsKey(name)) {
      throw new TensorException(
          "device " + name + ": growth of memory and limits of memory exclude each other");
    }
    if (bytes.isEmpty() || bytes.stream().anyMatch(limit -> limit < 1)) {
      throw new TensorException(
          "limits of memory of " + name + ": " + bytes + "; expected one or more, above 0");
    }
    limits.put(name, List.copyOf(bytes));
  }

  private void checkRemote(DeviceName name, String what) {
    physical(name);
    if (name.isHost()) {
      throw new TensorException(
          what + " of " + name + ": the host's memory is limited by options of the JVM");
    }
  }

  private Started started() {
    Started now = started;
    return now == null ? start() : now;
  }

  private synchronized Started start() {
    Started known = started;
    if (known != null) {
      return known;
    }
    checkGrowth();
    Map<DeviceName, Logical> logical = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Physical device : physical) {
      if (isVisible(device)) {
        List<Long> shares = limits.getOrDefault(device.name(), List.of(0L));
        for (long limit : shares) {
          int index = counts.merge(device.info.type(), 1, Integer::sum) - 1;
          DeviceName name = new DeviceName(device.info.type(), index);
          boolean grows = growth.getOrDefault(device.name(), true);
          logical.put(name, new Logical(device, new DeviceSettings(name, grows, limit)));
        }
      }
    }
    Logical host = logical.get(DeviceName.HOST);
    if (host == null) {
      throw new IllegalStateException("no host");
    }
    Device opened = host.physical.provider.open(host.physical.info);
    host.device = opened;
    Started now = new Started(logical, opened, logical.size() == 1);
    started = now;
    return now;
  }

  /// The host is always visible: it computes what nobody else does.
  private boolean isVisible(Physical device) {
    List<DeviceName> names = visible;
    return names == null || device.name().isHost() || names.contains(device.name());
  }

  private void checkGrowth() {
    Map<String, Boolean> byType = new TreeMap<>();
    for (Physical device : physical) {
      if (isVisible(device) && !limits.containsKey(device.name())) {
        boolean grows = growth.getOrDefault(device.name(), true);
        Boolean other = byType.putIfAbsent(device.info.type(), grows);
        if (other != null && other != grows) {
          throw new TensorException(
              "growth of memory is on for some devices of type "
                  + device.info.type()
                  + " and off for others; expected the same for all of a type");
        }
      }
    }
  }

  /// The devices that programs compute on; asking for them is the first use.
  List<DeviceInfo> logical() {
    return started().logical.values().stream()
        .map(device -> device.physical.info.as(device.settings.name()))
        .toList();
  }

  boolean isPlain() {
    return started().isPlain;
  }

  @Override
  public Device host() {
    return started().host;
  }

  @Override
  public Device device(DeviceName name) {
    Logical logical = started().logical.get(name);
    if (logical == null) {
      throw unknown(name, List.copyOf(started().logical.keySet()));
    }
    return open(logical);
  }

  private Device open(Logical logical) {
    synchronized (logical) {
      if (logical.failure != null) {
        throw logical.failure;
      }
      Device device = logical.device;
      if (device == null) {
        try {
          device = logical.physical.provider.open(logical.physical.info, logical.settings);
        } catch (TensorException e) {
          fail(logical, e);
          throw e;
        }
        logical.device = device;
      }
      return device;
    }
  }

  private void fail(Logical logical, TensorException e) {
    logical.failure = e;
    String reason = logical.settings.name() + ": " + e.getMessage();
    LOG.log(Level.WARNING, "a device does not start: {0}", reason);
    synchronized (this) {
      refuse(logical.physical.provider, reason);
    }
  }

  @Override
  public List<Device> preferred() {
    List<Device> devices = new ArrayList<>();
    for (Logical logical : started().logical.values()) {
      if (logical.settings.name().index() == 0 && logical.failure == null) {
        try {
          devices.add(open(logical));
        } catch (TensorException _) {
          // Said by open; it gets no nodes.
        }
      }
    }
    return List.copyOf(devices);
  }

  @Override
  public SoftPlacement softPlacement() {
    return softPlacement;
  }

  void setSoftPlacement(SoftPlacement policy) {
    softPlacement = policy;
  }
}
