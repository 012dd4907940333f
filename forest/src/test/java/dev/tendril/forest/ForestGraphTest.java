package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Activation;
import dev.tendril.core.run.Devices;
import dev.tendril.core.run.Function;
import dev.tendril.core.run.Ops;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The graph of a forest gives the bits of its predictions.
class ForestGraphTest {
  private static void agree(ForestModel model, Frame frame, String what) {
    Graph graph = model.graph();
    float[] expected = model.predict(frame).values();
    for (int threads : new int[] {1, 3}) {
      try (Executable ready =
          Devices.current().compile(graph, CompileOptions.DEFAULT.withThreads(threads))) {
        Tensor result = ready.run(model.operands(frame)).getFirst();
        assertArrayEquals(expected, result.toFloatArray(), what + ", threads " + threads);
        Shape shape =
            model.classes().isEmpty()
                ? Shape.of(frame.rows())
                : Shape.of(frame.rows(), model.classes().size());
        assertEquals(shape, result.shape(), what);
      }
    }
    assertEquals(model.features(), graph.inputs().stream().map(i -> i.name()).toList());
    assertEquals(
        List.of(model.classes().isEmpty() ? "prediction" : "probabilities"), graph.outputNames());
  }

  /// A model that reads nothing but single values.
  private static ForestModel single(ForestModel model) {
    Forest forest = model.forest();
    return ForestModel.of(
        new Forest(
            forest.task(),
            forest.schema(),
            List.of(0, 1, 3, 4, 7, 8),
            forest.combination(),
            forest.trees().stream().map(tree -> new Tree(single(tree.root()))).toList(),
            forest.importances(),
            forest.log()),
        Provenance.UNKNOWN,
        null);
  }

  /// Asks number 0 instead of what has no single value.
  private static Node single(Node node) {
    return switch (node) {
      case Node.Leaf leaf -> leaf;
      case Node.Split split ->
          new Node.Split(
              split.condition() instanceof Condition.IsMissing(int at)
                      && List.of(5, 6, 9).contains(at)
                  ? new Condition.IsMissing(0)
                  : split.condition(),
              split.missingIsPositive(),
              single(split.negative()),
              single(split.positive()),
              null,
              split.statistics());
    };
  }

