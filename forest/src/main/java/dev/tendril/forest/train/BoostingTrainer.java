package dev.tendril.forest.train;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Gradient boosting (Friedman 2001): every tree is a regression tree on the negative gradient of
/// the loss at the current scores, and its leaves are Newton steps.
///
/// Some rows are held out. When their loss has not reached a new minimum for
/// [GradientBoostedTreesParameters#earlyStoppingNumTreesLookAhead] trees, training stops, and the
/// model keeps the trees up to the minimum.
///
/// Threads share the work within a tree; sums over rows are added block by block in a fixed order.
public final class BoostingTrainer {
  private static final int[] NONE = {};

  private final TrainingData data;
  private final GradientBoostedTreesParameters parameters;
  private final TrainOptions options;
  private final Loss loss;
  private final Validation validation;
  private final int[] rows;
  private final BoostingSampler sampler;
  private final GrowthRules rules;
  private final HonestTrees honest;
  private final @Nullable Dropout dropout;
  private final List<Tree> trees = new ArrayList<>();
  private final List<Forest.LogEntry> log = new ArrayList<>();

  /// The rows that watch for over-fitting: part of the training table, or a table of their own.
  ///
  /// @param loss the loss bound to that table
  private record Validation(Frame frame, Loss loss, int[] rows, float[][] scores) {}

  /// @param validation rows to validate on, in the schema of the training data; null: hold some out
  public BoostingTrainer(
      TrainingData data,
      @Nullable TrainingData validation,
      GradientBoostedTreesParameters parameters,
      TrainOptions options) {
    this(data, validation, parameters, null, options);
  }

  /// @param custom takes the place of the loss that the hyper-parameters name; null: none does
  public BoostingTrainer(
      TrainingData data,
      @Nullable TrainingData validation,
      GradientBoostedTreesParameters parameters,
      @Nullable CustomLoss custom,
      TrainOptions options) {
    this.data = data;
    this.parameters = parameters;
    this.options = options;
    this.rules =
        GrowthRules.of(parameters, data.features().size(), data.classCount() > 0, false)
            .with(data.directions());
    double ratio = validation == null ? parameters.validationRatio : 0;
    HoldOut holdOut =
        data.task() instanceof Task.Ranking
            ? HoldOut.drawGroups(data.groups(), ratio, parameters.randomSeed)
            : HoldOut.draw(data.frame().rows(), ratio, parameters.randomSeed);
    this.rows = holdOut.train();
    this.loss = Loss.of(data, rows, parameters, custom);
    requireDirection();
    this.honest = new HonestTrees(parameters, data);
    this.sampler = new BoostingSampler(data, rows, parameters);
    this.dropout =
        parameters.forestExtraction == ForestExtraction.DART
            ? new Dropout(parameters.dartDropout)
            : null;
    TrainingData watched = validation == null ? data : validation;
    int[] watchedRows =
        validation == null
            ? holdOut.held()
            : IntStream.range(0, validation.frame().rows()).toArray();
    this.validation =
        new Validation(
            watched.frame(),
            Loss.of(watched, watchedRows, parameters, custom),
            watchedRows,
            new float[loss.outputs()][watched.frame().rows()]);
  }

  /// @throws IllegalArgumentException when there are constraints that cannot be kept
  private void requireDirection() {
    if (data.directions().none()) {
      return;
    }
    if (!parameters.useHessianGain) {
      throw new IllegalArgumentException("monotonic constraints need use_hessian_gain=true");
    }
    if (loss.outputs() > 1) {
      throw new IllegalArgumentException(
          "monotonic constraints do not suit "
              + loss.outputs()
              + " classes: expected two classes, or a task with one score");
    }
  }

  public Trained train() {
    try (Workers workers = new Workers(options.threadCount())) {
      float[] initial = loss.initial();
      int best = workers.run(() -> boost(initial, workers));
      List<Tree> kept = trees.subList(0, best * loss.outputs());
      Forest forest =
          new Forest(
              data.task(),
              data.frame().schema(),
              data.features(),
              new Combination.Sum(
                  loss.kind(), initial, loss.outputs(), !parameters.applyLinkFunction),
              dropout == null ? kept : dropout.weighted(kept, loss.outputs()),
              Map.of(),
              log);
      return new Trained(
          forest, validation.frame() == data.frame() ? validation.rows() : new int[0]);
    }
  }

