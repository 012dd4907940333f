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
  private final Checkpoint checkpoint;
  private final long start = System.nanoTime();
  private List<Tree> restored = List.of();
  private double secondsBefore;
  private int taken;
  private long nodeCount;
  private long bytes;

  /// Trees from here on are not wanted, since a limit is reached.
  private volatile int end;

  /// A tree with its answers to the rows that it did not see.
  private record Finished(Tree tree, OutOfBag.@Nullable Answers answers) {}

  public RandomForestTrainer(
      TrainingData data, RandomForestParameters parameters, TrainOptions options) {
    this(data, parameters, options, Checkpoint.NONE);
  }

  public RandomForestTrainer(
      TrainingData data,
      RandomForestParameters parameters,
      TrainOptions options,
      Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.data = data;
    this.parameters = parameters;
    this.options = options;
    this.rules =
        GrowthRules.of(
            parameters,
            data.features().size(),
            data.classCount() > 0 || data.uplift(),
            parameters.keepNonLeafLabelDistribution);
    this.honest = new HonestTrees(parameters, data);
    boolean bagged = parameters.bootstrapTrainingDataset && parameters.computeOobPerformances;
    this.outOfBag =
        bagged
            ? new OutOfBag(data, parameters.winnerTakeAll, parameters.computeOobVariableImportances)
            : null;
    this.finished = new Finished[parameters.numTrees];
    this.end = parameters.numTrees;
  }

  public Trained train() {
    Checkpoint.Snapshot snapshot = checkpoint.latest();
    if (snapshot != null) {
      restored = snapshot.trees();
      secondsBefore = snapshot.seconds();
    }
    try (Workers workers = new Workers(options.threadCount())) {
      TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
      Targets targets = new Targets(data, parameters, rules.minSide(), table.rows());
      workers.run(
          () -> {
            growAll(table, targets, workers);
            return taken;
          });
    }
    Forest forest = forest(outOfBag == null ? Map.of() : outOfBag.importances());
    return outOfBag == null
        ? new Trained(forest, new int[0])
        : new Trained(forest, outOfBag.predictions(), outOfBag.rows());
  }

  /// The trees so far, in their order.
  private Forest forest(Map<String, List<Forest.Importance>> importances) {
    return new Forest(
        data.task(),
        data.frame().schema(),
        data.features(),
        new Combination.Mean(data.classCount() > 0 && parameters.winnerTakeAll),
        Arrays.stream(finished, 0, taken).map(Finished::tree).toList(),
        importances,
        log);
  }

  private void growAll(TrainingTable table, Targets targets, Workers workers) {
    Queue<Grower> idle = new ConcurrentLinkedQueue<>();
    workers.forEach(
        parameters.numTrees,
        index -> {
          if (index >= end) {
            return;
          }
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
      int[] rows = Sampler.present(multiplicity);
      Tree tree =
          index < restored.size() ? restored.get(index) : grow(seed, multiplicity, rows, targets);
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

    private Tree grow(long seed, int[] multiplicity, int[] rows, Targets targets) {
      HonestTrees.Parts parts = honest.part(rows, seed);
      int[] structure = parts.structure();
      if (lists != null) {
        lists.fill(Sampler.marks(structure, multiplicity.length));
      }
      Target target = targets.of(parameters.bootstrapTrainingDataset ? multiplicity : null);
      Tree grown =
          grower.grow(
              nodes.root(
                  target,
                  structure,
                  structure.length,
                  SplitMix.mix(seed, 1),
                  lists,
                  (_, _, _, _) -> {}));
      return honest.estimate(grown, target, parts.leaves());
    }
  }

  private boolean exceeds(Tree tree) {
    long mostNodes = parameters.totalMaxNumNodes;
    long mostBytes = parameters.maximumModelSizeInMemoryInBytes;
    return (mostNodes >= 0 && nodeCount + tree.nodes() > mostNodes)
        || (mostBytes >= 0 && bytes + tree.bytes() > mostBytes);
  }

  private boolean late() {
    return parameters.maximumTrainingDurationSeconds >= 0
        && secondsBefore + (System.nanoTime() - start) / 1e9
            >= parameters.maximumTrainingDurationSeconds;
  }

  private synchronized void take(int index, Finished tree) {
    finished[index] = tree;
    while (taken < end && finished[taken] != null) {
      Finished next = finished[taken];
      if (taken > 0 && exceeds(next.tree())) {
        end = taken;
        if (outOfBag != null && (log.isEmpty() || log.getLast().trees() < taken)) {
          log.add(outOfBag.log(taken));
        }
        break;
      }
      taken++;
      nodeCount += next.tree().nodes();
      bytes += next.tree().bytes();
      if (late()) {
        end = taken;
      }
      boolean last = taken == end;
      if (outOfBag != null && next.answers() != null) {
        outOfBag.add(next.answers());
        finished[taken - 1] = new Finished(next.tree(), null);
        if (last || taken % LOG_INTERVAL == 0) {
          log.add(outOfBag.log(taken));
        }
      }
      options.progress.accept(new TrainOptions.Progress(taken, finished.length, "trees", status()));
    }
    if (taken > restored.size() && taken < end && checkpoint.due()) {
      Forest forest = forest(Map.of());
      checkpoint.save(
          forest,
          new Checkpoint.Snapshot(
              forest.trees(),
              log,
              new float[0][],
              secondsBefore + (System.nanoTime() - start) / 1e9));
    }
  }

  private String status() {
    if (log.isEmpty()) {
      return "";
    }
    Forest.LogEntry entry = log.getLast();
    return String.format(
        Locale.ROOT,
        data.classCount() > 0
            ? "out-of-bag accuracy %.4f"
            : data.uplift() ? "out-of-bag Qini %.4f" : "out-of-bag RMSE %.4f",
        entry.metric());
  }
}
