package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.learn.CustomMetric;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Training that is interrupted ends with the bytes of training that is not.
class CheckpointTest {
  @TempDir Path folder;

  /// What stops a training run in these tests.
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void boosting() {
    same(
        GradientBoostedTrees.classification(
            "kind",
            p -> {
              p.numTrees = 30;
              p.subsample = 0.7;
              p.missingValuePolicy = MissingValuePolicy.RANDOM_LOCAL_IMPUTATION;
            }));
  }

  @Test
  void boostingThatStopsEarly() {
    same(
        GradientBoostedTrees.classification(
            "kind",
            p -> {
              p.numTrees = 200;
              p.shrinkage = 0.5;
              p.validationRatio = 0.3;
              p.earlyStoppingNumTreesLookAhead = 12;
            }));
  }

  @Test
  void boostingWithDropout() {
    same(
        GradientBoostedTrees.regression(
            "number",
            p -> {
              p.numTrees = 25;
              p.forestExtraction = ForestExtraction.DART;
              p.dartDropout = 0.2;
            }));
  }

  @Test
  void boostingByAMetricOfOnesOwn() {
    CustomMetric metric =
        new CustomMetric(
            "hits", true, (predictions, truth, _) -> hits(predictions.values(), truth));
    same(GradientBoostedTrees.classification("kind", p -> p.numTrees = 60).withMetric(metric));
  }

  private static double hits(float[] values, double[] truth) {
    int hits = 0;
    for (int row = 0; row < truth.length; row++) {
      hits += (values[2 * row + 1] > 0.5) == (truth[row] == 1) ? 1 : 0;
    }
    return hits;
  }

  @Test
  void randomForests() {
    same(
        RandomForest.classification(
            "kind",
            p -> {
              p.numTrees = 25;
              p.computeOobVariableImportances = true;
            }));
    same(RandomForest.regression("number", p -> p.numTrees = 25));
  }

  /// Egypt writes numbers in digits of its own.
  @Test
  void inAnotherLanguage() {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      same(GradientBoostedTrees.classification("kind", p -> p.numTrees = 20));
    } finally {
      Locale.setDefault(usual);
    }
  }

  private void same(Learner<ForestModel> learner) {
    Frame table = table(300, 1);
    Path snapshots = folder.resolve("snapshots-" + learner.hashCode());
    Map<String, byte[]> whole = bytes(learner.train(table), "whole");
    for (int stop : new int[] {9, 14}) {
      assertThrows(
          Interruption.class,
          () ->
              learner.train(
                  table,
                  o -> {
                    o.threads = 2;
                    o.checkpoint = snapshots;
                    o.checkpointInterval = Duration.ZERO;
                    o.progress =
                        progress -> {
                          if (progress.done() == stop) {
                            throw new Interruption();
                          }
                        };
                  }));
    }
    List<String> names = names(snapshots);
    assertEquals(3, names.size(), names::toString);
    int[] reported = new int[1];
    ForestModel resumed =
        learner.train(
            table,
            o -> {
              o.checkpoint = snapshots;
              o.progress = p -> reported[0]++;
            });
    Map<String, byte[]> bytes = bytes(resumed, "resumed");
    assertEquals(whole.keySet(), bytes.keySet());
    whole.forEach((file, content) -> assertArrayEquals(content, bytes.get(file), file));
    assertTrue(reported[0] > 0);
  }

  @Test
  void snapshotsOfAnotherTrainingAreRefused() {
    Frame table = table(200, 1);
    Path snapshots = folder.resolve("snapshots");
    train(GradientBoostedTrees.classification("kind", p -> p.numTrees = 8), table, snapshots);
    refused(
        "hyper-parameter min_examples was 5 and is now 7",
        GradientBoostedTrees.classification(
            "kind",
            p -> {
              p.numTrees = 8;
              p.minExamples = 7;
            }),
        table,
        snapshots);
    refused(
        "fingerprint of the data was",
        GradientBoostedTrees.classification("kind", p -> p.numTrees = 8),
        table(200, 2),
        snapshots);
    refused(
        "learner was gradient_boosted_trees and is now random_forest",
        RandomForest.classification("kind", p -> p.numTrees = 8),
        table,
        snapshots);
    refused(
        "column of role label was kind and is now number",
        GradientBoostedTrees.of(Inputs.regression("number"), p -> p.numTrees = 8),
        table,
        snapshots);
  }

  @Test
  void aDamagedSnapshotIsRefused() throws IOException {
    Frame table = table(200, 1);
    Path snapshots = folder.resolve("snapshots");
    Learner<ForestModel> learner = GradientBoostedTrees.classification("kind", p -> p.numTrees = 8);
    train(learner, table, snapshots);
    Path state = snapshots.resolve(names(snapshots).getLast()).resolve("training_state");
    byte[] good = Files.readAllBytes(state);
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length));
      if (bad.length > 0) {
        bad[Math.min(bad.length - 1, random.nextInt(40))] = (byte) random.nextInt(256);
      }
      Files.write(state, bad);
      refused("", learner, table, snapshots);
    }
  }

  private static void train(Learner<ForestModel> learner, Frame table, Path snapshots) {
    learner.train(
        table,
        o -> {
          o.checkpoint = snapshots;
          o.checkpointInterval = Duration.ZERO;
        });
  }

  private static void refused(
      String expected, Learner<ForestModel> learner, Frame table, Path snapshots) {
    String message =
        String.valueOf(
            assertThrows(ModelException.class, () -> train(learner, table, snapshots))
                .getMessage());
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, byte[]> bytes(ForestModel model, String name) {
    Path target = folder.resolve(name);
    model.save(target);
    Map<String, byte[]> bytes = new TreeMap<>();
    for (String file : names(target)) {
      try {
        bytes.put(file, Files.readAllBytes(target.resolve(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bytes;
  }

  private static Frame table(int rows, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] y = new float[rows];
    float[] number = new float[rows];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      x[row] = random.nextFloat();
      y[row] = row % 7 == 0 ? Float.NaN : random.nextFloat();
      int hue = random.nextInt(3);
      color.add(hue == 0 ? "red" : hue == 1 ? "green" : "blue");
      number[row] = 10 * x[row] + 5 * hue + (float) random.nextGaussian();
      kind.add(x[row] + hue + random.nextGaussian() > 1.2 ? "high" : "low");
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("color", color, VocabularyLimits.DEFAULT),
        NumericalColumn.of("number", number),
        CategoricalColumn.of("kind", kind, VocabularyLimits.DEFAULT));
  }
}