  /// Trains all trees.
  ///
  /// @return the number of iterations to keep
  private int boost(float[] initial, Workers workers) {
    long start = System.nanoTime();
    int n = data.frame().rows();
    int outputs = loss.outputs();
    TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
    PresortedLists lists =
        rules.presorted(table.attributes().size())
            ? new PresortedLists(table, rows.length, workers)
            : null;
    ExactNodes nodes = new ExactNodes(table, rules, workers);
    TreeGrower grower = new TreeGrower(rules, workers);
    float[][] scores = new float[outputs][n];
    float[][] gradients = new float[outputs][n];
    float[][] hessians = new float[outputs][n];
    for (int k = 0; k < outputs; k++) {
      Arrays.fill(scores[k], initial[k]);
      Arrays.fill(validation.scores()[k], initial[k]);
    }
    int[] nodeRows = new int[rows.length];
    Stopping stopping = new Stopping(parameters, outputs);
    long nodeCount = 0;
    for (int iteration = 0; iteration < parameters.numTrees; iteration++) {
      long seed = SplitMix.mix(parameters.randomSeed, iteration);
      int[] dropped = dropout == null ? NONE : dropout.draw(new SplitMix(SplitMix.mix(seed, -2)));
      addIterations(dropped, -1, scores, workers);
      loss.derive(workers, scores, seed, gradients, hessians);
      BoostingSample sample = sampler.draw(new SplitMix(seed), gradients, scores);
      NewtonTargets targets =
          new NewtonTargets(parameters, loss.logits(), sample, rules.minSide(), n);
      float weight = dropout == null ? 1 : Dropout.newWeight(dropped.length);
      for (int k = 0; k < outputs; k++) {
        float[] score = scores[k];
        long treeSeed = SplitMix.mix(seed, 1 + k);
        HonestTrees.Parts parts = honest.part(sample.rows(), treeSeed);
        int[] structure = parts.structure();
        if (lists != null) {
          lists.fill(parameters.honest ? Sampler.marks(structure, n) : sample.marks());
        }
        System.arraycopy(structure, 0, nodeRows, 0, structure.length);
        Target target = targets.of(gradients[k], hessians[k]);
        Tree grown =
            grower.grow(
                nodes.root(
                    target,
                    nodeRows,
                    structure.length,
                    treeSeed,
                    lists,
                    parameters.honest
                        ? (_, _, _, _) -> {}
                        : (leafRows, from, to, output) ->
                            add(score, leafRows, from, to, output, weight)));
        Tree tree = honest.estimate(grown, target, parts.leaves());
        if (parameters.honest) {
          add(tree, data.frame(), sample.rows(), score, weight, workers);
        }
        trees.add(tree);
        nodeCount += tree.nodes();
        add(tree, data.frame(), sample.left(), score, weight, workers);
        add(tree, validation.frame(), validation.rows(), validation.scores()[k], weight, workers);
      }
      if (parameters.totalMaxNumNodes >= 0 && nodeCount > parameters.totalMaxNumNodes) {
        trees.subList(iteration * outputs, trees.size()).clear();
        break;
      }
      if (dropout != null) {
        dropout.add(dropped);
        addIterations(dropped, 1, scores, workers);
      }
      boolean late =
          parameters.maximumTrainingDurationSeconds >= 0
              && (System.nanoTime() - start) / 1e9 >= parameters.maximumTrainingDurationSeconds;
      if (report(iteration, late, scores, stopping, workers) || late) {
        break;
      }
    }
    return stopping.keep(trees.size() / outputs);
  }

  /// Adds to all scores what some iterations contribute, or takes it off.
  ///
  /// @param sign 1 or -1
  private void addIterations(int[] iterations, int sign, float[][] scores, Workers workers) {
    for (int iteration : iterations) {
      float weight = sign * Objects.requireNonNull(dropout).weight(iteration);
      for (int k = 0; k < scores.length; k++) {
        Tree tree = trees.get(iteration * scores.length + k);
        add(tree, data.frame(), rows, scores[k], weight, workers);
        add(tree, validation.frame(), validation.rows(), validation.scores()[k], weight, workers);
      }
    }
  }

  private static void add(
      float[] score, int[] leafRows, int from, int to, Output output, float weight) {
    float value = weight * ((Output.Value) output).value();
    for (int i = from; i < to; i++) {
      score[leafRows[i]] += value;
    }
  }

  private void add(
      Tree tree, Frame frame, int[] walked, float[] score, float weight, Workers workers) {
    TreeWalk walk = new TreeWalk(data.frame().schema(), frame);
    Blocks.run(
        workers,
        walked.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            Node.Leaf leaf = walk.leaf(tree, walked[i]);
            score[walked[i]] += weight * ((Output.Value) leaf.output()).value();
          }
        });
  }

  /// Logs the state after an iteration.
  ///
  /// @param late whether this is the last one, since time is up
  /// @return whether to stop
  private boolean report(
      int iteration, boolean late, float[][] scores, Stopping stopping, Workers workers) {
    boolean last = late || iteration + 1 == parameters.numTrees;
    if (!last && (iteration + 1) % parameters.validationIntervalInTrees != 0) {
      return false;
    }
    double training = loss.loss(workers, scores);
    double validated = Double.NaN;
    double metric = Double.NaN;
    boolean watched = validation.rows().length > 0;
    if (watched) {
      validated = validation.loss().loss(workers, validation.scores());
      metric = validation.loss().metric(workers, validation.scores());
    }
    log.add(new Forest.LogEntry(trees.size(), (float) training, (float) validated, (float) metric));
    String status =
        watched
            ? String.format(
                Locale.ROOT, "training loss %.4f, validation loss %.4f", training, validated)
            : String.format(Locale.ROOT, "training loss %.4f", training);
    options.progress.accept(
        new TrainOptions.Progress(iteration + 1, parameters.numTrees, "iterations", status));
    return watched && stopping.update(iteration, (float) validated);
  }
}
