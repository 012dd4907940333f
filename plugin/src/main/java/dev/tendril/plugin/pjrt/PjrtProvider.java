package dev.tendril.plugin.pjrt;

import dev.tendril.core.TensorException;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.DeviceProvider;
import dev.tendril.core.spi.DeviceSettings;
import dev.tendril.plugin.PluginException;
import dev.tendril.plugin.layout.Code;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The devices of a PJRT plug-in. Their type is the name of its platform: `CUDA`, `ROCM`, `TPU`.
///
/// A client is made to list devices, which may take memory of theirs, and is closed with the last
/// device that was opened.
final class PjrtProvider implements DeviceProvider {
  private static final String HOST_PLATFORM = "HOST_XLA";

  private final Path file;
  private final PjrtApi api;
  private @Nullable PjrtClient client;
  private boolean initialized;
  private int opened;

  PjrtProvider(Path file, PjrtApi api) {
    this.file = file;
    this.api = api;
  }

  @Override
  public String name() {
    return "PJRT " + file.getFileName();
  }

  @Override
  public String origin() {
    return file.toString();
  }

  /// Below plug-ins that have kernels of their own for an op.
  @Override
  public int priority() {
    return 50;
  }

  private synchronized PjrtClient client() {
    PjrtClient known = client;
    if (known == null) {
      initialize();
      known = new PjrtClient(api, PjrtOptions.said());
      client = known;
    }
    return known;
  }

  private void initialize() {
    if (!initialized && api.has(PjrtFunction.PLUGIN_INITIALIZE)) {
      try (Arena arena = Arena.ofConfined()) {
        api.call(
            PjrtFunction.PLUGIN_INITIALIZE, new PjrtFrame(PjrtLayouts.PLUGIN_INITIALIZE, arena));
      }
    }
    initialized = true;
  }

  @Override
  public List<DeviceInfo> discover() {
    PjrtClient known = client();
    String type = type(known.platform());
    List<DeviceInfo> devices = new ArrayList<>();
    for (int i = 0; i < known.devices().size(); i++) {
      String kind = known.devices().get(i).kind();
      Map<String, String> details = new LinkedHashMap<>();
      details.put("device_name", kind);
      details.put("plugin", "PJRT " + api.version() + ", " + known.platform());
      details.put("file", file.toString());
      details.put("platform_version", known.version());
      details.put("modified", modified());
      devices.add(new DeviceInfo(type, i, kind.isEmpty() ? known.platform() : kind, details));
    }
    return devices;
  }

  private String modified() {
    try {
      return Files.getLastModifiedTime(file) + ", " + Files.size(file) + " bytes";
    } catch (IOException _) {
      return "";
    }
  }

  /// The type of device of a platform, which is not the host's.
  private String type(String platform) {
    String type = platform.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_");
    if (type.equals(DeviceName.HOST.type())) {
      return HOST_PLATFORM;
    }
    try {
      DeviceName.checkType(type);
    } catch (TensorException e) {
      throw new PluginException(
          Code.INTERNAL.number(),
          api + ": PJRT_Client_PlatformName gave \"" + platform + "\", " + e.getMessage());
    }
    return type;
  }

  @Override
  public Device open(DeviceInfo info) {
    return open(info, DeviceSettings.of(info.deviceName()));
  }

  @Override
  public Device open(DeviceInfo info, DeviceSettings settings) {
    if (!settings.isUsual()) {
      throw new TensorException(
          "device "
              + info.deviceName().physical()
              + " of "
              + name()
              + " with limits of memory: the plug-in takes its memory itself; say it by the"
              + " system property "
              + PjrtOptions.PROPERTY
              + ", such as memory_fraction=0.5");
    }
    synchronized (this) {
      PjrtClient known = client();
      opened++;
      return new PjrtDevice(
          known, known.devices().get(info.index()), info.as(settings.name()), this::release);
    }
  }

  private synchronized void release() {
    PjrtClient known = client;
    if (--opened == 0 && known != null) {
      client = null;
      known.close();
    }
  }
}
