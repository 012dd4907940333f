package dev.tendril.learn;

import dev.tendril.data.Frame;
import dev.tendril.learn.Objective.Measured;
import dev.tendril.learn.SelectionLog.Round;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A learner that gives up the features that another one can do without, by backward elimination
/// (Guyon and Elisseeff 2003): train on all features, measure, drop those that matter least, and so
/// on down to one. The final model is trained on the features of the round that scored best; of
/// equal ones it takes the one with fewer features.
///
/// ```java
/// Learner<ForestModel> selector =
///     FeatureSelector.of(RandomForest.classification("income"), options -> {});
/// ForestModel model = selector.train(adult);
/// System.out.println(model.features());
/// ```
///
/// Which matter least is told by shuffling them in validation rows or, where the learner can do so,
/// in rows that it holds out; else by the model's own structure. The model keeps the rounds, in
/// [Model#history].
///
/// @param <M> the kind of model
public final class FeatureSelector<M extends Model> extends SearchingLearner<M> {
  private static final List<String> STRUCTURAL =
      List.of("SUM_SCORE", "INV_MEAN_MIN_DEPTH", "NUM_NODES");

  private final Options options;

  /// How features are selected.
  public static final class Options {
    /// How the model of a round is measured.
    public Scoring scoring = new Scoring.SelfEvaluation();

    /// The metric that decides, as in [Tuner.Options#metric].
    public @Nullable String metric;

    /// The importance by which features are given up, by its name in [Model#importances], such as
    /// `SUM_SCORE`. Null: by shuffling where the learner can measure it, else by the structure.
    public @Nullable String importance;

    /// The share of the features that a round gives up, at least one.
    public double removedShare = 0.1;

    /// Where to end.
    public int leastFeatures = 1;

    private Options copy() {
      Options copy = new Options();
      copy.scoring = scoring;
      copy.metric = metric;
      copy.importance = importance;
      copy.removedShare = removedShare;
      copy.leastFeatures = leastFeatures;
      return copy;
    }
  }

  private FeatureSelector(Learner<M> learner, Options options) {
    super(learner, options.scoring);
    this.options = options.copy();
    if (!(options.removedShare > 0 && options.removedShare < 1)) {
      throw new IllegalArgumentException(
          "a round cannot give up the share "
              + options.removedShare
              + " of the features: expected more than 0 and less than 1");
    }
    if (options.leastFeatures < 1) {
      throw new IllegalArgumentException(
          "a selection cannot end at " + options.leastFeatures + " features: expected at least 1");
    }
  }

  /// @param learner trains the model of every round
  /// @param configure sets [Options]
  public static <M extends Model> FeatureSelector<M> of(
      Learner<M> learner, Consumer<Options> configure) {
    Options options = new Options();
    configure.accept(options);
    return new FeatureSelector<>(learner, options);
  }

  @Override
  public String name() {
    return "feature_selector";
  }

  @Override
  public FeatureSelector<M> with(Inputs inputs, Hyperparameters hyperparameters) {
    return new FeatureSelector<>(learner.with(inputs, hyperparameters), options);
  }

