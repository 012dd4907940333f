package dev.tendril.cli;

import dev.tendril.core.run.Devices;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.ModelFormat;
import dev.tendril.learn.Version;
import dev.tendril.machine.Processor;
import java.lang.module.ModuleFinder;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril doctor`.
@Command(
    name = "doctor",
    description = "Checks what Tendril runs on, and says why something is not used.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  tendril doctor")
final class DoctorCommand implements Callable<Integer> {
  private static final String VECTOR = "jdk.incubator.vector";
  private static final long LITTLE_MEMORY = 512L << 20;

  private final Console console;

  @Option(names = "--json", description = "Print the findings as JSON.", order = 1)
  private boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  /// @param state how it stands
  private record Finding(String what, State state, String text) {}

  private enum State {
    /// As it should be.
    OK,
    /// Not used, which is no failure.
    OFF,
    /// Something is missing.
    BAD
  }

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Finding> findings =
        List.of(
            new Finding("tendril", State.OK, Version.current()),
            java(),
            new Finding(
                "system",
                State.OK,
                System.getProperty("os.name")
                    + " "
                    + System.getProperty("os.version")
                    + ", "
                    + System.getProperty("os.arch")),
            new Finding(
                "processors",
                State.OK,
                Words.count(Runtime.getRuntime().availableProcessors(), "processor")),
            memory(),
            vector(),
            machine(),
            kernels(),
            found("learners", LearnerProvider.all().stream().map(LearnerProvider::name).toList()),
            found(
                "model formats",
                ServiceLoader.load(ModelFormat.class).stream()
                    .map(format -> format.get().name())
                    .toList()));
    if (json) {
      ArrayNode array = Json.object().putArray("findings");
      for (Finding finding : findings) {
        ObjectNode object = array.addObject().put("what", finding.what());
        object.put("state", finding.state().name().toLowerCase(Locale.ROOT));
        object.put("text", finding.text());
      }
      console.line(array.toPrettyString());
    } else {
      findings.forEach(
          finding ->
              console.line("%-4s %-14s %s", finding.state(), finding.what(), finding.text()));
    }
    return findings.stream().anyMatch(finding -> finding.state() == State.BAD) ? Main.FAILURE : 0;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    String text =
        version
            + ", "
            + System.getProperty("java.vm.name")
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.home");
    return new Finding("java", State.OK, text);
  }

  private static Finding memory() {
    long most = Runtime.getRuntime().maxMemory();
    String text = String.format(Locale.ROOT, "up to %,d MiB for tables and models", most >> 20);
    return most < LITTLE_MEMORY
        ? new Finding("memory", State.OFF, text + "; JDK_JAVA_OPTIONS=-Xmx4g allows more")
        : new Finding("memory", State.OK, text);
  }

  private static Finding machine() {
    Processor processor = Processor.here();
    return processor == null
        ? new Finding("machine code", State.OFF, String.valueOf(Processor.support().reason()))
        : new Finding(
            "machine code",
            State.OK,
            String.format(
                Locale.ROOT,
                "%s with %s; a core adds and multiplies up to %.0f billion floats a second",
                processor.name(),
                String.join(", ", processor.features()),
                Processor.peak()));
  }

  private static Finding kernels() {
    List<String> texts =
        Devices.kernels().stream()
            .map(
                k -> k.name() + (k.support().isYes() ? "" : " (off: " + k.support().reason() + ")"))
            .toList();
    return new Finding("cpu kernels", State.OK, String.join(", ", texts));
  }

  private static Finding vector() {
    if (ModuleLayer.boot().findModule(VECTOR).isPresent()) {
      return new Finding(
          "vector module",
          State.OK,
          VECTOR
              + " is resolved; so it is for run, devices and benchmark, while commands on tables do"
              + " without and start faster");
    }
    boolean there = ModuleFinder.ofSystem().find(VECTOR).isPresent();
    return new Finding(
        "vector module",
        State.OFF,
        there
            ? VECTOR
                + " is not resolved: graphs and forests run in plain Java; java --add-modules "
                + VECTOR
                + " makes graphs and shallow forests several times faster"
            : VECTOR + " is not part of this Java: graphs and forests run in plain Java");
  }

  private static Finding found(String what, List<String> names) {
    return names.isEmpty()
        ? new Finding(what, State.BAD, "none found: a module is missing from the module path")
        : new Finding(what, State.OK, String.join(", ", names));
  }
}
