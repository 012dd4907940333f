package dev.tendril.cli;

import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.forest.ForestLearner;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.Multitasker;
import dev.tendril.learn.FeatureSelector;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Scoring;
import dev.tendril.learn.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "  tendril train payments.csv --task anomaly --out payments-model",
      "  tendril train campaign.csv --task uplift --label bought --treatment mailed",
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
      names = "--also",
      paramLabel = "COL",
      split = ",",
      description =
          "Predict this column, too, by a forest of its own in the same model; may be repeated. No"
              + " forest learns from the label of another one.",
      order = 18)
  private List<String> also = new ArrayList<>();

  @Option(
      names = "--secondary",
      paramLabel = "COL",
      split = ",",
      description =
          "As --also, and its forest may read what the forests of --label and --also predict.",
      order = 19)
  private List<String> secondary = new ArrayList<>();

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
    if (!(interval >= 0 && interval <= MOST_SECONDS)) {
      throw new IllegalArgumentException(
          "--checkpoint-interval cannot be " + interval + ": expected 0 to " + MOST_SECONDS);
    }
    if (importance != null && !selected) {
      throw new IllegalArgumentException("--importance needs --select-features");
    }
    options.columns.labels.addAll(also);
    options.columns.labels.addAll(secondary);
    options.run(
        console,
        data,
        usual(),
        wrapper(),
        training -> {
          training.checkpoint = checkpoint;
          training.checkpointInterval = Duration.ofMillis(Math.round(1000 * interval));
        });
    return 0;
  }

  private String usual() {
    return switch (options.task) {
      case RANKING, SURVIVAL -> "gradient_boosted_trees";
      case ANOMALY -> "isolation_forest";
      case CLASSIFICATION, REGRESSION, UPLIFT, CATEGORICAL_UPLIFT, NUMERICAL_UPLIFT ->
          "random_forest";
      case null -> "random_forest";
    };
  }

  private TrainingOptions.Wrapper wrapper() {
    boolean several = !also.isEmpty() || !secondary.isEmpty();
    if (several && selected) {
      throw new IllegalArgumentException(
          "--select-features is for one label; without --also and --secondary");
    }
    if (several && checkpoint != null) {
      throw new IllegalArgumentException(
          "--checkpoint is for one label; without --also and --secondary");
    }
    if (several) {
      return (learner, frame, _) -> multitasker(learner, frame);
    }
    return selected
        ? (learner, _, validation) -> selector(learner, validation)
        : (learner, _, _) -> learner;
  }

  private Multitasker multitasker(Learner<?> learner, Frame frame) {
    if (!(learner instanceof ForestLearner<?> forest)) {
      throw new IllegalArgumentException(
          "--also and --secondary are for forests; the learner is " + learner.name());
    }
    List<Learner<ForestModel>> primary = new ArrayList<>(List.of(forest));
    also.forEach(name -> primary.add(other(forest, frame.column(name))));
    Multitasker all = Multitasker.of(primary);
    for (String name : secondary) {
      all = all.withSecondary(other(forest, frame.column(name)));
    }
    return all;
  }

  private static Learner<ForestModel> other(ForestLearner<?> learner, Column label) {
    Task task =
        TaskChoice.of(label).task() == TaskName.CLASSIFICATION
            ? new Task.Classification(label.name())
            : new Task.Regression(label.name());
    Inputs first = learner.inputs();
    return learner.with(
        new Inputs(task, first.features(), first.weights(), Map.of()), learner.hyperparameters());
  }

  private Learner<?> selector(Learner<?> learner, @Nullable Frame validation) {
    return FeatureSelector.of(
        learner,
        configure -> {
          configure.importance = importance;
          if (validation != null) {
            configure.scoring = new Scoring.Validation(validation);
          }
        });
  }
}
