package dev.tendril.cli;

import dev.tendril.plugin.Check;
import dev.tendril.plugin.PluginReport;
import dev.tendril.plugin.PluginTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril plugin test`.
@Command(
    name = "plugin",
    description = {
      "Tests a plug-in for devices: every rule of tendril_plugin.h, memory and copies, threads,"
          + " errors, kernels against the reference, speed.",
      "It runs in a process of its own. The exit status is 1 when something is wrong.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  tendril plugin test libapu.so")
final class PluginCommand implements Callable<Integer> {
  private static final String TEST = "test";

  private final Console console;

  @Parameters(index = "0", paramLabel = "test", description = "What to do: test.")
  private String action = TEST;

  @Parameters(index = "1", paramLabel = "FILE", description = "The shared library.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print the findings as JSON.", order = 1)
  private boolean json;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description = "How long it may take (default: 300).",
      order = 2)
  private int limit = 300;

  @Mixin CommonOptions common = new CommonOptions();

  PluginCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!action.equals(TEST)) {
      throw new IllegalArgumentException(
          "tendril plugin " + action + ": expected tendril plugin test FILE");
    }
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("testing the plug-in " + file + ": no such file");
    }
    PluginReport report = PluginTest.run(file, Duration.ofSeconds(limit), check -> show(check));
    if (json) {
      print(report);
    } else {
      if (!report.support().isEmpty()) {
        console.line("");
        report.table().lines().forEach(line -> console.line("%s", line));
      }
      long bad = report.checks().stream().filter(Check::isBad).count();
      console.line("");
      console.line("%s", bad == 0 ? "sound" : Words.count(bad, "check") + " speak against it");
    }
    return report.isSound() ? 0 : Main.FAILURE;
  }

  private void show(Check check) {
    if (!json) {
      console.line(
          "%-7s %s%s",
          check.state(), check.name(), check.text().isEmpty() ? "" : ": " + check.text());
    }
  }

  private void print(PluginReport report) {
    ObjectNode object = Json.object();
    ArrayNode checks = object.putArray("checks");
    for (Check check : report.checks()) {
      checks
          .addObject()
          .put("name", check.name())
          .put("state", check.state().name())
          .put("text", check.text());
    }
    ObjectNode support = object.putObject("support");
    report
        .support()
        .forEach(
            (op, row) -> {
              ObjectNode types = support.putObject(op);
              row.forEach(types::put);
            });
    object.put("sound", report.isSound());
    console.line("%s", object.toPrettyString());
  }
}
