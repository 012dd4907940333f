package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.analysis.Analysis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril analyze`.
@Command(
    name = "analyze",
    description = "Explains a model: which features matter, how, and why single rows get theirs.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril analyze penguins-model penguins.csv --html analysis.html",
      "  tendril analyze penguins-model penguins.csv --row 0",
    })
final class AnalyzeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ModelArgument model = new ModelArgument();

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "A table like that of training; best rows that the model was not trained on.")
  private String data = "";

  @Option(
      names = "--row",
      paramLabel = "N",
      split = ",",
      description = "Explain the prediction of a row; the first is 0; may be repeated.",
      order = 1)
  private List<Integer> explained = new ArrayList<>();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "The most rows behind plots and Shapley values, ten times as many behind importances by"
              + " shuffling (default: ${DEFAULT-VALUE}).",
      order = 2)
  private int rows = 1000;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each feature is shuffled (default: ${DEFAULT-VALUE}).",
      order = 3)
  private int repeats = 5;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The seed of samples and shuffles (default: ${DEFAULT-VALUE}).",
      order = 4)
  private long seed = 1;

  @Option(names = "--json", description = "Print the analysis as JSON.", order = 5)
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a report with plots, one file that needs no other.",
      order = 6)
  private @Nullable Path html;

  @Mixin private TableOptions tables = new TableOptions();
  @Mixin CommonOptions common = new CommonOptions();

  AnalyzeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (html != null) {
      Output.requireFile("--html", html);
    }
    ForestModel loaded = model.forest();
    Frame frame = read(loaded);
    Analysis analysis =
        Analysis.of(
            loaded,
            frame,
            options -> {
              options.explained = List.copyOf(explained);
              options.maxRows = rows;
              options.maxShuffledRows = (int) Math.min(10L * rows, Integer.MAX_VALUE);
              options.repeats = repeats;
              options.seed = seed;
            });
    if (html != null) {
      Output.write(html, AnalysisPage.of(analysis, model.folder.toString(), data));
    }
    console.out().print(json ? analysis.toJson() + "\n" : analysis.toText());
    if (html != null) {
      console.note("wrote " + html);
    }
    return 0;
  }

  /// Reads the features and, where the table has them, the label and what else the task names.
  private Frame read(ForestModel loaded) {
    Frame all = tables.read(data, options -> options.schema = loaded.schema());
    Set<String> wanted = new LinkedHashSet<>(loaded.features());
    wanted.addAll(Roles.of(loaded.task()));
    wanted.retainAll(all.schema().names());
    return all.select(List.copyOf(wanted));
  }
}
