package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueNormalization;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueWeights;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.learn.FeatureSelector;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Task;
import dev.tendril.learn.Tuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The real YDF engine loads what we write and predicts what we predict.
@Tag("interop")
class InteropTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 200;

  @TempDir Path folder;

  @Test
  void ydfPredictsWithModelsThatWeWrote() throws IOException {
    Shared.forests("models");
    List<Case> cases = new ArrayList<>();
    for (Golden golden : Golden.values()) {
      ForestModel model = ForestModel.load(golden.folder());
      cases.add(new Case(golden.model, model, golden.frame(model)));
    }
    check(cases);
  }

  @Test
  void ydfPredictsWithModelsThatWeTrained() throws IOException {
    Shared.forests("data");
    Frame ranking = Frame.read(Shared.forests("data/synthetic_ranking_train.csv"));
    Frame abalone = Frame.read(Shared.forests("data/abalone.csv"));
    Frame adult = Frame.read(Shared.forests("data/adult_test.csv"));
    Frame iris = Frame.read(Shared.forests("data/iris.csv"));
    check(
        List.of(
            trained(
                "ranking", GradientBoostedTrees.ranking("LABEL", "GROUP", few(_ -> {})), ranking),
            trained(
                "cross_entropy",
                GradientBoostedTrees.ranking(
                    "LABEL",
                    "GROUP",
                    few(p -> p.loss = GradientBoostedTreesParameters.Loss.XE_NDCG_MART)),
                ranking),
            trained(
                "poisson",
                GradientBoostedTrees.regression(
                    "Rings", few(p -> p.loss = GradientBoostedTreesParameters.Loss.POISSON)),
                abalone),
            trained(
                "absolute_error",
                GradientBoostedTrees.regression(
                    "Rings",
                    few(p -> p.loss = GradientBoostedTreesParameters.Loss.MEAN_AVERAGE_ERROR)),
                abalone),
            trained(
                "focal",
                GradientBoostedTrees.classification(
                    "income",
                    few(p -> p.loss = GradientBoostedTreesParameters.Loss.BINARY_FOCAL_LOSS)),
                adult),
            trained(
                "dart",
                GradientBoostedTrees.classification(
                    "class", few(p -> p.forestExtraction = ForestExtraction.DART)),
                iris)));
  }

  /// The messages about tuning and selection, and models without what predicting does not need.
  @Test
  void ydfReadsModelsWithAHistoryAndPureOnes() throws IOException {
    Frame iris = Frame.read(Shared.forests("data/iris.csv"));
    GradientBoostedTrees learner = GradientBoostedTrees.classification("class", few(_ -> {}));
    check(
        List.of(
            new Case("tuned", Tuner.of(learner, o -> o.trials = 4).train(iris), iris),
            new Case("selected", FeatureSelector.of(learner, _ -> {}).train(iris), iris),
            trained(
                "pure",
                GradientBoostedTrees.classification("class", few(p -> p.pureServingModel = true)),
                iris),
            new Case(
                "pure_votes",
                RandomForest.classification(
                        "class",
                        p -> {
                          p.numTrees = 10;
                          p.pureServingModel = true;
                        })
                    .train(iris),
                iris)));
  }

  @Test
  void ydfPredictsEffectsAndAnomaliesAsWeDo() throws IOException {
    Frame campaign = Frame.read(Shared.forests("data/sim_pte_train.csv"));
    Frame gaussians = Frame.read(Shared.forests("data/gaussians_train.csv"));
    Frame adult = Frame.read(Shared.forests("data/adult_test.csv"));
    Inputs bought = new Inputs(new Task.CategoricalUplift("y", "treat"));
    Inputs spent = new Inputs(new Task.NumericalUplift("y", "treat"));
    check(
        List.of(
            trained("uplift", RandomForest.of(bought, p -> p.numTrees = 20), campaign),
            trained("uplift_of_numbers", RandomForest.of(spent, p -> p.numTrees = 20), campaign),
            trained("uplift_tree", Cart.of(bought, _ -> {}), campaign),
            trained("isolation", IsolationForest.anomalyDetection("label"), gaussians),
            trained(
                "isolation_oblique",
                IsolationForest.anomalyDetection(
                    "label", p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE),
                gaussians),
            trained("isolation_mixed", IsolationForest.anomalyDetection("income"), adult)));
  }

  @Test
  void ydfPredictsWithObliqueModelsThatWeTrained() throws IOException {
    Frame abalone = Frame.read(Shared.forests("data/abalone.csv"));
    Frame adult = Frame.read(Shared.forests("data/adult_test.csv"));
    Frame iris = Frame.read(Shared.forests("data/iris.csv"));
    check(
        List.of(
            trained(
                "oblique_regression",
                GradientBoostedTrees.regression(
                    "Rings",
                    few(
                        p -> {
                          p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
                          p.sparseObliqueWeights = SparseObliqueWeights.CONTINUOUS;
                        })),
                abalone),
            trained(
                "oblique_classes",
                GradientBoostedTrees.classification(
                    "class", few(p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE)),
                iris),
            trained(
                "oblique_forest",
                RandomForest.classification(
                    "income",
                    p -> {
                      p.numTrees = 10;
                      p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
                      p.sparseObliqueNormalization = SparseObliqueNormalization.MIN_MAX;
                    }),
                adult),
            trained(
                "discriminant_tree",
                Cart.classification("income", p -> p.splitAxis = SplitAxis.MHLD_OBLIQUE),
                adult)));
  }

  private static Consumer<GradientBoostedTreesParameters> few(
      Consumer<GradientBoostedTreesParameters> configure) {
    return parameters -> {
      parameters.numTrees = 20;
      configure.accept(parameters);
    };
  }

  private static Case trained(String name, Learner<ForestModel> learner, Frame frame) {
    return new Case(name, learner.train(frame), frame);
  }

  /// @param frame rows to predict
  private record Case(String name, ForestModel model, Frame frame) {}

  private void check(List<Case> cases) throws IOException {
    Path packages = NodeYdf.packages();
    List<Path> folders = new ArrayList<>();
    List<float[]> ours = new ArrayList<>();
    for (Case each : cases) {
      ForestModel model = each.model();
      int rows = Math.min(ROWS, each.frame().rows());
      Path at = Files.createDirectories(folder.resolve(each.name()));
      model.save(at.resolve("model"));
      NodeYdf.zip(at.resolve("model"), at.resolve("model.zip"));
      write(model, each.frame(), rows, at);
      folders.add(at);
      ours.add(expected(model, each.frame(), rows));
    }
    assertEquals(0, NodeYdf.predict(packages, folder, folders), "exit status of node");
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      JsonNode answer = JSON.readTree(Files.readAllBytes(folders.get(i).resolve("answer.json")));
      compare(cases.get(i).name(), answer, ours.get(i), failures);
    }
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
  }

  private static void compare(
      String name, JsonNode answer, float[] expected, List<String> failures) {
    JsonNode theirs = answer.path("predictions");
    if (theirs.size() != expected.length) {
      failures.add(name + ": " + expected.length + " predictions expected; got " + answer);
      return;
    }
    for (int i = 0; i < expected.length; i++) {
      double actual = theirs.get(i).asDouble(Double.NaN);
      if (!(Math.abs(actual - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i])))) {
        failures.add(name + ": prediction " + i + " is " + actual + ", ours " + expected[i]);
        return;
      }
    }
  }

  /// Of two classes YDF gives the probability of the second one alone.
  private static float[] expected(ForestModel model, Frame frame, int rows) {
    float[] values = model.predict(frame).values();
    int outputs = model.outputs();
    boolean two = outputs == 2;
    float[] expected = new float[two ? rows : rows * outputs];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = two ? values[2 * i + 1] : values[i];
    }
    return expected;
  }

  private static void write(ForestModel model, Frame frame, int rows, Path at) throws IOException {
    List<String> names = new ArrayList<>(model.features());
    boolean csv = names.stream().anyMatch(name -> frame.column(name) instanceof DiscretizedColumn);
    String label = model.task().label();
    if (csv && label != null) {
      names.add(label);
    }
    ObjectNode examples = JSON.createObjectNode();
    for (String name : names) {
      ArrayNode values = examples.putArray(name);
      for (int row = 0; row < rows; row++) {
        add(values, frame.column(name), row);
      }
    }
    if (csv) {
      Files.writeString(at.resolve("examples.csv"), csv(examples, rows));
    } else {
      Files.writeString(at.resolve("examples.json"), JSON.writeValueAsString(examples));
    }
  }

  /// Examples by column as CSV, the label included: the form in which the engine takes discretized
  /// numbers.
  private static String csv(ObjectNode examples, int rows) {
    StringBuilder text = new StringBuilder(String.join(",", examples.propertyNames()));
    for (int row = 0; row < rows; row++) {
      text.append('\n');
      int at = row;
      text.append(
          String.join(
              ",", examples.values().stream().map(column -> column.get(at).asString("")).toList()));
    }
    return text.append('\n').toString();
  }

  private static void add(ArrayNode values, Column column, int row) {
    if (column.isMissing(row)) {
      values.addNull();
      return;
    }
    switch (column) {
      case NumericalColumn numbers -> values.add(numbers.value(row));
      case BooleanColumn truths -> values.add((int) truths.value(row));
      case CategoricalColumn categories -> values.add(categories.text(row));
      case CategoricalSetColumn sets -> {
        ArrayNode items = values.addArray();
        for (int i = sets.start(row); i < sets.end(row); i++) {
          items.add(sets.text(i));
        }
      }
      case DiscretizedColumn bins -> {
        float[] boundaries = bins.details().boundaries();
        int bin = bins.bin(row);
        values.add(bin == 0 ? boundaries[0] - 1 : boundaries[bin - 1]);
      }
      case TextColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw new AssertionError(column.name());
    }
  }
}
