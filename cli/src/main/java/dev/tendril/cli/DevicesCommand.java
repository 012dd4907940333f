package dev.tendril.cli;

import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.DeviceInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril devices`.
@Command(
    name = "devices",
    description =
        "Lists the devices that graphs run on, whose kernels the CPU uses, and why one is not used.",
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

  @Override
  public Integer call() {
    if (json) {
      console.line(json().toPrettyString());
      return 0;
    }
    for (DeviceInfo device : Devices.all()) {
      console.line("%-8s %s", device.name(), device.description());
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

  private static ObjectNode json() {
    ObjectNode object = Json.object();
    ArrayNode devices = object.putArray("devices");
    for (DeviceInfo device : Devices.all()) {
      devices.addObject().put("name", device.name()).put("description", device.description());
    }
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
