package dev.tendril.forest.train;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.CustomMetric;
import dev.tendril.learn.ModelException;
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
  private final Extras extras;
  private final @Nullable WatchedMetric metric;
  private double secondsBefore;

  /// The rows that watch for over-fitting: part of the training table, or a table of their own.
  ///
  /// @param loss the loss bound to that table
  /// @param apart whether the table is their own
  /// @param scores those of the training rows too, unless the table is their own
  private record Validation(Frame frame, Loss loss, int[] rows, boolean apart, float[][] scores) {}

  /// What callers may add to the hyper-parameters.
  ///
  /// @param loss takes the place of the loss that the hyper-parameters name; null: none does
  /// @param metric decides in place of the loss when to stop; null: none does
  /// @param checkpoint where the state is left
  public record Extras(
      @Nullable CustomLoss loss, @Nullable CustomMetric metric, Checkpoint checkpoint) {
    static final Extras NONE = new Extras(null, null, Checkpoint.NONE);
  }

  /// @param validation rows to validate on, in the schema of the training data; null: hold some out
  public BoostingTrainer(
      TrainingData data,
      @Nullable TrainingData validation,
      GradientBoostedTreesParameters parameters,
      TrainOptions options) {
    this(data, validation, parameters, Extras.NONE, options);
  }

  /// @param validation rows to validate on, in the schema of the training data; null: hold some out
  public BoostingTrainer(
      TrainingData data,
      @Nullable TrainingData validation,
      GradientBoostedTreesParameters parameters,
      Extras extras,
      TrainOptions options) {
    this.extras = extras;
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
    this.loss = Loss.of(data, rows, parameters, extras.loss());
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
            Loss.of(watched, watchedRows, parameters, extras.loss()),
            watchedRows,
            validation != null,
            validation == null ? scores : new float[loss.outputs()][validation.frame().rows()]);
    this.metric =
        extras.metric() == null
            ? null
            : new WatchedMetric(extras.metric(), watched, watchedRows, sum(loss.initial()));
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

  private Combination.Sum sum(float[] initial) {
    return new Combination.Sum(loss.kind(), initial, loss.outputs(), !parameters.applyLinkFunction);
  }

  private Forest forest(float[] initial, List<Tree> of) {
    return new Forest(
        data.task(), data.frame().schema(), data.features(), sum(initial), of, Map.of(), log);
  }

  public Trained train() {
    try (Workers workers = new Workers(options.threadCount())) {
      float[] initial = loss.initial();
      int best = workers.run(() -> boost(initial, workers));
      List<Tree> kept = trees.subList(0, best * loss.outputs());
      Forest forest =
          forest(initial, dropout == null ? kept : dropout.weighted(kept, loss.outputs()));
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
    int first = restore(stopping);
    long nodeCount = trees.stream().mapToLong(Tree::nodes).sum();
    long bytes = trees.stream().mapToLong(Tree::bytes).sum();
    for (int iteration = first; iteration < parameters.numTrees; iteration++) {
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
                sample, derivatives.gradients()[k], derivatives.hessians()[k], source.valueBits());
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
        bytes += tree.bytes();
        if (validation.apart()) {
          watched.add(tree, validation.rows(), validation.scores()[k], weight);
        }
      }
      if (exceeds(nodeCount, parameters.totalMaxNumNodes)
          || exceeds(bytes, parameters.maximumModelSizeInMemoryInBytes)) {
        trees.subList(iteration * outputs, trees.size()).clear();
        break;
      }
      if (dropout != null) {
        dropout.add(dropped);
        addIterations(dropped, 1, own, watched);
      }
      boolean late =
          parameters.maximumTrainingDurationSeconds >= 0
              && seconds(start) >= parameters.maximumTrainingDurationSeconds;
      if (report(iteration, late, derivatives, stopping, workers) || late) {
        break;
      }
      if (iteration + 1 < parameters.numTrees && extras.checkpoint().due()) {
        extras.checkpoint().save(forest(initial, trees), snapshot(seconds(start)));
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
    return HistogramTrees.chosen(
        parameters.treeMethod, HistogramTrees.unsuited(data, parameters), rows.length);
  }

  private static boolean exceeds(long value, long limit) {
    return limit >= 0 && value > limit;
  }

  private double seconds(long start) {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }

  /// The scores are part of it, since sums in another order, or of leaves that are found in another
  /// way, might differ in the last bit.
  private Checkpoint.Snapshot snapshot(double seconds) {
    List<float[]> numbers = allScores();
    if (dropout != null) {
      numbers.add(dropout.weights());
    }
    return new Checkpoint.Snapshot(trees, log, numbers.toArray(new float[0][]), seconds);
  }

  /// The scores of the training rows and of those that are watched, each once.
  private List<float[]> allScores() {
    List<float[]> all = new ArrayList<>(List.of(scores));
    if (validation.apart()) {
      all.addAll(List.of(validation.scores()));
    }
    return all;
  }

  /// Goes on from where an earlier run left.
  ///
  /// @return the iterations that are done
  private int restore(Stopping stopping) {
    Checkpoint.Snapshot snapshot = extras.checkpoint().latest();
    if (snapshot == null) {
      return 0;
    }
    int outputs = scores.length;
    float[][] numbers = snapshot.numbers();
    List<float[]> own = allScores();
    boolean fits = numbers.length == own.size() + (dropout == null ? 0 : 1);
    for (int i = 0; i < own.size() && fits; i++) {
      fits = numbers[i].length == own.get(i).length;
      System.arraycopy(numbers[i], 0, own.get(i), 0, fits ? numbers[i].length : 0);
    }
    int iterations = snapshot.trees().size() / outputs;
    if (fits && dropout != null) {
      fits = numbers[own.size()].length == iterations;
      dropout.restore(numbers[own.size()]);
    }
    if (!fits) {
      throw new ModelException(
          "the snapshot of the training run does not fit: it is damaged; delete it to begin"
              + " without it");
    }
    trees.addAll(snapshot.trees());
    log.addAll(snapshot.log());
    for (Forest.LogEntry entry : log) {
      if (validation.rows().length > 0) {
        stopping.update(entry.trees() / outputs - 1, decisive(entry));
      }
    }
    secondsBefore = snapshot.seconds();
    return iterations;
  }

  /// What decides when to stop; less is better.
  private float decisive(Forest.LogEntry entry) {
    return metric == null
        ? entry.validationLoss()
        : metric.greaterIsBetter() ? -entry.metric() : entry.metric();
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
    double figure = Double.NaN;
    boolean watched = validation.rows().length > 0;
    if (watched) {
      validated = validation.loss().loss(workers, validation.scores());
      figure =
          metric == null
              ? validation.loss().metric(workers, validation.scores())
              : metric.of(validation.scores());
    }
    Forest.LogEntry entry =
        new Forest.LogEntry(trees.size(), (float) training, (float) validated, (float) figure);
    log.add(entry);
    String status =
        watched
            ? String.format(
                Locale.ROOT, "training loss %.4f, validation loss %.4f", training, validated)
            : String.format(Locale.ROOT, "training loss %.4f", training);
    options.progress.accept(
        new TrainOptions.Progress(iteration + 1, parameters.numTrees, "iterations", status));
    return watched && stopping.update(iteration, decisive(entry));
  }
}