  @Test
  void randomForestsOfAllKinds() {
    for (int round = 0; round < 3; round++) {
      for (String kind : RandomForests.KINDS) {
        long seed = 77L * round + kind.hashCode();
        RandomForests random =
            new RandomForests(seed).with(RandomForests.Conditions.CELLS, 4 + round);
        ForestModel model = single(random.model(kind));
        for (int rows : new int[] {0, 1, 300}) {
          agree(model, random.frame(rows), kind + ", seed " + seed + ", rows " + rows);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Golden.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SST"})
  void modelsOfYdf(Golden golden) {
    ForestModel model = ForestModel.load(golden.folder());
    agree(model, golden.frame(model), golden.toString());
  }

  private static Frame penguins(int rows) {
    SplittableRandom random = new SplittableRandom(11);
    float[] length = new float[rows];
    float[] depth = new float[rows];
    List<@Nullable String> island = new ArrayList<>();
    byte[] male = new byte[rows];
    List<@Nullable String> species = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int kind = random.nextInt(3);
      length[i] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextDouble(kind, kind + 2);
      depth[i] = (float) random.nextDouble(-kind, 2);
      island.add(random.nextInt(9) == 0 ? null : "i" + (random.nextInt(4) + kind));
      male[i] = (byte) (random.nextInt(3) - 1);
      species.add("s" + kind);
    }
    return Frame.of(
        List.of(
            NumericalColumn.of("length", length),
            CategoricalColumn.of("island", island, VocabularyLimits.NONE),
            BooleanColumn.of("male", male),
            NumericalColumn.of("depth", depth),
            CategoricalColumn.of("species", species, VocabularyLimits.NONE)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainedModels(boolean boosted) {
    Frame frame = penguins(600);
    ForestModel model =
        boosted
            ? GradientBoostedTrees.classification("species", p -> p.numTrees = 20).train(frame)
            : RandomForest.classification("species", p -> p.numTrees = 20).train(frame);
    agree(model, frame, model.name());
    assertSame(model.graph(), model.graph());
    List<TensorType> types = model.graph().parameters();
    for (int i = 0; i < types.size(); i++) {
      boolean number = List.of("length", "depth").contains(model.features().get(i));
      assertEquals(TensorType.of(number ? DType.F32 : DType.I32, Shape.ANY), types.get(i));
    }
  }

  @Test
  void columnsOfOtherKindsAreTranslated() {
    Frame frame = penguins(200);
    ForestModel model = RandomForest.classification("species", p -> p.numTrees = 10).train(frame);
    List<Column> columns = new ArrayList<>();
    CategoricalColumn island = (CategoricalColumn) frame.column("island");
    List<@Nullable String> other = new ArrayList<>();
    for (int row = 0; row < 200; row++) {
      other.add(row % 7 == 0 ? "unknown" : island.text(199 - row));
    }
    columns.add(CategoricalColumn.of("island", other, VocabularyLimits.NONE));
    float[] flags = new float[200];
    List<@Nullable String> lengths = new ArrayList<>();
    for (int row = 0; row < 200; row++) {
      flags[row] = row % 3 == 0 ? Float.NaN : row % 3 - 1;
      lengths.add(row % 5 == 0 ? null : Integer.toString(row % 4));
    }
    columns.add(NumericalColumn.of("male", flags));
    columns.add(CategoricalColumn.of("length", lengths, VocabularyLimits.NONE));
    columns.add(frame.column("depth"));
    agree(model, Frame.of(columns), "translated");
  }

  @Test
  void whatIsBeyondTheVocabularyIsOutOfIt() {
    Frame frame = penguins(50);
    ForestModel model = RandomForest.classification("species", p -> p.numTrees = 10).train(frame);
    List<Tensor> operands = new ArrayList<>(model.operands(frame));
    int island = model.features().indexOf("island");
    Function function = Function.of(model.graph());
    operands.set(island, Tensor.vector(new int[50]));
    float[] outside = function.callAll(operands).getFirst().toFloatArray();
    int[] far = new int[50];
    Arrays.fill(far, 1_000_000);
    operands.set(island, Tensor.vector(far));
    assertArrayEquals(outside, function.callAll(operands).getFirst().toFloatArray());
  }

  /// A forest and a network on the same numbers, side by side, and a layer on top of both.
  @Test
  void forestAndNetworkInOneGraph() {
    Frame frame = penguins(300);
    ForestModel model =
        GradientBoostedTrees.of(
                Inputs.classification("species").withFeatures("length", "depth", "island"),
                p -> p.numTrees = 10)
            .train(frame);
    Function forest = Function.of(model.graph());
    Tensor w1 = random(1, 2, 8);
    Tensor b1 = random(2, 8);
    Tensor w2 = random(3, 3 + 8, 3);
    Tensor b2 = random(4, 3);
    Function mixed =
        Function.traceAll(
            "mixed",
            operands -> {
              Tensor probabilities = forest.callAll(operands).getFirst();
              Tensor numbers =
                  Ops.stack(
                      1,
                      known(operands.get(model.features().indexOf("length"))),
                      known(operands.get(model.features().indexOf("depth"))));
              Tensor hidden = Ops.dense(numbers, w1, b1, Activation.RELU);
              Tensor both = Ops.concat(1, probabilities, hidden);
              return List.of(Ops.softmax(Ops.dense(both, w2, b2, Activation.NONE), -1));
            });
    List<Tensor> operands = model.operands(frame);
    Graph graph = mixed.graph(model.graph().parameters().toArray(TensorType[]::new));
    assertEquals(
        1, graph.nodes().stream().filter(n -> n.op().name().equals("tree_ensemble")).count());
    float[] actual = mixed.callAll(operands).getFirst().toFloatArray();

    float[] trees = model.predict(frame).values();
    float[] expected = new float[actual.length];
    float[] length = ((NumericalColumn) frame.column("length")).values();
    float[] depth = ((NumericalColumn) frame.column("depth")).values();
    for (int row = 0; row < 300; row++) {
      double[] both = new double[11];
      for (int i = 0; i < 3; i++) {
        both[i] = trees[3 * row + i];
      }
      for (int i = 0; i < 8; i++) {
        double x = Float.isNaN(length[row]) ? 0 : length[row];
        both[3 + i] = Math.max(0, x * w1.get(i) + depth[row] * w1.get(8 + i) + b1.get(i));
      }
      double sum = 0;
      double[] top = new double[3];
      for (int i = 0; i < 3; i++) {
        double y = b2.get(i);
        for (int j = 0; j < 11; j++) {
          y += w2.get(3 * j + i) * both[j];
        }
        top[i] = Math.exp(y);
        sum += top[i];
      }
      for (int i = 0; i < 3; i++) {
        expected[3 * row + i] = (float) (top[i] / sum);
      }
    }
    assertArrayEquals(expected, actual, 1e-5f);
  }

  /// Zero where a number is missing.
  private static Tensor known(Tensor numbers) {
    return Ops.select(Ops.isNan(numbers), Tensor.scalar(0f), numbers);
  }

  private static Tensor random(long seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, dims);
  }

  @Test
  void namesOfColumnsMayBeThoseOfNodes() {
    SplittableRandom random = new SplittableRandom(3);
    List<Column> columns = new ArrayList<>();
    for (String name : List.of("reshape", "concat", "missing", "probabilities", "y")) {
      float[] values = new float[100];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(4);
      }
      columns.add(NumericalColumn.of(name, values));
    }
    Frame frame = Frame.of(columns);
    ForestModel model = RandomForest.regression("y", p -> p.numTrees = 5).train(frame);
    agree(model, frame, "names");
    assertTrue(model.graph().toText().contains("tree_ensemble"));
  }

  @Test
  void setsAreRefused() {
    RandomForests random = new RandomForests(5);
    ForestModel model = random.model("mean");
    String message =
        "feature \"words\" is CATEGORICAL_SET, and the inputs of a graph have one value a row;"
            + " predict with the model itself, or train one without this feature";
    assertEquals(message, assertThrows(ModelException.class, model::graph).getMessage());
    Frame frame = random.frame(3);
    assertEquals(
        message, assertThrows(ModelException.class, () -> model.operands(frame)).getMessage());
  }

  @Test
  void missingColumnsAreNamed() {
    Frame frame = penguins(50);
    ForestModel model = RandomForest.classification("species", p -> p.numTrees = 2).train(frame);
    Frame less = Frame.of(List.of(frame.column("depth")));
    String message =
        String.valueOf(assertThrows(DataException.class, () -> model.operands(less)).getMessage());
    assertTrue(
        message.startsWith("cannot predict: the table lacks the features \"length\", \"island\""),
        message);
  }
}
