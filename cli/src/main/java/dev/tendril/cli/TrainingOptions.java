package dev.tendril.cli;

import dev.tendril.data.Frame;
import dev.tendril.forest.MultitaskModel;
import dev.tendril.learn.EvaluationOptions;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Model;
import dev.tendril.learn.TrainOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of the commands that train, and the way from a table to a model and its report.
final class TrainingOptions {
  private static final List<String> ANOMALIES_ONLY = List.of("anomaly_detection");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "classification, regression, ranking, survival, uplift (categorical_uplift or"
              + " numerical_uplift, by the label) or anomaly. Default: anomaly for"
              + " isolation_forest; regression for a label of numbers, unless they are whole and of"
              + " at most 10 values; else classification.",
      order = 2)
  @Nullable TaskName task;

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      description =
          "What to train; 'tendril learners' lists them. Default: random_forest, or"
              + " gradient_boosted_trees for ranking, survival and tuning, isolation_forest for"
              + " anomaly.",
      order = 3)
  @Nullable String learner;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Sets a hyper-parameter; may be repeated. 'tendril learners NAME' lists them.",
      order = 4)
  Map<String, String> values = new LinkedHashMap<>();

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description =
          "Sets several hyper-parameters that go together, before --set does; 'tendril learners"
              + " NAME' lists them.",
      order = 4)
  @Nullable String template;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything that is drawn; same data and seed give the same model.",
      order = 5)
  @Nullable Long seed;

  @Option(
      names = "--test",
      paramLabel = "DATA",
      description = "A table to evaluate the trained model on.",
      order = 6)
  @Nullable String test;

  @Option(
      names = "--valid",
      paramLabel = "DATA",
      description =
          "A table that tells when to stop or how to prune. Default: a part of the training rows,"
              + " where the learner needs one.",
      order = 7)
  @Nullable String validation;

  @Option(
      names = "--out",
      paramLabel = "MODEL",
      description = "The folder to save the model in; an earlier model there is replaced.",
      order = 8)
  @Nullable Path out;

  @Mixin AnomalyMark anomaly = new AnomalyMark();
  @Mixin ColumnOptions columns = new ColumnOptions();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that train; the model does not depend on it. Default: all processors.",
      order = 40)
  int threads;

  @Option(names = "--json", description = "Print the results as JSON.", order = 41)
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no results and no progress, only failures.",
      order = 42)
  boolean quiet;

  @Mixin TableOptions tables = new TableOptions();

  /// Makes the learner that is trained of the one that the options describe.
  @FunctionalInterface
  interface Wrapper {
    /// @param frame the table to learn from
    /// @param validation the validation rows; null when none were given
    Learner<?> wrap(Learner<?> learner, Frame frame, @Nullable Frame validation);
  }

  /// Trains a model, saves it where that was asked for, and tells about it.
  ///
  /// @param data the table to learn from
  /// @param usual the learner where none is named
  /// @param wrapper makes the learner that is trained
  /// @param training sets what only one of the commands has
  void run(
      Console console,
      String data,
      String usual,
      Wrapper wrapper,
      Consumer<TrainOptions> training) {
    LearnerProvider provider = Learners.named(learner == null ? usual : learner);
    TaskName wanted =
        task == null && provider.tasks().equals(ANOMALIES_ONLY) ? TaskName.ANOMALY : task;
    if (columns.label == null && wanted != TaskName.ANOMALY) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "Missing required option: '--label=COL'");
    }
    Hyperparameters hyperparameters = hyperparameters(provider);
    if (threads < 0) {
      throw new IllegalArgumentException(
          "--threads cannot be " + threads + ": expected at least 1, or 0 for all processors");
    }
    if (wanted != null) {
      Learners.require(provider, wanted.of(columns.label, columns.ofTask));
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
            wanted);
    Learners.require(provider, table.task());
    Frame frame = table.frame();
    Frame validationRows = validation == null ? null : byTheSameSchema(validation, frame);
    Frame testRows = test == null ? null : byTheSameSchema(test, frame);
    Learner<?> trainer =
        wrapper.wrap(
            provider.learner(columns.inputs(table.task()), hyperparameters), frame, validationRows);
    TrainReport report = new TrainReport(console, json, quiet);
    report.before(data, frame, table.told(), provider.name(), trainer);
    long begin = System.nanoTime();
    Model model = train(console, trainer, frame, validationRows, training);
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    if (out != null) {
      model.save(out);
    }
    List<TrainReport.Measured> measured = new ArrayList<>();
    if (validationRows != null) {
      measured.addAll(evaluate(model, "validation", validationRows));
    }
    if (testRows != null) {
      measured.addAll(evaluate(model, "test", testRows));
    }
    report.after(model, time, measured, out);
  }

  private Hyperparameters hyperparameters(LearnerProvider provider) {
    Hyperparameters hyperparameters = provider.hyperparameters();
    if (template != null) {
      hyperparameters.apply(template);
    }
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

  private Model train(
      Console console,
      Learner<?> trainer,
      Frame frame,
      @Nullable Frame validationRows,
      Consumer<TrainOptions> training) {
    try (Progress progress = new Progress(console, quiet)) {
      return trainer.train(
          frame,
          training.andThen(
              options -> {
                options.threads = threads;
                options.validation = validationRows;
                options.progress = progress;
              }));
    }
  }

  /// @param role what the rows are for
  private List<TrainReport.Measured> evaluate(Model model, String role, Frame rows) {
    Consumer<EvaluationOptions> measuring =
        options -> {
          options.weights = columns.weights;
          options.anomaly = anomaly.value;
        };
    if (model instanceof MultitaskModel several) {
      List<TrainReport.Measured> all = new ArrayList<>();
      several
          .evaluateAll(rows, measuring)
          .forEach(
              (name, evaluation) ->
                  all.add(
                      new TrainReport.Measured(
                          role + "." + name,
                          "evaluation of " + name + " on the " + role + " data",
                          evaluation)));
      return all;
    }
    return List.of(
        new TrainReport.Measured(
            role, "evaluation on the " + role + " data", model.evaluate(rows, measuring)));
  }
}
