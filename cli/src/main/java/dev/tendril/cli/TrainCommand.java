package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
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
    })
final class TrainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "DATA",
      description =
          "The table to learn from: .csv, .tsv, .jsonl or .tfrecord, each also with .gz; several"
              + " files by a pattern ('data-*.csv') or separated by commas.")
  private String data = "";

  @Option(
      names = "--label",
      required = true,
      paramLabel = "COL",
      description = "The column to predict.",
      order = 1)
  private String label = "";

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "classification, regression, ranking or survival. Default: regression for a label of"
              + " numbers, unless they are whole and of at most 10 values; else classification.",
      order = 2)
  private @Nullable TaskName task;

  @Mixin private TaskColumns others = new TaskColumns();

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      description =
          "What to train; 'tendril learners' lists them. Default: random_forest, or"
              + " gradient_boosted_trees for ranking and survival.",
      order = 3)
  private @Nullable String learner;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Sets a hyper-parameter; may be repeated. 'tendril learners NAME' lists them.",
      order = 4)
  private Map<String, String> values = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything that is drawn; same data and seed give the same model.",
      order = 5)
  private @Nullable Long seed;

  @Option(
      names = "--test",
      paramLabel = "DATA",
      description = "A table to evaluate the trained model on.",
      order = 6)
  private @Nullable String test;

  @Option(
      names = "--valid",
      paramLabel = "DATA",
      description =
          "A table that tells when to stop or how to prune. Default: a part of the training rows,"
              + " where the learner needs one.",
      order = 7)
  private @Nullable String validation;

  @Option(
      names = "--out",
      paramLabel = "MODEL",
      description = "The folder to save the model in; an earlier model there is replaced.",
      order = 8)
  private @Nullable Path out;

  @Mixin private ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that train; the model does not depend on it. Default: all processors.",
      order = 40)
  private int threads;

  @Option(names = "--json", description = "Print the results as JSON.", order = 41)
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no results and no progress, only failures.",
      order = 42)
  private boolean quiet;

  @Mixin private TableOptions tables = new TableOptions();
  @Mixin CommonOptions common = new CommonOptions();

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean boosted = task == TaskName.RANKING || task == TaskName.SURVIVAL;
    String usual = boosted ? "gradient_boosted_trees" : "random_forest";
    LearnerProvider provider = Learners.named(learner == null ? usual : learner);
    Hyperparameters hyperparameters = hyperparameters(provider);
    if (threads < 0) {
      throw new IllegalArgumentException(
          "--threads cannot be " + threads + ": expected at least 1, or 0 for all processors");
    }
    if (task != null) {
      task.of(label, others);
    }
    if (out != null) {
      Output.requireModelFolder(out);
    }
    TrainingTable table =
        TrainingTable.read(
            configure ->
                tables.read(
                    data,
                    options -> {
                      options.threads = threads;
                      configure.accept(options);
                    }),
            columns,
            label,
            others,
            task);
    Frame frame = table.frame();
    Inputs inputs =
        new Inputs(
            table.task(),
            columns.features.isEmpty() ? null : columns.features,
            columns.weights,
            columns.classWeights,
            columns.directions());
    Learner<?> trainer = provider.learner(inputs, hyperparameters);
    Frame validationRows = validation == null ? null : byTheSameSchema(validation, frame);
    Frame testRows = test == null ? null : byTheSameSchema(test, frame);
    TrainReport report = new TrainReport(console, json, quiet);
    report.before(data, frame, table.told(), trainer);
    long begin = System.nanoTime();
    Model model = train(trainer, frame, validationRows);
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    if (out != null) {
      model.save(out);
    }
    report.after(
        model,
        time,
        validationRows == null ? null : evaluate(model, validationRows),
        testRows == null ? null : evaluate(model, testRows),
        out);
    return 0;
  }

  private Hyperparameters hyperparameters(LearnerProvider provider) {
    Hyperparameters hyperparameters = provider.hyperparameters();
    values.forEach(hyperparameters::set);
    if (seed != null) {
      hyperparameters.set("random_seed", seed.toString());
    }
    hyperparameters.validate();
    return hyperparameters;
  }

  private Frame byTheSameSchema(String source, Frame training) {
    return tables.read(
        source,
        options -> {
          options.schema = training.schema();
          options.threads = threads;
          options.columns = training.schema().names();
        });
  }

  private Model train(Learner<?> trainer, Frame frame, @Nullable Frame validationRows) {
    try (Progress progress = new Progress(console, quiet)) {
      return trainer.train(
          frame,
          options -> {
            options.threads = threads;
            options.validation = validationRows;
            options.progress = progress;
          });
    }
  }

  private Evaluation evaluate(Model model, Frame rows) {
    return model.evaluate(rows, options -> options.weights = columns.weights);
  }
}
