package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.ProviderSource.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril devices`.
@Command(
    name = "devices",
    description =
        "Lists the devices that graphs run on, their plug-ins and why one is left out, and whose"
            + " kernels the CPU uses.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  tendril devices")
final class DevicesCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print the list as JSON.", order = 1)
  private boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  DevicesCommand(Console console) {
    this.console = console;
  }

  @Option(
      names = "--plugins",
      paramLabel = "FOLDER",
      description = "Where to look for plug-ins (default: TENDRIL_PLUGINS, or ~/.tendril/plugins).",
      order = 2)
  private @Nullable Path plugins;

  @Override
  public Integer call() {
    PluginFolders.use(plugins);
    if (json) {
      console.line(json().toPrettyString());
      return 0;
    }
    for (DeviceInfo device : Devices.physical()) {
      console.line(
          "%-24s %s%s", device.deviceName().physical(), device.description(), plugin(device));
    }
    List<Refused> refused = refused();
    if (!refused.isEmpty()) {
      console.line("");
      console.line("Left out:");
      refused.forEach(left -> console.line("  %s: %s", left.name(), left.reason()));
    }
    console.line("");
    console.line("Kernels of the CPU, best first:");
    for (Devices.Kernels kernels : Devices.kernels()) {
      String reason = kernels.support().reason();
      console.line(
          "  %-4s %s%s",
          reason == null ? "OK" : "OFF", kernels.name(), reason == null ? "" : ": " + reason);
    }
    return 0;
  }

  private static String plugin(DeviceInfo device) {
    String plugin = device.details().get("plugin");
    return plugin == null ? "" : " (" + plugin + ", " + device.details().get("file") + ")";
  }

  /// What is left out, also devices that were found and do not start.
  private static List<Refused> refused() {
    for (DeviceInfo device : Devices.all()) {
      try {
        Devices.memory(device.name());
      } catch (TensorException _) {
        // It is among those that are left out now.
      }
    }
    return Devices.refused();
  }

  private static ObjectNode json() {
    ObjectNode object = Json.object();
    ArrayNode devices = object.putArray("devices");
    for (DeviceInfo device : Devices.physical()) {
      ObjectNode entry = devices.addObject().put("name", device.name());
      entry.put("physical", device.deviceName().physical());
      entry.put("description", device.description());
      device.details().forEach(entry::put);
    }
    ArrayNode left = object.putArray("refused");
    refused().forEach(r -> left.addObject().put("name", r.name()).put("reason", r.reason()));
    ArrayNode kernels = object.putArray("kernels");
    for (Devices.Kernels source : Devices.kernels()) {
      ObjectNode entry = kernels.addObject().put("name", source.name());
      entry.put("state", source.support().isYes() ? "ok" : "off");
      if (source.support().reason() != null) {
        entry.put("reason", source.support().reason());
      }
    }
    return object;
  }
}
