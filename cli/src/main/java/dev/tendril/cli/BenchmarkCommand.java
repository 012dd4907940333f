package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.forest.EngineSpeed;
import dev.tendril.forest.ForestModel;
import dev.tendril.learn.Model;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tendril benchmark`.
@Command(
    name = "benchmark",
    description = {
      "Measures how fast every engine that can run a model predicts rows, and says why others"
          + " cannot.",
      "One thread, warmed up, time of the processor; reading the table is not part of it.",
    },
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  tendril benchmark penguins-model penguins.csv")
final class BenchmarkCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "The table with rows to predict; up to 10240 are used.")
  private String data = "";

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "How long to measure each engine in each way, warm-up included (default:"
              + " ${DEFAULT-VALUE}).",
      order = 1)
  private double seconds = 2;

  @Option(names = "--json", description = "Print the figures as JSON.", order = 2)
  private boolean json;

  @Mixin private TableOptions tables = new TableOptions();
  @Mixin CommonOptions common = new CommonOptions();

  BenchmarkCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!(seconds >= 0 && seconds <= 3600)) {
      throw new IllegalArgumentException("--seconds cannot be " + seconds + ": expected 0 to 3600");
    }
    Model loaded = model.load();
    if (!(loaded instanceof ForestModel forest)) {
      throw new IllegalArgumentException(
          model.folder + ": is a " + loaded.name() + "; only forests have several engines");
    }
    Frame rows =
        tables.read(
            data,
            options -> {
              options.schema = loaded.schema();
              options.columns = loaded.features();
            });
    List<EngineSpeed> speeds = forest.engineSpeeds(rows, seconds);
    if (json) {
      console.line(json(speeds).toPrettyString());
    } else {
      print(forest, rows.rows(), speeds);
    }
    return 0;
  }

  private void print(ForestModel forest, int rows, List<EngineSpeed> speeds) {
    console.line("%s, %s", forest, Words.count(rows, "row"));
    console.line("");
    console.line("%-12s %16s %16s", "engine", "ns a row, many", "ns a row, one");
    for (EngineSpeed speed : speeds) {
      if (speed.refusal() == null) {
        console.line(
            "%-12s %16s %16s",
            speed.engine(),
            figure(speed.manyNanos(), speed.forMany()),
            figure(speed.oneNanos(), speed.forOne()));
      }
    }
    console.line("");
    console.line("* chosen by the model");
    for (EngineSpeed speed : speeds) {
      if (speed.refusal() != null) {
        console.line("%s cannot run it: %s", speed.engine(), speed.refusal());
      }
    }
  }

  private static String figure(double nanos, boolean chosen) {
    return String.format(Locale.ROOT, "%,.0f%s", nanos, chosen ? " *" : "  ");
  }

  private static ObjectNode json(List<EngineSpeed> speeds) {
    ObjectNode object = Json.object();
    ArrayNode engines = object.putArray("engines");
    for (EngineSpeed speed : speeds) {
      ObjectNode engine = engines.addObject().put("engine", speed.engine());
      if (speed.refusal() != null) {
        engine.put("refusal", speed.refusal());
        continue;
      }
      engine
          .put("nanoseconds_per_row_of_many", speed.manyNanos())
          .put("nanoseconds_per_single_row", speed.oneNanos())
          .put("chosen_for_many", speed.forMany())
          .put("chosen_for_one", speed.forOne());
    }
    return object;
  }
}
