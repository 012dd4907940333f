package dev.tendril.cli;

import dev.tendril.learn.Scoring;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.Tuner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tendril tune`.
@Command(
    name = "tune",
    description = "Looks for good hyper-parameters, and trains a model with the best.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tendril tune penguins.csv --label species --out penguins-model",
      "  tendril tune penguins.csv --label species --try shrinkage=0.02,0.05,0.1 \\",
      "      --try max_depth=3,4,6 --score cross-validation:5 --out penguins-model",
    })
final class TuneCommand implements Callable<Integer> {
  private static final String CROSS_VALIDATION = "cross-validation";

  private final Console console;

  @Parameters(paramLabel = "DATA", description = "The table to learn from, as in 'tendril train'.")
  private String data = "";

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "100",
      description = "Combinations to try (default: ${DEFAULT-VALUE}).",
      order = -10)
  private int trials = 100;

  @Option(
      names = "--try",
      paramLabel = "NAME=A,B,...",
      description =
          "Values to try for a hyper-parameter; may be repeated. Default: what the learner"
              + " proposes.",
      order = -9)
  private Map<String, String> candidates = new LinkedHashMap<>();

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description =
          "A JSON file of the values to try: an object of hyper-parameters, each with an array of"
              + " values, or an object of values that open further spaces.",
      order = -8)
  private @Nullable Path file;

  @Option(
      names = "--score",
      paramLabel = "HOW",
      defaultValue = "validation",
      description =
          "How a combination is measured: validation (on --valid, else on the rows that the learner"
              + " holds out) or cross-validation:K (in K folds). Default: ${DEFAULT-VALUE}.",
      order = -7)
  private String score = "validation";

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "What decides: loss, or a metric of the evaluation. Default: the first that there is of"
              + " loss, auc, accuracy, rmse, ndcg, qini, concordance.",
      order = -6)
  private @Nullable String metric;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Trials that run at the same time. Default: one a thread.",
      order = -5)
  private int parallel;

  @Mixin private TrainingOptions options = new TrainingOptions();
  @Mixin CommonOptions common = new CommonOptions();

  TuneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    SearchSpace space = space();
    Integer folds = folds();
    options.run(
        console,
        data,
        "gradient_boosted_trees",
        (learner, _, validation) ->
            Tuner.of(
                learner,
                configure -> {
                  configure.trials = trials;
                  configure.space = space;
                  configure.metric = metric;
                  configure.parallelTrials = parallel;
                  if (folds != null) {
                    configure.scoring = new Scoring.Folds(folds);
                  } else if (validation != null) {
                    configure.scoring = new Scoring.Validation(validation);
                  }
                }),
        _ -> {});
    return 0;
  }

  private @Nullable SearchSpace space() {
    SearchSpace space = SearchSpace.EMPTY;
    if (file != null) {
      try {
        space = SearchSpace.parse(Files.readString(file, StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new IllegalArgumentException("--space " + file + " cannot be read: " + e, e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--space " + file + ": " + e.getMessage(), e);
      }
    }
    SearchSpace named = SearchSpace.EMPTY;
    for (Map.Entry<String, String> one : candidates.entrySet()) {
      for (String value : one.getValue().split(",", -1)) {
        named = named.with(one.getKey(), value.strip());
      }
    }
    space = space.override(named);
    return space.isEmpty() ? null : space;
  }

  private @Nullable Integer folds() {
    if (score.equals("validation")) {
      return null;
    }
    if (score.equals(CROSS_VALIDATION)) {
      return 10;
    }
    if (score.matches(CROSS_VALIDATION + ":[0-9]{1,6}")) {
      return Integer.valueOf(score.substring(CROSS_VALIDATION.length() + 1));
    }
    throw new IllegalArgumentException(
        "--score cannot be \"" + score + "\": expected validation or cross-validation:K");
  }
}
