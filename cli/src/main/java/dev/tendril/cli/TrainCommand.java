package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.learn.FeatureSelector;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Model;
import dev.tendril.learn.Scoring;
import dev.tendril.learn.SelectionLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
  private static final int MOST_SECONDS = 100_000_000;

  private final Console console;

  @Parameters(
      paramLabel = "DATA",
      description =
          "The table to learn from: .csv, .tsv, .jsonl or .tfrecord, each also with .gz; several"
              + " files by a pattern ('data-*.csv') or separated by commas.")
  private String data = "";

  @Option(
      names = "--select-features",
      description =
          "Give up features that the model can do without, those that matter least first, and train"
              + " on those that scored best.",
      order = 20)
  private boolean selected;

  @Option(
      names = "--importance",
      paramLabel = "NAME",
      description =
          "With --select-features: what tells which features matter least, such as SUM_SCORE."
              + " Default: shuffling them in rows not learned from, where the learner can measure"
              + " it.",
      order = 21)
  private @Nullable String importance;

  @Option(
      names = "--checkpoint",
      paramLabel = "FOLDER",
      description =
          "Leave snapshots of the training there, and go on from the last one if there is any: the"
              + " model is the same as without an interruption.",
      order = 22)
  private @Nullable Path checkpoint;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description = "Time between snapshots (default: ${DEFAULT-VALUE}).",
      order = 23)
  private double interval = 1800;

  @Mixin private TrainingOptions options = new TrainingOptions();
  @Mixin CommonOptions common = new CommonOptions();

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean boosted = options.task == TaskName.RANKING || options.task == TaskName.SURVIVAL;
    String usual = boosted ? "gradient_boosted_trees" : "random_forest";
    if (!(interval >= 0 && interval <= MOST_SECONDS)) {
      throw new IllegalArgumentException(
          "--checkpoint-interval cannot be " + interval + ": expected 0 to " + MOST_SECONDS);
    }
    if (importance != null && !selected) {
      throw new IllegalArgumentException("--importance needs --select-features");
    }
    options.run(
        console,
        data,
        usual,
        selected ? selector() : TrainingOptions.PLAIN,
        training -> {
          training.checkpoint = checkpoint;
          training.checkpointInterval = Duration.ofMillis(Math.round(1000 * interval));
        });
    return 0;
  }

  private TrainingOptions.Wrapper selector() {
    return new TrainingOptions.Wrapper() {
      @Override
      public <M extends Model> Learner<M> wrap(Learner<M> learner, @Nullable Frame validation) {
        return FeatureSelector.of(
            learner,
            configure -> {
              configure.importance = importance;
              if (validation != null) {
                configure.scoring = new Scoring.Validation(validation);
              }
            });
      }

      @Override
      public void tell(Model model) {
        SelectionLog log = model.history().selection();
        if (log != null) {
          console.line("");
          console.out().print(log.toText());
          console.line("");
        }
      }
    };
  }
}
