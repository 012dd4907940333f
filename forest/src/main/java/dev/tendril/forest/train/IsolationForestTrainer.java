package dev.tendril.forest.train;

import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Isolation forest (Liu, Ting, Zhou 2008 and 2012): every tree parts a small random sample of the
/// rows by random tests until they are alone or the tree is as deep as a balanced one would be.
///
/// With sparse oblique splits (extended isolation forest, Hariri, Carrasco Kind, Brunner 2019) a
/// random weighted sum of numerical columns takes the place of each numerical column. So a column
/// of any kind is still as likely as any other to be tested.
public final class IsolationForestTrainer {
  private final TrainingData data;
  private final IsolationForestParameters parameters;
  private final TrainOptions options;
  private int grown;

  public IsolationForestTrainer(
      TrainingData data, IsolationForestParameters parameters, TrainOptions options) {
    this.data = data;
    this.parameters = parameters;
    this.options = options;
  }

  /// @throws DataException when there are fewer than two rows
  public Trained train() {
    int rows = data.frame().rows();
    if (rows < 2) {
      throw new DataException(
          "the training data have " + rows + " row: an isolation forest needs at least 2");
    }
    int sample = sampleSize(rows);
    int depth =
        switch (parameters.maxDepth) {
          case -2 -> Integer.SIZE - Integer.numberOfLeadingZeros(sample - 1);
          case -1 -> GrowthRules.DEEPEST;
          default -> Math.min(parameters.maxDepth, GrowthRules.DEEPEST);
        };
    Tree[] trees = new Tree[parameters.numTrees];
    List<IsolationColumn> columns = columns();
    Queue<IsolationGrower> idle = new ConcurrentLinkedQueue<>();
    try (Workers workers = new Workers(options.threadCount())) {
      workers.run(
          () -> {
            workers.forEach(
                trees.length,
                index -> {
                  IsolationGrower grower = idle.poll();
                  if (grower == null) {
                    grower = new IsolationGrower(columns, rows, depth, parameters.minExamples);
                  }
                  long seed = SplitMix.mix(parameters.randomSeed, index);
                  int[] drawn = draw(rows, sample, new SplitMix(SplitMix.mix(seed, 0)));
                  trees[index] = grower.grow(drawn, SplitMix.mix(seed, 1));
                  idle.add(grower);
                  tell();
                });
            return trees;
          });
    }
    Forest forest =
        new Forest(
            data.task(),
            data.frame().schema(),
            data.features(),
            new Combination.Isolation(sample),
            Arrays.asList(trees),
            Map.of(),
            List.of());
    return new Trained(forest, new int[0]);
  }

  private int sampleSize(int rows) {
    double wanted =
        parameters.subsampleRatio > 0
            ? Math.ceil(parameters.subsampleRatio * rows)
            : parameters.subsampleCount;
    return (int) Math.clamp(wanted, 2, rows);
  }

  private List<IsolationColumn> columns() {
    List<IsolationColumn> columns = new ArrayList<>();
    List<NumberReader> numbers = new ArrayList<>();
    for (int at : data.features()) {
      Column column = data.frame().column(at);
      if (parameters.splitAxis == SplitAxis.SPARSE_OBLIQUE
          && column instanceof NumericalColumn numerical) {
        numbers.add(new NumberReader(at, numerical, parameters.missingValuePolicy));
      } else {
        columns.add(IsolationColumn.of(at, column, parameters.missingValuePolicy));
      }
    }
    columns.addAll(Collections.nCopies(numbers.size(), new RandomProjection(numbers, parameters)));
    return columns;
  }

  /// Some rows without replacement, ascending (Floyd's method: Bentley and Floyd 1987).
  static int[] draw(int rows, int count, SplitMix random) {
    BitSet drawn = new BitSet(rows);
    for (int last = rows - count; last < rows; last++) {
      int row = random.nextInt(last + 1);
      drawn.set(drawn.get(row) ? last : row);
    }
    return drawn.stream().toArray();
  }

  private synchronized void tell() {
    grown++;
    options.progress.accept(new TrainOptions.Progress(grown, parameters.numTrees, "trees", ""));
  }
}
