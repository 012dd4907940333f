package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoostingTest {
  private static final int ROWS = 3000;

  /// The ways of boosting that are not the default.
  enum Way implements Consumer<GradientBoostedTreesParameters> {
    HESSIAN,
    SUBSAMPLE,
    GOSS,
    GOSS_HESSIAN,
    DART;

    @Override
    public void accept(GradientBoostedTreesParameters parameters) {
      switch (this) {
        case HESSIAN -> parameters.useHessianGain = true;
        case SUBSAMPLE -> parameters.subsample = 0.5;
        case GOSS -> parameters.samplingMethod = SamplingMethod.GOSS;
        case GOSS_HESSIAN -> {
          parameters.samplingMethod = SamplingMethod.GOSS;
          parameters.useHessianGain = true;
        }
        case DART -> {
          parameters.forestExtraction = ForestExtraction.DART;
          parameters.dartDropout = 0.2;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void everyWayLearnsTheSameOnAnyNumberOfThreads(Way way) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    for (int classes : new int[] {0, 2, 3}) {
      Frame frame = new RandomTables(seed, ROWS, 0.05).draw(classes);
      Forest forest = train(frame, classes, 1, way);
      assertEquals(forest, train(frame, classes, 3, way), way + ", seed " + seed);
      List<Forest.LogEntry> log = forest.log();
      assertTrue(
          log.getLast().trainingLoss() < 0.9 * log.getFirst().trainingLoss(),
          way + ": " + log.getLast() + ", seed " + seed);
    }
  }

  /// What is saved must be what was scored while training: weights of dropped trees included.
  @ParameterizedTest
  @EnumSource(Way.class)
  void theModelHasTheLossThatTrainingReports(Way way) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = new RandomTables(seed, ROWS, 0.05).draw(0);
    Forest forest =
        train(
            frame,
            0,
            2,
            p -> {
              way.accept(p);
              p.validationRatio = 0;
            });
    TreeWalk walk = new TreeWalk(frame.schema(), frame);
    NumericalColumn label = (NumericalColumn) frame.column("label");
    double squares = 0;
    for (int row = 0; row < ROWS; row++) {
      double predicted = ((Combination.Sum) forest.combination()).initial()[0];
      for (Tree tree : forest.trees()) {
        predicted += ((Output.Value) walk.leaf(tree, row).output()).value();
      }
      squares += Math.pow(label.value(row) - predicted, 2);
    }
    double loss = forest.log().getLast().trainingLoss();
    assertEquals(loss, Math.sqrt(squares / ROWS), 1e-4 * loss, way + ", seed " + seed);
  }

  @Test
  void gossTakesTheLargestGradientsAndWeighsTheOthersUp() {
    Frame frame = new RandomTables(1, ROWS, 0).draw(0);
    TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.samplingMethod = SamplingMethod.GOSS;
    float[] gradients = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      gradients[row] = (row % 2 == 0 ? -1 : 1) * row;
    }
    int[] all = IntStream.range(0, ROWS).toArray();
    BoostingSample sample =
        new BoostingSampler(data, all, parameters)
            .draw(new SplitMix(5), new float[][] {gradients}, new float[1][ROWS]);
    int certain = ROWS / 5;
    int others = sample.rows().length - certain;
    assertEquals(ROWS / 10.0, others, 60);
    assertEquals(ROWS, sample.rows().length + sample.left().length);
    for (int row : sample.rows()) {
      assertEquals(row >= ROWS - certain ? 1 : 8, sample.weight(row), 1e-5, "row " + row);
      assertTrue(Arrays.binarySearch(sample.left(), row) < 0, "row " + row);
    }
    int largest = (int) Arrays.stream(sample.rows()).filter(row -> row >= ROWS - certain).count();
    assertEquals(certain, largest);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void noMoreNodesThanAllowed(int classes) {
    Frame frame = new RandomTables(3, ROWS, 0).draw(classes);
    Forest all = train(frame, classes, 2, _ -> {});
    long most = nodes(all) / 2;
    Forest some = train(frame, classes, 2, p -> p.totalMaxNumNodes = most);
    assertTrue(nodes(some) <= most, nodes(some) + " nodes");
    int kept = some.trees().size();
    assertEquals(all.trees().subList(0, kept), some.trees());
    long next = nodes(all.trees().subList(0, kept + (classes == 2 ? 1 : 3)));
    assertTrue(next > most, next + " nodes would have been allowed");
  }

  @Test
  void timeEndsTrainingAfterAnIteration() {
    Frame frame = new RandomTables(4, 500, 0).draw(0);
    Forest forest = train(frame, 0, 1, p -> p.maximumTrainingDurationSeconds = 0);
    assertEquals(1, forest.trees().size());
  }

  private static long nodes(Forest forest) {
    return nodes(forest.trees());
  }

  private static long nodes(List<Tree> trees) {
    return trees.stream().mapToLong(Tree::nodes).sum();
  }

  private static Forest train(
      Frame frame, int classes, int threads, Consumer<GradientBoostedTreesParameters> configure) {
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.numTrees = 12;
    parameters.shrinkage = 0.3;
    configure.accept(parameters);
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    Inputs inputs = classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
    return new BoostingTrainer(TrainingData.of(frame, inputs), null, parameters, options)
        .train()
        .forest();
  }
}
