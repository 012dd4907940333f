package dev.tendril.forest.train;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.EarlyStopping;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final int BLOCK = 8192;

  private final TrainingData data;
  private final GradientBoostedTreesParameters parameters;
  private final TrainOptions options;
  private final Loss loss;
  private final Validation validation;
  private final int[] rows;
  private final GrowthRules rules;
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
    this.data = data;
    this.parameters = parameters;
    this.options = options;
    this.loss = loss(data, parameters.loss);
    this.rules = GrowthRules.of(parameters, data.features().size(), data.classCount() > 0, false);
    HoldOut holdOut =
        HoldOut.draw(
            data.frame().rows(),
            validation == null ? parameters.validationRatio : 0,
            parameters.randomSeed);
    this.rows = holdOut.train();
    TrainingData watched = validation == null ? data : validation;
    int[] watchedRows =
        validation == null
            ? holdOut.held()
            : IntStream.range(0, validation.frame().rows()).toArray();
    this.validation =
        new Validation(
            watched.frame(),
            validation == null ? loss : loss(validation, parameters.loss),
            watchedRows,
            new float[loss.outputs()][watched.frame().rows()]);
  }

  private static Loss loss(TrainingData data, GradientBoostedTreesParameters.Loss wanted) {
    GradientBoostedTreesParameters.Loss kind =
        switch (wanted) {
          case DEFAULT ->
              data.classCount() == 0
                  ? GradientBoostedTreesParameters.Loss.SQUARED_ERROR
                  : data.classCount() == 2
                      ? GradientBoostedTreesParameters.Loss.BINOMIAL_LOG_LIKELIHOOD
                      : GradientBoostedTreesParameters.Loss.MULTINOMIAL_LOG_LIKELIHOOD;
          case BINOMIAL_LOG_LIKELIHOOD, MULTINOMIAL_LOG_LIKELIHOOD, SQUARED_ERROR -> wanted;
        };
    boolean fits =
        switch (kind) {
          case BINOMIAL_LOG_LIKELIHOOD -> data.classCount() == 2;
          case MULTINOMIAL_LOG_LIKELIHOOD -> data.classCount() >= 2;
          case SQUARED_ERROR, DEFAULT -> data.classCount() == 0;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "loss "
              + kind.name().toLowerCase(Locale.ROOT)
              + " does not suit "
              + (data.classCount() == 0 ? "a regression" : data.classCount() + " classes"));
    }
    return switch (kind) {
      case BINOMIAL_LOG_LIKELIHOOD -> new Loss.Binomial(data);
      case MULTINOMIAL_LOG_LIKELIHOOD -> new Loss.Multinomial(data);
      case SQUARED_ERROR, DEFAULT -> new Loss.SquaredError(data);
    };
  }

  public Trained train() {
    try (Workers workers = new Workers(options.threadCount())) {
      float[] initial = loss.initial(rows);
      int best = workers.run(() -> boost(initial, workers));
      List<Tree> kept = trees.subList(0, best * loss.outputs());
      Forest forest =
          new Forest(
              data.task(),
              data.frame().schema(),
              data.features(),
              new Combination.Sum(
                  loss.kind(), initial, loss.outputs(), !parameters.applyLinkFunction),
              kept,
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
    int n = data.frame().rows();
    int outputs = loss.outputs();
    TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
    PresortedLists lists =
        rules.presorted(table.attributes().size())
            ? new PresortedLists(table, rows.length, workers)
            : null;
    TreeGrower grower = new TreeGrower(table, rules, workers);
    float[][] scores = new float[outputs][n];
    float[][] gradients = new float[outputs][n];
    float[][] hessians = new float[outputs][n];
    for (int k = 0; k < outputs; k++) {
      Arrays.fill(scores[k], initial[k]);
      Arrays.fill(validation.scores()[k], initial[k]);
    }
    Weights weights = Weights.of(data.weights());
    int[] quantized = new int[n];
    Subsample everything = Subsample.all(rows, n);
    int[] nodeRows = new int[rows.length];
    Stopping stopping = new Stopping();
    for (int iteration = 0; iteration < parameters.numTrees; iteration++) {
      blocks(
          workers,
          rows,
          (from, to) -> {
            loss.derive(scores, rows, from, to, gradients, hessians);
            return 0;
          });
      long seed = SplitMix.mix(parameters.randomSeed, iteration);
      Subsample sample =
          parameters.subsample < 1
              ? Subsample.draw(rows, n, parameters.subsample, new SplitMix(seed))
              : everything;
      for (int k = 0; k < outputs; k++) {
        float[] gradient = gradients[k];
        float[] hessian = hessians[k];
        float[] score = scores[k];
        int exponent = quantize(gradient, sample.rows(), quantized);
        Target target =
            new NumberTarget(
                quantized,
                exponent,
                weights.quantized(),
                weights.exponent(),
                null,
                rules.minSide(),
                (stepRows, from, to) -> step(gradient, hessian, stepRows, from, to));
        if (lists != null) {
          lists.fill(sample.marks());
        }
        System.arraycopy(sample.rows(), 0, nodeRows, 0, sample.rows().length);
        Tree tree =
            grower.grow(
                target,
                nodeRows,
                sample.rows().length,
                SplitMix.mix(seed, 1 + k),
                lists,
                (leafRows, from, to, output) -> add(score, leafRows, from, to, output));
        trees.add(tree);
        walk(workers, tree, data.frame(), sample.left(), score);
        walk(workers, tree, validation.frame(), validation.rows(), validation.scores()[k]);
      }
      if (report(iteration, scores, stopping, workers)) {
        break;
      }
    }
    return stopping.keep(trees.size() / outputs);
  }

  private int quantize(float[] gradient, int[] sampled, int[] quantized) {
    float[] weights = data.weights();
    float largest = 0;
    for (int row : sampled) {
      float value = weights == null ? gradient[row] : weights[row] * gradient[row];
      largest = Math.max(largest, Math.abs(value));
    }
    int exponent = Target.exponent(largest);
    double scale = Math.scalb(1.0, exponent);
    for (int row : sampled) {
      float value = weights == null ? gradient[row] : weights[row] * gradient[row];
      quantized[row] = (int) Math.rint(value * scale);
    }
    return exponent;
  }

  private Output step(float[] gradient, float[] hessian, int[] nodeRows, int from, int to) {
    float[] weights = data.weights();
    double g = 0;
    double h = 0;
    double w = 0;
    for (int i = from; i < to; i++) {
      int row = nodeRows[i];
      double weight = weights == null ? 1 : weights[row];
      g += weight * gradient[row];
      h += weight * hessian[row];
      w += weight;
    }
    double value =
        parameters.shrinkage
            * Loss.newton(g, h, parameters.l1Regularization, parameters.l2Regularization);
    if (loss.logits()) {
      value = Math.clamp(value, -parameters.clampLeafLogit, parameters.clampLeafLogit);
    }
    return new Output.Value((float) value, new Output.Moments(0, 0, 0, g, h, w));
  }

  private static void add(float[] score, int[] leafRows, int from, int to, Output output) {
    float value = ((Output.Value) output).value();
    for (int i = from; i < to; i++) {
      score[leafRows[i]] += value;
    }
  }

  private void walk(Workers workers, Tree tree, Frame frame, int[] walked, float[] score) {
    TreeWalk walk = new TreeWalk(data.frame().schema(), frame);
    blocks(
        workers,
        walked,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            Node.Leaf leaf = walk.leaf(tree, walked[i]);
            score[walked[i]] += ((Output.Value) leaf.output()).value();
          }
          return 0;
        });
  }

  /// Logs the state after an iteration.
  ///
  /// @return whether to stop
  private boolean report(int iteration, float[][] scores, Stopping stopping, Workers workers) {
    boolean last = iteration + 1 == parameters.numTrees;
    if (!last && (iteration + 1) % parameters.validationIntervalInTrees != 0) {
      return false;
    }
    double training = mean(workers, loss, rows, (from, to) -> loss.loss(scores, rows, from, to));
    double validated = Double.NaN;
    double metric = Double.NaN;
    Loss watched = validation.loss();
    int[] watchedRows = validation.rows();
    if (watchedRows.length > 0) {
      float[][] watchedScores = validation.scores();
      validated =
          mean(
              workers,
              watched,
              watchedRows,
              (from, to) -> watched.loss(watchedScores, watchedRows, from, to));
      metric =
          mean(
              workers,
              watched,
              watchedRows,
              (from, to) -> watched.metric(watchedScores, watchedRows, from, to));
      validated = watched.finish(validated);
      metric = data.classCount() > 0 ? metric : watched.finish(metric);
    }
    training = loss.finish(training);
    log.add(new Forest.LogEntry(trees.size(), (float) training, (float) validated, (float) metric));
    String status =
        watchedRows.length > 0
            ? String.format(
                Locale.ROOT, "training loss %.4f, validation loss %.4f", training, validated)
            : String.format(Locale.ROOT, "training loss %.4f", training);
    options.progress.accept(
        new TrainOptions.Progress(iteration + 1, parameters.numTrees, "iterations", status));
    return watchedRows.length > 0 && stopping.update(iteration, (float) validated);
  }

  private static double mean(Workers workers, Loss of, int[] over, BlockSum body) {
    return blocks(workers, over, body) / of.weight(over);
  }

  /// A part of a sum over rows.
  private interface BlockSum {
    double sum(int from, int to);
  }

  private static double blocks(Workers workers, int[] over, BlockSum body) {
    int count = (over.length + BLOCK - 1) / BLOCK;
    double[] sums = new double[count];
    workers.forEach(
        count, b -> sums[b] = body.sum(b * BLOCK, Math.min(over.length, (b + 1) * BLOCK)));
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return sum;
  }

  /// The rows of one iteration.
  ///
  /// @param left the training rows that are not in it
  /// @param marks by row of the table: 1 when in the sample
  private record Subsample(int[] rows, int[] left, int[] marks) {
    /// All training rows.
    static Subsample all(int[] rows, int tableRows) {
      return new Subsample(rows, new int[0], Sampler.marks(rows, tableRows));
    }

    /// Each training row with the same probability, and at least one.
    static Subsample draw(int[] all, int tableRows, double share, SplitMix random) {
      int[] rows = Arrays.stream(all).filter(_ -> random.nextDouble() < share).toArray();
      int[] drawn = rows.length == 0 ? new int[] {all[0]} : rows;
      int[] marks = Sampler.marks(drawn, tableRows);
      int[] left = Arrays.stream(all).filter(row -> marks[row] == 0).toArray();
      return new Subsample(drawn, left, marks);
    }
  }

  /// Decides when to stop. The look-ahead counts trees, not iterations, as YDF does: with several
  /// trees an iteration it is that much shorter.
  private final class Stopping {
    private float best = Float.POSITIVE_INFINITY;
    private int bestIteration = -1;

    boolean update(int iteration, float validationLoss) {
      if (iteration < parameters.earlyStoppingInitialIteration) {
        return false;
      }
      if (validationLoss < best) {
        best = validationLoss;
        bestIteration = iteration;
      }
      return parameters.earlyStopping == EarlyStopping.LOSS_INCREASE
          && bestIteration >= 0
          && (iteration - bestIteration) * loss.outputs()
              >= parameters.earlyStoppingNumTreesLookAhead;
    }

    int keep(int iterations) {
      return bestIteration < 0 || parameters.earlyStopping == EarlyStopping.NONE
          ? iterations
          : bestIteration + 1;
    }
  }
}
