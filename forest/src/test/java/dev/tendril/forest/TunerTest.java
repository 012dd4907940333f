package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.learn.FeatureSelector;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Model;
import dev.tendril.learn.Scoring;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import dev.tendril.learn.Tuner;
import dev.tendril.learn.TuningLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tuning and selection of features on tables whose best configuration is known.
class TunerTest {
  private static final SearchSpace DEPTHS =
      SearchSpace.EMPTY.with("max_depth", 2, 5).with("shrinkage", 0.05, 0.1, 0.2);

  @TempDir Path folder;

  /// The class is an exclusive or, which trees with a single split cannot see.
  @Test
  void aTunerFindsTheDepthThatIsNeeded() {
    TuningLog log = tuned(options -> options.space = DEPTHS, o -> {}).history().tuning();
    assertNotNull(log);
    assertEquals("5", log.winner().values().get("max_depth"));
    assertEquals("loss", log.metric());
    assertEquals(6, log.trials().size());
    for (TuningLog.Trial trial : log.trials()) {
      assertTrue(trial.score() <= log.winner().score());
      boolean deep = "5".equals(trial.values().get("max_depth"));
      assertTrue(log.measured(trial) > 0 && log.measured(trial) < (deep ? 0.5 : 0.8), trial.text());
    }
  }

  @Test
  void theWinnerDoesNotDependOnThreads() {
    Consumer<Tuner.Options> options =
        o -> {
          o.trials = 5;
          o.space = DEPTHS;
        };
    ForestModel one = tuned(options, o -> o.threads = 1);
    ForestModel many = tuned(options, o -> o.threads = 4);
    ForestModel two = tuned(options.andThen(o -> o.parallelTrials = 2), o -> o.threads = 3);
    assertEquals(one.history(), many.history());
    assertEquals(one.history(), two.history());
    assertEquals(one.forest().trees(), many.forest().trees());
    assertEquals(5, one.history().tuning() == null ? 0 : one.history().tuning().trials().size());
  }

  @Test
  void theModelIsThatOfTheWinningValues() {
    ForestModel model = tuned(o -> o.space = DEPTHS, o -> {});
    TuningLog log = model.history().tuning();
    assertNotNull(log);
    Hyperparameters values = learner().hyperparameters();
    log.winner().values().forEach(values::set);
    Model plain = learner().with(learner().inputs(), values).train(exclusiveOr(600, 1));
    assertEquals(plain.provenance(), model.provenance());
    assertEquals(((ForestModel) plain).forest().trees(), model.forest().trees());
    assertEquals(plain.validationLoss(), log.measured(log.winner()), 1e-6);
  }

  @Test
  void theHistoryIsSavedWithTheModel() {
    ForestModel model = tuned(o -> o.trials = 3, o -> {});
    model.save(folder.resolve("tuned"));
    ForestModel loaded = ForestModel.load(folder.resolve("tuned"));
    assertEquals(model.history(), loaded.history());
    assertEquals(model.history(), ForestModel.ofBytes(model.toBytes()).history());
    assertTrue(loaded.describe().contains("tuning: 3 trials, the best by loss"), loaded::describe);
    ForestModel selected = FeatureSelector.of(learner(), options -> {}).train(exclusiveOr(300, 1));
    selected.save(folder.resolve("selected"));
    assertEquals(selected.history(), Model.load(folder.resolve("selected")).history());
    selected.saveFile(folder.resolve("selected.ydf"));
    assertEquals(selected.history(), Model.load(folder.resolve("selected.ydf")).history());
  }

  @Test
  void otherWaysOfScoring() {
    Frame fresh = exclusiveOr(400, 2);
    ForestModel validated =
        tuned(
            o -> {
              o.space = DEPTHS;
              o.scoring = new Scoring.Validation(fresh);
              o.metric = "accuracy";
            },
            o -> {});
    TuningLog log = validated.history().tuning();
    assertNotNull(log);
    assertEquals(validated.evaluate(fresh).accuracy(), log.winner().score(), 1e-6);
    TuningLog folds =
        Tuner.of(
                RandomForest.classification("kind", p -> p.numTrees = 10),
                o -> {
                  o.space = SearchSpace.EMPTY.with("max_depth", 1, 8);
                  o.scoring = new Scoring.Folds(3);
                })
            .train(exclusiveOr(300, 1))
            .history()
            .tuning();
    assertNotNull(folds);
    assertEquals("auc(yes)", folds.metric());
    assertEquals("8", folds.winner().values().get("max_depth"));
    assertEquals("cross-validation in 3 folds", folds.scoring());
  }

  @Test
  void progressCountsTrials() {
    List<TrainOptions.Progress> heard = new ArrayList<>();
    tuned(o -> o.space = DEPTHS, o -> o.progress = heard::add);
    assertEquals(7, heard.size());
    assertEquals(7, heard.getLast().done());
    assertTrue(heard.get(5).status().startsWith("best loss 0."), heard.get(5).status());
  }