  @Override
  Found<M> search(Frame frame, TrainOptions training) {
    Consumer<TrainOptions> quiet = ofCandidate(training, training.threads);
    Objective objective = Objective.of(options.scoring, options.metric, learner, frame);
    Hyperparameters measuring = learner.hyperparameters();
    Frame fresh =
        options.scoring instanceof Scoring.Validation(Frame rows) ? rows : training.validation;
    boolean shuffled =
        options.importance == null && fresh == null && measuring.measurePermutationImportances();
    List<Round> rounds = new ArrayList<>();
    String metric = "";
    List<String> features = List.of();
    int planned = 0;
    while (true) {
      Learner<M> round = learner.with(on(features), shuffled ? measuring : hyperparameters());
      Measured measured = objective.measure(round, frame, quiet);
      Model model = measured.model() == null ? round.train(frame, quiet) : measured.model();
      if (rounds.isEmpty()) {
        features = model.features();
        metric = objective.metric(measured.metrics());
        planned = rounds(features.size()) + 1;
      }
      double score = Objective.score(metric, measured.metrics());
      rounds.add(new Round(features, score, figures(measured.metrics())));
      training.progress.accept(
          new TrainOptions.Progress(
              rounds.size(),
              planned,
              "rounds",
              features.size()
                  + " features, "
                  + metric
                  + " "
                  + Numbers.text(measured.metrics().getOrDefault(metric, Double.NaN))));
      if (features.size() <= options.leastFeatures) {
        break;
      }
      features = without(features, importances(model, fresh), removed(features.size()));
    }
    double[] scores = new double[rounds.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rounds.get(scores.length - 1 - i).score();
    }
    int best = scores.length - 1 - Objective.best(scores, metric);
    SelectionLog log = new SelectionLog(metric, rounds, best);
    return new Found<>(
        learner.with(on(log.winner().features()), hyperparameters()),
        history -> history.with(log),
        "rounds",
        planned);
  }

  /// @param features none: those that the learner has
  private Inputs on(List<String> features) {
    return features.isEmpty() ? inputs() : inputs().withFeatures(features.toArray(new String[0]));
  }

  private int removed(int features) {
    int some = Math.max(1, (int) (options.removedShare * features));
    return Math.min(some, features - options.leastFeatures);
  }

  private int rounds(int features) {
    int rounds = 1;
    for (int left = features; left > options.leastFeatures; left -= removed(left)) {
      rounds++;
    }
    return rounds;
  }

  /// The single figures that say most, without those of each class.
  private static Map<String, Double> figures(Map<String, Double> metrics) {
    Map<String, Double> figures = new HashMap<>();
    metrics.forEach(
        (name, value) -> {
          if (!name.contains("(") && !name.startsWith("default_")) {
            figures.put(name, value);
          }
        });
    return figures;
  }

  /// The features without those that matter least; of equal ones the later goes first.
  private static List<String> without(
      List<String> features, List<VariableImportance> importances, int count) {
    Map<String, Double> importance = new HashMap<>();
    for (VariableImportance one : importances) {
      importance.put(one.feature(), one.importance());
    }
    List<String> order = new ArrayList<>(features);
    order.sort(Comparator.comparingDouble(name -> -importance.getOrDefault(name, 0.0)));
    Set<String> gone = new HashSet<>(order.subList(order.size() - count, order.size()));
    return features.stream().filter(name -> !gone.contains(name)).toList();
  }

  /// @param fresh rows that the model did not learn from; null when there are none
  private List<VariableImportance> importances(Model model, @Nullable Frame fresh) {
    if (options.importance == null && fresh != null) {
      List<VariableImportance> measured = new ArrayList<>();
      double[][] losses =
          FeatureShuffling.losses(model, fresh, 1, Objective.seed(learner))
              .values()
              .iterator()
              .next();
      for (int i = 0; i < losses.length; i++) {
        measured.add(new VariableImportance(model.features().get(i), losses[i][0]));
      }
      return measured;
    }
    Map<String, List<VariableImportance>> all = model.importances();
    if (options.importance != null) {
      List<VariableImportance> asked = all.get(options.importance);
      if (asked == null) {
        throw new IllegalArgumentException(
            "features cannot be selected by \""
                + options.importance
                + "\": the importances of the model are "
                + String.join(", ", all.keySet()));
      }
      return asked;
    }
    for (Map.Entry<String, List<VariableImportance>> one : all.entrySet()) {
      if (one.getKey().startsWith("MEAN_DECREASE_IN_")
          || one.getKey().startsWith("MEAN_INCREASE_IN_")) {
        return one.getValue();
      }
    }
    for (String name : STRUCTURAL) {
      if (all.containsKey(name)) {
        return all.getOrDefault(name, List.of());
      }
    }
    throw new IllegalArgumentException(
        "features cannot be selected: the model of "
            + learner.name()
            + " does not tell how much they matter");
  }
}
