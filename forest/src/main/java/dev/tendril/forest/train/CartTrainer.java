package dev.tendril.forest.train;

import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.TrainOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A single tree (Breiman et al. 1984) for classification, regression or uplift, grown on a part of
/// the rows and pruned on the rest.
public final class CartTrainer {
  private final TrainingData data;
  private final @Nullable TrainingData validation;
  private final CartParameters parameters;
  private final TrainOptions options;
  private final HonestTrees honest;

  /// @param validation rows to prune on, in the schema of the training data; null: hold some out
  public CartTrainer(
      TrainingData data,
      @Nullable TrainingData validation,
      CartParameters parameters,
      TrainOptions options) {
    this.data = data;
    this.validation = validation;
    this.parameters = parameters;
    this.options = options;
    this.honest = new HonestTrees(parameters, data);
  }

  public Trained train() {
    HoldOut holdOut =
        HoldOut.draw(
            data.frame().rows(),
            validation == null ? parameters.validationRatio : 0,
            parameters.randomSeed);
    Tree grown = grow(holdOut.train());
    TrainingData watched = validation == null ? data : validation;
    int[] rows =
        validation == null
            ? holdOut.held()
            : IntStream.range(0, validation.frame().rows()).toArray();
    Tree tree =
        rows.length == 0 ? grown : new Pruning(data.frame().schema(), watched).prune(grown, rows);
    options.progress.accept(
        new TrainOptions.Progress(
            1, 1, "trees", grown.nodes() + " nodes, " + tree.nodes() + " after pruning"));
    Forest forest =
        new Forest(
            data.task(),
            data.frame().schema(),
            data.features(),
            new Combination.Mean(false),
            List.of(tree),
            Map.of(),
            List.of());
    return new Trained(forest, holdOut.held());
  }

  private Tree grow(int[] rows) {
    GrowthRules rules =
        GrowthRules.of(
            parameters, data.features().size(), data.classCount() > 0 || data.uplift(), true);
    try (Workers workers = new Workers(options.threadCount())) {
      TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
      return workers.run(
          () -> {
            HonestTrees.Parts parts = honest.part(rows, parameters.randomSeed);
            int[] structure = parts.structure();
            PresortedLists lists = null;
            if (rules.presorted(table.attributes().size())) {
              lists = new PresortedLists(table, structure.length, workers);
              lists.fill(Sampler.marks(structure, table.rows()));
            }
            Target target =
                new Targets(data, parameters, rules.minSide(), data.frame().rows()).of(null);
            GrowingNode root =
                new ExactNodes(table, rules, workers)
                    .root(
                        target,
                        structure,
                        structure.length,
                        parameters.randomSeed,
                        lists,
                        (_, _, _, _) -> {});
            Tree grown = new TreeGrower(rules, workers).grow(root);
            return honest.estimate(grown, target, parts.leaves());
          });
    }
  }
}
