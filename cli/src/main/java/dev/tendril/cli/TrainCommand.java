package dev.tendril.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `tendril train`.
@Command(
    name = "train",
    description = "Trains a model on a table.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril train penguins.csv --label species --out penguins-model",
      "  tendril train houses.csv --label price --learner gradient_boosted_trees \\",
      "      --set num_trees=500 --set shrinkage=0.05 --test houses-test.csv --out houses-model",
    })
final class TrainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "DATA",
      description =
          "The table to learn from: .csv, .tsv, .jsonl or .tfrecord, each also with .gz; several"
              + " files by a pattern ('data-*.csv') or separated by commas.")
  private String data = "";

  @Mixin private TrainingOptions options = new TrainingOptions();
  @Mixin CommonOptions common = new CommonOptions();

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean boosted = options.task == TaskName.RANKING || options.task == TaskName.SURVIVAL;
    String usual = boosted ? "gradient_boosted_trees" : "random_forest";
    options.run(console, data, usual, TrainingOptions.PLAIN, _ -> {});
    return 0;
  }
}
