package dev.tendril.forest.train;

import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Random forest (Breiman 2001): independent trees, each on a bootstrap sample of the rows and with
/// a random choice of attributes at every node.
///
/// Each tree is grown by one thread. Finished trees wait until all before them are done and are
/// then taken into the out-of-bag sums, so that the sums are added in the order of the trees.
public final class RandomForestTrainer {
  private static final int LOG_INTERVAL = 10;

  private final TrainingData data;
  private final RandomForestParameters parameters;
  private final TrainOptions options;
  private final GrowthRules rules;
  private final HonestTrees honest;
  private final @Nullable OutOfBag outOfBag;
  private final List<Forest.LogEntry> log = new ArrayList<>();
  private final Finished[] finished;
  private int taken;

  /// A tree with its answers to the rows that it did not see.
  private record Finished(Tree tree, OutOfBag.@Nullable Answers answers) {}

  public RandomForestTrainer(
      TrainingData data, RandomForestParameters parameters, TrainOptions options) {
    this.data = data;
    this.parameters = parameters;
    this.options = options;
    this.rules =
        GrowthRules.of(
            parameters,
            data.features().size(),
            data.classCount() > 0,
            parameters.keepNonLeafLabelDistribution);
    this.honest = new HonestTrees(parameters, data);
    boolean bagged = parameters.bootstrapTrainingDataset && parameters.computeOobPerformances;
    this.outOfBag =
        bagged
            ? new OutOfBag(data, parameters.winnerTakeAll, parameters.computeOobVariableImportances)
            : null;
    this.finished = new Finished[parameters.numTrees];
  }

  public Trained train() {
    try (Workers workers = new Workers(options.threadCount())) {
      TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
      Targets targets = new Targets(data, rules.minSide(), table.rows());
      workers.run(
          () -> {
            growAll(table, targets, workers);
            return taken;
          });
    }
    List<Tree> trees = Arrays.stream(finished).map(Finished::tree).toList();
    Map<String, List<Forest.Importance>> importances =
        outOfBag == null ? Map.of() : outOfBag.importances();
    Forest forest =
        new Forest(
            data.task(),
            data.frame().schema(),
            data.features(),
            new Combination.Mean(data.classCount() > 0 && parameters.winnerTakeAll),
            trees,
            importances,
            log);
    return outOfBag == null
        ? new Trained(forest, new int[0])
        : new Trained(forest, outOfBag.predictions(), outOfBag.rows());
  }

  private void growAll(TrainingTable table, Targets targets, Workers workers) {
    Queue<Grower> idle = new ConcurrentLinkedQueue<>();
    workers.forEach(
        parameters.numTrees,
        index -> {
          Grower grower = Objects.requireNonNullElseGet(idle.poll(), () -> new Grower(table));
          take(index, grower.grow(index, targets));
          idle.add(grower);
        });
  }

  /// Grows whole trees, one after the other, in one thread.
  private final class Grower {
    private final ExactNodes nodes;
    private final TreeGrower grower;
    private final @Nullable PresortedLists lists;

    Grower(TrainingTable table) {
      nodes = new ExactNodes(table, rules, Workers.CALLER);
      grower = new TreeGrower(rules, Workers.CALLER);
      lists =
          rules.presorted(table.attributes().size())
              ? new PresortedLists(table, table.rows(), Workers.CALLER)
              : null;
    }

    Finished grow(int index, Targets targets) {
      long seed = SplitMix.mix(parameters.randomSeed, index);
      int[] multiplicity =
          Sampler.draw(parameters, data.frame().rows(), new SplitMix(SplitMix.mix(seed, 0)));
      HonestTrees.Parts parts = honest.part(Sampler.present(multiplicity), seed);
      int[] rows = parts.structure();
      if (lists != null) {
        lists.fill(Sampler.marks(rows, multiplicity.length));
      }
      Target target = targets.of(parameters.bootstrapTrainingDataset ? multiplicity : null);
      Tree grown =
          grower.grow(
              nodes.root(
                  target, rows, rows.length, SplitMix.mix(seed, 1), lists, (_, _, _, _) -> {}));
      Tree tree = honest.estimate(grown, target, parts.leaves());
      OutOfBag.Answers answers =
          outOfBag == null
              ? null
              : outOfBag.walk(
                  tree,
                  multiplicity,
                  parameters.numOobVariableImportancesPermutations,
                  SplitMix.mix(seed, 2));
      return new Finished(tree, answers);
    }
  }

  private synchronized void take(int index, Finished tree) {
    finished[index] = tree;
    while (taken < finished.length && finished[taken] != null) {
      Finished next = finished[taken++];
      boolean last = taken == finished.length;
      if (outOfBag != null && next.answers() != null) {
        outOfBag.add(next.answers());
        finished[taken - 1] = new Finished(next.tree(), null);
        if (last || taken % LOG_INTERVAL == 0) {
          log.add(outOfBag.log(taken));
        }
      }
      options.progress.accept(new TrainOptions.Progress(taken, finished.length, "trees", status()));
    }
  }

  private String status() {
    if (log.isEmpty()) {
      return "";
    }
    Forest.LogEntry entry = log.getLast();
    return String.format(
        Locale.ROOT,
        data.classCount() > 0 ? "out-of-bag accuracy %.4f" : "out-of-bag RMSE %.4f",
        entry.metric());
  }
}
