package dev.tendril.forest.train;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
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
  private final float[][] scores;
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
  /// @param apart whether the table is their own
  /// @param scores those of the training rows too, unless the table is their own
  private record Validation(Frame frame, Loss loss, int[] rows, boolean apart, float[][] scores) {}

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
    this.scores = new float[loss.outputs()][data.frame().rows()];
    this.validation =
        new Validation(
            watched.frame(),
            Loss.of(watched, watchedRows, parameters, custom),
            watchedRows,
            validation != null,
            validation == null ? scores : new float[loss.outputs()][validation.frame().rows()]);
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
      return new Trained(forest, held());
    }
  }

  /// Trains all trees.
  ///
  /// @return the number of iterations to keep
  private int boost(float[] initial, Workers workers) {
    long start = System.nanoTime();
    int n = data.frame().rows();
    int outputs = loss.outputs();
    TreeSource source = source(workers);
    TreeScores own = new TreeScores(data.frame().schema(), data.frame(), workers);
    TreeScores watched = new TreeScores(data.frame().schema(), validation.frame(), workers);
    Derivatives derivatives = new Derivatives(loss, n, workers);
    NewtonTargets targets =
        new NewtonTargets(parameters, loss.logits(), rules.minSide(), n, workers);
    for (int k = 0; k < outputs; k++) {
      Arrays.fill(scores[k], initial[k]);
      Arrays.fill(validation.scores()[k], initial[k]);
    }
    Stopping stopping = new Stopping(parameters, outputs);
    long nodeCount = 0;
    for (int iteration = 0; iteration < parameters.numTrees; iteration++) {
      long seed = seed(iteration);
      int[] dropped = dropout == null ? NONE : dropout.draw(new SplitMix(SplitMix.mix(seed, -2)));
      addIterations(dropped, -1, own, watched);
      derivatives.derive(scores, seed);
      BoostingSample sample = sampler.draw(new SplitMix(seed), derivatives.gradients(), scores);
      float weight = dropout == null ? 1 : Dropout.newWeight(dropped.length);
      for (int k = 0; k < outputs; k++) {
        long treeSeed = SplitMix.mix(seed, 1 + k);
        BinTarget target =
            targets.of(
                sample,
                derivatives.gradients()[k],
                derivatives.hessians()[k],
                source.valueBits());
        List<int[]> others = List.of(sample.left(), held());
        Tree tree;
        if (parameters.honest) {
          HonestTrees.Parts parts = honest.part(sample.rows(), treeSeed);
          Tree grown = source.grow(target, parts.structure(), treeSeed, null);
          tree = honest.estimate(grown, target, parts.leaves());
          own.add(tree, sample.rows(), scores[k], weight);
          for (int[] part : others) {
            own.add(tree, part, scores[k], weight);
          }
        } else {
          TreeSource.Receiver receiver = new TreeSource.Receiver(others, scores[k], weight);
          tree = source.grow(target, sample.rows(), treeSeed, receiver);
        }
        trees.add(tree);
        nodeCount += tree.nodes();
        if (validation.apart()) {
          watched.add(tree, validation.rows(), validation.scores()[k], weight);
        }
      }
      if (parameters.totalMaxNumNodes >= 0 && nodeCount > parameters.totalMaxNumNodes) {
        trees.subList(iteration * outputs, trees.size()).clear();
        break;
      }
      if (dropout != null) {
        dropout.add(dropped);
        addIterations(dropped, 1, own, watched);
      }
      boolean late =
          parameters.maximumTrainingDurationSeconds >= 0
              && (System.nanoTime() - start) / 1e9 >= parameters.maximumTrainingDurationSeconds;
      if (report(iteration, late, derivatives, stopping, workers) || late) {
        break;
      }
    }
    return stopping.keep(trees.size() / outputs);
  }

  private long seed(int iteration) {
    return SplitMix.mix(parameters.randomSeed, iteration);
  }

  private TreeSource source(Workers workers) {
    return histogram()
        ? new HistogramTrees(data, parameters, rules, rows, workers)
        : new ExactTrees(data, rules, rows.length, workers);
  }

  /// The rows of the table that are held out.
  private int[] held() {
    return validation.apart() ? NONE : validation.rows();
  }

  /// Whether splits are searched over bins.
  private boolean histogram() {
    String reason = HistogramTrees.unsuited(data, parameters);
    return switch (parameters.treeMethod) {
      case EXACT -> false;
      case AUTO -> reason == null && rows.length >= HistogramTrees.LARGE;
      case HISTOGRAM -> {
        if (reason != null) {
          throw new IllegalArgumentException("tree_method=histogram does not suit: " + reason);
        }
        yield true;
      }
    };
  }

  /// Adds to all scores what some iterations contribute, or takes it off.
  ///
  /// @param sign 1 or -1
  private void addIterations(int[] iterations, int sign, TreeScores own, TreeScores watched) {
    for (int iteration : iterations) {
      float weight = sign * Objects.requireNonNull(dropout).weight(iteration);
      for (int k = 0; k < scores.length; k++) {
        Tree tree = trees.get(iteration * scores.length + k);
        own.add(tree, rows, scores[k], weight);
        watched.add(tree, validation.rows(), validation.scores()[k], weight);
      }
    }
  }

  /// Logs the state after an iteration.
  ///
  /// @param late whether this is the last one, since time is up
  /// @return whether to stop
  private boolean report(
      int iteration, boolean late, Derivatives derivatives, Stopping stopping, Workers workers) {
    boolean last = late || iteration + 1 == parameters.numTrees;
    if (!last && (iteration + 1) % parameters.validationIntervalInTrees != 0) {
      return false;
    }
    double training =
        last || dropout != null
            ? loss.loss(workers, scores)
            : derivatives.loss(scores, seed(iteration + 1));
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
