package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.EvaluationOptions;
import dev.tendril.learn.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `tendril evaluate`.
@Command(
    name = "evaluate",
    description = "Measures how well a model predicts rows whose truth is known.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril evaluate penguins-model penguins-test.csv",
      "  tendril evaluate penguins-model penguins-test.csv --slice island --html report.html",
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Parameters(index = "1", paramLabel = "DATA", description = "The table, with its label column.")
  private String data = "";

  @Option(
      names = "--slice",
      paramLabel = "COL",
      split = ",",
      description = "Measure also the rows of every value of a column; may be repeated.",
      order = 1)
  private List<String> slices = new ArrayList<>();

  @Option(
      names = "--weights",
      paramLabel = "COL",
      description = "The column that holds the weight of every row. Default: all weigh 1.",
      order = 2)
  private @Nullable String weights;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Draws behind bootstrap intervals, 0 for none (default: ${DEFAULT-VALUE}).",
      order = 3)
  private int resamples = 2000;

  @Mixin private AnomalyMark anomaly = new AnomalyMark();

  @Option(names = "--json", description = "Print the evaluation as JSON.", order = 4)
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a report with tables and curves, one file that needs no other.",
      order = 5)
  private @Nullable Path html;

  @Mixin private TableOptions tables = new TableOptions();
  @Mixin CommonOptions common = new CommonOptions();

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (html != null) {
      Output.requireFile("--html", html);
    }
    Model loaded = model.load();
    Frame rows =
        tables.read(
            data,
            options -> {
              options.schema = loaded.schema();
              options.columns = List.copyOf(needed(loaded));
            });
    if (loaded instanceof MultitaskModel several) {
      return all(several, rows);
    }
    Evaluation evaluation = loaded.evaluate(rows, this::measuring);
    if (html != null) {
      Output.write(html, HtmlReport.of(evaluation, loaded, model.folder.toString(), data));
    }
    console.out().print(json ? evaluation.toJson() + "\n" : evaluation.toText());
    if (html != null) {
      console.note("wrote " + html);
    }
    return 0;
  }

  private void measuring(EvaluationOptions options) {
    options.weights = weights;
    options.anomaly = anomaly.value;
    options.slices = slices.stream().distinct().toList();
    options.resamples = resamples;
  }

  /// Every task of a model, one after the other.
  private int all(MultitaskModel several, Frame rows) {
    if (html != null) {
      throw new IllegalArgumentException(
          "--html: the model predicts several labels; choose one by --only LABEL");
    }
    Map<String, Evaluation> evaluations = several.evaluateAll(rows, this::measuring);
    if (json) {
      ObjectNode object = Json.object();
      evaluations.forEach((label, one) -> object.set(label, Json.parse(one.toJson())));
      console.line(object.toPrettyString());
      return 0;
    }
    String gap = "";
    for (Evaluation evaluation : evaluations.values()) {
      console.out().print(gap + evaluation.toText());
      gap = "\n";
    }
    return 0;
  }

  private Set<String> needed(Model loaded) {
    Set<String> needed = new LinkedHashSet<>(loaded.features());
    needed.addAll(Roles.of(loaded.task()));
    if (loaded instanceof MultitaskModel several) {
      several.models().forEach(one -> needed.addAll(Roles.of(one.task())));
    }
    needed.addAll(slices);
    if (weights != null) {
      needed.add(weights);
    }
    return needed;
  }
}