  @Test
  void whatCannotBeTunedIsRefused() {
    refused("did you mean \"max_depth\"", o -> o.space = SearchSpace.EMPTY.with("max_dept", 3));
    refused(
        "trial 1 (shrinkage=0.1): candidates cannot be scored by \"accurracy\"; did you mean"
            + " \"accuracy\"",
        o -> {
          o.space = SearchSpace.EMPTY.with("shrinkage", 0.1);
          o.metric = "accurracy";
        });
    refused("held no rows out", o -> o.space = SearchSpace.EMPTY.with("validation_ratio", 0));
    refused("0 trials", o -> o.trials = 0);
  }

  @Test
  void everyTemplateAndProposedSpaceIsLegal() {
    List<Task> tasks =
        List.of(
            new Task.Classification("y"),
            new Task.Regression("y"),
            new Task.Ranking("y", "g"),
            new Task.Survival("y", null, null));
    for (LearnerProvider provider : LearnerProvider.all()) {
      for (Hyperparameters.Template template : provider.hyperparameters().templates()) {
        Hyperparameters values = provider.hyperparameters();
        values.apply(template.name());
        values.validate();
        assertTrue(template.name().matches("[a-z0-9_]+@[0-9]+"), template.name());
      }
      for (Task task : tasks) {
        SearchSpace space = provider.hyperparameters().searchSpace(task);
        space.check(provider.hyperparameters());
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
          Hyperparameters values = provider.hyperparameters();
          for (SearchSpace.Dimension dimension : space.dimensions()) {
            SearchSpace.Candidate drawn =
                dimension.candidates().get(random.nextInt(dimension.candidates().size()));
            values.set(dimension.name(), drawn.value());
          }
          values.validate();
        }
      }
    }
  }

  @Test
  void templatesReachTheModel() {
    RandomForest forest =
        RandomForest.classification(
            "kind",
            p -> {
              p.numTrees = 5;
              p.apply("better_default@2");
            });
    ForestModel model = forest.train(exclusiveOr(100, 1));
    assertEquals("false", model.provenance().hyperparameters().get("winner_take_all"));
    GradientBoostedTrees boosted =
        GradientBoostedTrees.classification("kind", p -> p.apply("better_default"));
    assertEquals("best_first_global", boosted.hyperparameters().values().get("growing_strategy"));
  }

  /// Four columns of noise beside the two that make the exclusive or.
  @Test
  void noiseIsGivenUpAndWhatMattersIsKept() {
    for (String importance : new String[] {"", "SUM_SCORE", "rows"}) {
      ForestModel model =
          FeatureSelector.of(
                  RandomForest.classification(
                      "kind",
                      p -> {
                        p.numTrees = 40;
                        p.minExamples = 20;
                        p.numCandidateAttributes = -1;
                      }),
                  options -> {
                    options.metric = "accuracy";
                    options.importance = importance.equals("SUM_SCORE") ? importance : null;
                    if (importance.equals("rows")) {
                      options.scoring = new Scoring.Validation(exclusiveOr(300, 7));
                    }
                  })
              .train(exclusiveOr(500, 1));
      String told = String.valueOf(model.history().selection());
      assertTrue(model.features().containsAll(List.of("a", "b")), told);
      SelectionLog log = model.history().selection();
      assertNotNull(log);
      assertEquals(6, log.rounds().size());
      assertEquals(List.of("a", "b"), log.rounds().get(4).features());
      assertEquals(model.features(), log.winner().features());
      assertTrue(log.rounds().getLast().score() < log.winner().score() - 0.1);
      assertTrue(log.winner().metrics().containsKey("accuracy"));
    }
  }

  private static GradientBoostedTrees learner() {
    return GradientBoostedTrees.of(
        Inputs.classification("kind").withFeatures("a", "b", "n0"), p -> p.numTrees = 40);
  }

  private static ForestModel tuned(
      Consumer<Tuner.Options> options, Consumer<TrainOptions> training) {
    return Tuner.of(learner(), options).train(exclusiveOr(600, 1), training);
  }

  private static void refused(String expected, Consumer<Tuner.Options> options) {
    String message =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Tuner.of(learner(), options).train(exclusiveOr(100, 1)))
                .getMessage());
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static Frame exclusiveOr(int rows, long seed) {
    Random random = new Random(seed);
    float[][] values = new float[6][rows];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (float[] column : values) {
        column[row] = random.nextFloat();
      }
      boolean yes = values[0][row] > 0.45 ^ values[1][row] > 0.55 ^ random.nextDouble() < 0.05;
      kind.add(yes ? "yes" : "no");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      columns.add(
          NumericalColumn.of(Map.of(0, "a", 1, "b").getOrDefault(i, "n" + (i - 2)), values[i]));
    }
    columns.add(CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
    return Frame.of(columns);
  }
}
