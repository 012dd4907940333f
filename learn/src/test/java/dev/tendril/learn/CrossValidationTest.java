package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CrossValidationTest {
  /// Predicts the share of each class, or the mean, of its training rows.
  record Prior(Task task) implements Learner<Model> {
    static final class None extends Hyperparameters {}

    @Override
    public String name() {
      return "prior";
    }

    @Override
    public Inputs inputs() {
      return new Inputs(task);
    }

    @Override
    public Hyperparameters hyperparameters() {
      return new None();
    }

    @Override
    public Learner<Model> with(Inputs inputs, Hyperparameters hyperparameters) {
      return new Prior(inputs.task());
    }

    @Override
    public Model train(Frame frame, Consumer<TrainOptions> configure) {
      configure.accept(new TrainOptions());
      CategoricalColumn label = ((CategoricalColumn) frame.column("y")).asClasses();
      List<String> classes = label.vocabulary().values();
      float[] shares = new float[classes.size()];
      for (int row = 0; row < label.rows(); row++) {
        shares[label.code(row) - 1] += 1f / label.rows();
      }
      return new Constant(task, classes, shares);
    }
  }

  record Constant(Task task, List<String> classes, float[] shares) implements Model {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public dev.tendril.data.Schema schema() {
      return new dev.tendril.data.Schema(List.of());
    }

    @Override
    public List<String> features() {
      return List.of();
    }

    @Override
    public Provenance provenance() {
      return Provenance.UNKNOWN;
    }

    @Override
    public Predictions predict(Frame frame) {
      float[] values = new float[frame.rows() * shares.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = shares[i % shares.length];
      }
      return new Predictions(task, classes, values);
    }

    @Override
    public void save(java.nio.file.Path folder) {
      throw new ModelException("a constant is not worth a folder");
    }
  }

  private final Frame frame =
      Frame.of(
          TestFrames.labels("y", "a", "a", "b", "a", "a", "b", "a", "c", "a"),
          TestFrames.labels("site", "x", "y", "x", "y", "x", "y", "x", "y", null),
          NumericalColumn.of("x", 1, 2, 3, 4, 5, 6, 7, 8, 9));

  private List<Split> folds(int n) {
    List<Split> folds = new ArrayList<>();
    for (int fold = 0; fold < n; fold++) {
      int out = fold;
      folds.add(
          new Split(
              frame.rows(IntStream.range(0, 9).filter(i -> i % n != out).toArray()),
              frame.rows(IntStream.range(0, 9).filter(i -> i % n == out).toArray())));
    }
    return folds;
  }

  @Test
  void poolsAllFolds() {
    Prior prior = new Prior(new Task.Classification("y"));
    CrossValidation result =
        CrossValidation.of(
            prior, folds(3), _ -> {}, options -> options.slices = List.of("site", "x"));
    assertEquals(9, result.pooled().rows());
    assertEquals(List.of(3L, 3L, 3L), result.folds().stream().map(Evaluation::rows).toList());
    assertEquals(6 / 9.0, result.pooled().accuracy(), 1e-12);
    double[] each = result.folds().stream().mapToDouble(Evaluation::accuracy).toArray();
    assertEquals(3, each.length);
    double mean = (each[0] + each[1] + each[2]) / 3;
    CrossValidation.Spread spread = result.spread("accuracy");
    assertEquals(mean, spread.mean(), 1e-12);
    double squares = 0;
    for (double one : each) {
      squares += (one - mean) * (one - mean);
    }
    assertEquals(Math.sqrt(squares / 2), spread.sd(), 1e-12);
    assertEquals(3, result.pooled().slices("site").size());
    assertEquals("[1, 3]", result.pooled().slices("x").getFirst().value());
    assertTrue(result.toText().startsWith("3 folds: mean and standard deviation\n  accuracy: "));
    JsonNode json = new JsonMapper().readTree(result.toJson());
    assertEquals(3, json.get("folds").size());
    assertEquals(mean, json.get("metrics").get("accuracy").get("mean").doubleValue(), 1e-12);
    assertEquals(9, json.get("pooled").get("rows").intValue());
  }

  @Test
  void classThatAFoldDoesNotKnowHasNoProbabilityThere() {
    CrossValidation result = CrossValidation.of(new Prior(new Task.Classification("y")), folds(9));
    assertEquals(List.of("a", "b", "c"), result.pooled().confusion().classes());
    assertEquals(1, result.pooled().confusion().count("c", "a"));
    assertEquals(List.of("a", "b", "c"), result.pooled().confusion().truths());
  }

  @Test
  void namesTheFold() {
    List<Split> folds = new ArrayList<>(folds(3));
    folds.set(1, new Split(folds.get(1).train(), frame.drop("y")));
    Prior prior = new Prior(new Task.Classification("y"));
    String message =
        TestFrames.message(DataException.class, () -> CrossValidation.of(prior, folds));
    assertTrue(message.startsWith("fold 2 of 3: evaluating needs the label column"), message);
    assertEquals(
        "cross-validation needs at least one split; got none",
        TestFrames.message(
            IllegalArgumentException.class, () -> CrossValidation.of(prior, List.of())));
  }

  @Test
  void mcNemarIsExact() {
    Comparison.McNemar test = Comparison.McNemar.of(1, 9);
    assertEquals(2 * 11 / 1024.0, test.pValue(), 1e-12);
    assertEquals(1, Comparison.McNemar.of(5, 5).pValue());
    assertEquals(1, Comparison.McNemar.of(0, 0).pValue());
  }

  @Test
  void comparesClassifiers() {
    Random random = new Random(5);
    int n = 400;
    boolean[] truth = new boolean[n];
    float[] good = new float[n];
    float[] poor = new float[n];
    for (int i = 0; i < n; i++) {
      truth[i] = random.nextBoolean();
      good[i] = truth[i] == (random.nextInt(10) > 0) ? 0.8f : 0.2f;
      poor[i] = truth[i] == (random.nextInt(10) > 2) ? 0.8f : 0.2f;
    }
    Evaluation first = TestFrames.binary(good, truth, o -> o.resamples = 0);
    Evaluation second = TestFrames.binary(poor, truth, o -> o.resamples = 0);
    Comparison comparison = Comparison.of(first, second);
    Comparison.Difference accuracy = comparison.differences().getFirst();
    assertEquals(first.accuracy() - second.accuracy(), accuracy.difference(), 1e-12);
    assertTrue(accuracy.interval().low() > 0, comparison.toText());
    assertTrue(accuracy.pValue() < 0.01, comparison.toText());
    Comparison.McNemar mcNemar = comparison.mcNemar();
    assertTrue(mcNemar != null && mcNemar.pValue() < 1e-4, comparison.toText());
    Comparison same = Comparison.of(first, first);
    assertEquals(0, same.differences().getFirst().difference());
    assertEquals(1, same.differences().getFirst().pValue());
    assertEquals(comparison.toText(), Comparison.of(first, second).toText());
  }

  @Test
  void comparesRegressionsAndRefusesOtherRows() {
    float[] truth = {1, 2, 3, 4, 5};
    Evaluation exact = TestFrames.regression(truth, truth, o -> o.resamples = 0);
    Evaluation off =
        TestFrames.regression(truth, new float[] {2, 3, 4, 5, 6}, o -> o.resamples = 0);
    Comparison comparison = Comparison.of(exact, off);
    assertEquals(-1, comparison.differences().getFirst().difference(), 1e-12);
    assertEquals(-1, comparison.differences().getFirst().interval().high(), 1e-12);
    Evaluation other =
        TestFrames.regression(new float[] {5, 4, 3, 2, 1}, truth, o -> o.resamples = 0);
    assertEquals(
        "only evaluations of the same rows can be compared; these have 5 and 5 rows with different"
            + " labels or weights",
        TestFrames.message(IllegalArgumentException.class, () -> Comparison.of(exact, other)));
  }
}
