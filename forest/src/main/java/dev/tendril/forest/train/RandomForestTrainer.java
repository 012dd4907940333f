package dev.tendril.forest.train;

import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Random forest (Breiman 2001): independent trees, each on a bootstrap sample of the rows and with
/// a random choice of attributes at every node.
///
/// Each tree is grown by one thread. Finished trees wait until all before them are done and are
/// then taken into the out-of-bag sums, so that the sums are added in the order of the trees.
public final class RandomForestTrainer {
  private static final int LOG_INTERVAL = 10;

  /// Trees a thread before all wait for each other, where trees are wanted in order.
  private static final int BATCH = 4;

  private final TrainingData data;
  private final RandomForestParameters parameters;
  private final TrainOptions options;
  private final GrowthRules rules;
  private final HonestTrees honest;
  private final @Nullable OutOfBag outOfBag;
  private final List<Forest.LogEntry> log = new ArrayList<>();

  /// Whether splits are searched over bins.
  private final boolean histogram;

  /// Whether out-of-bag rows travel along while a tree grows.
  private final boolean accompanied;

  /// How large samples may be; null: as large as they should.
  private final @Nullable WorkBudget budget;

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
    this.histogram =
        HistogramTrees.chosen(
            parameters.treeMethod, HistogramTrees.unsuited(data, parameters), data.frame().rows());
    this.accompanied = histogram && outOfBag != null && !outOfBag.shuffles() && !parameters.honest;
    this.budget =
        parameters.adaptBootstrapSizeRatioForMaximumTrainingDuration
                && parameters.maximumTrainingDurationSeconds >= 0
            ? new WorkBudget(parameters.maximumTrainingDurationSeconds, parameters.numTrees)
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
      int rows = data.frame().rows();
      Targets targets = new Targets(data, parameters, rules.minSide(), rows);
      Supplier<Roots> roots = histogram ? bins(workers) : exact(workers);
      workers.run(
          () -> {
            growAll(roots, targets, workers);
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

  /// Makes the roots of trees, one after the other.
  private interface Roots {
    /// @param rows the distinct rows to grow on, ascending; rearranged
    /// @param along rows that go with them, if [#accompanied]
    GrowingNode of(Target target, int[] rows, BinNodes.Along along, long seed);
  }

  private Supplier<Roots> exact(Workers workers) {
    TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
    return () -> {
      ExactNodes nodes = new ExactNodes(table, rules, Workers.CALLER);
      PresortedLists lists =
          rules.presorted(table.attributes().size())
              ? new PresortedLists(table, table.rows(), Workers.CALLER)
              : null;
      return (target, rows, _, seed) -> {
        if (lists != null) {
          lists.fill(Sampler.marks(rows, table.rows()));
        }
        return nodes.root(target, rows, rows.length, seed, lists, (_, _, _, _) -> {});
      };
    };
  }

  private Supplier<Roots> bins(Workers workers) {
    BinnedTable table =
        BinnedTable.of(
            data.frame(),
            data.features(),
            IntStream.range(0, data.frame().rows()).toArray(),
            parameters.maxBins,
            parameters.allowNaConditions,
            false,
            workers);
    return () -> {
      BinNodes nodes = new BinNodes(table, rules);
      return nodes::root;
    };
  }

  private void growAll(Supplier<Roots> roots, Targets targets, Workers workers) {
    Queue<Grower> idle = new ConcurrentLinkedQueue<>();
    int batch = inOrder() ? BATCH * workers.threads() : parameters.numTrees;
    for (int from = 0; from < end; from += batch) {
      int first = from;
      workers.forEach(
          Math.min(batch, end - from),
          i -> {
            int index = first + i;
            if (index < end) {
              Grower grower =
                  Objects.requireNonNullElseGet(idle.poll(), () -> new Grower(roots.get()));
              take(index, grower.grow(index, targets));
              idle.add(grower);
            }
          });
    }
  }

  /// Whether trees should be finished about in their order: those that wait for an earlier one are
  /// not in a snapshot, and those after a limit are grown for nothing.
  private boolean inOrder() {
    return !checkpoint.equals(Checkpoint.NONE)
        || parameters.totalMaxNumNodes >= 0
        || parameters.maximumModelSizeInMemoryInBytes >= 0
        || parameters.maximumTrainingDurationSeconds >= 0;
  }

  /// Grows whole trees, one after the other, in one thread.
  private final class Grower {
    private final Roots roots;
    private final TreeGrower grower = new TreeGrower(rules, Workers.CALLER);

    Grower(Roots roots) {
      this.roots = roots;
    }

    Finished grow(int index, Targets targets) {
      long seed = SplitMix.mix(parameters.randomSeed, index);
      if (index < restored.size()) {
        Tree tree = restored.get(index);
        return new Finished(tree, walk(tree, sample(seed, part(tree)), seed));
      }
      double part = budget == null ? 1 : budget.begin(seconds());
      int[] multiplicity = sample(seed, part);
      int[] rows = Sampler.present(multiplicity);
      HonestTrees.Parts parts = honest.part(rows, seed);
      Target target = targets.of(parameters.bootstrapTrainingDataset ? multiplicity : null);
      BinNodes.Along along =
          accompanied ? new BinNodes.Along(OutOfBag.unseen(multiplicity)) : BinNodes.Along.NONE;
      Tree grown = grower.grow(roots.of(target, parts.structure(), along, SplitMix.mix(seed, 1)));
      Tree tree = honest.estimate(grown, target, parts.leaves());
      if (budget != null) {
        budget.end(part);
      }
      return new Finished(
          tree,
          accompanied
              ? new OutOfBag.Answers(along.rows(), along.outputs())
              : walk(tree, multiplicity, seed));
    }

    private int[] sample(long seed, double part) {
      SplitMix random = new SplitMix(SplitMix.mix(seed, 0));
      return Sampler.draw(parameters, part, data.frame().rows(), random);
    }

    /// The part of a sample that a tree was grown on.
    private double part(Tree tree) {
      if (budget == null) {
        return 1;
      }
      long examples =
          switch (tree.root()) {
            case Node.Leaf leaf -> leaf.examples();
            case Node.Split split -> split.statistics().examples();
          };
      return examples / (parameters.bootstrapSizeRatio * data.frame().rows());
    }

    private OutOfBag.@Nullable Answers walk(Tree tree, int[] multiplicity, long seed) {
      return outOfBag == null
          ? null
          : outOfBag.walk(
              tree,
              multiplicity,
              parameters.numOobVariableImportancesPermutations,
              SplitMix.mix(seed, 2));
    }
  }

  private boolean exceeds(Tree tree) {
    long mostNodes = parameters.totalMaxNumNodes;
    long mostBytes = parameters.maximumModelSizeInMemoryInBytes;
    return (mostNodes >= 0 && nodeCount + tree.nodes() > mostNodes)
        || (mostBytes >= 0 && bytes + tree.bytes() > mostBytes);
  }

  /// Seconds of training so far.
  private double seconds() {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }

  private boolean late() {
    return parameters.maximumTrainingDurationSeconds >= 0
        && seconds() >= parameters.maximumTrainingDurationSeconds;
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
          forest, new Checkpoint.Snapshot(forest.trees(), log, new float[0][], seconds()));
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
