package dev.tendril.forest;

import dev.tendril.data.DataException;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.Semantic;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.TrainOptions;
import dev.tendril.learn.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Trains forests for several labels of the same rows. No forest reads a label of another one as a
/// feature.
///
/// A secondary task may read what the primary ones predict, which helps where labels depend on each
/// other. The predictions that it learns from are made by cross-fitting (Wolpert 1992): each row's
/// come from a forest that was trained without the row, since those of a forest that knows the row
/// are better than it will ever see again.
///
/// ```java
/// MultitaskModel model =
///     Multitasker.of(RandomForest.classification("species"), RandomForest.regression("weight"))
///         .withSecondary(GradientBoostedTrees.classification("sex"))
///         .train(penguins);
/// List<Predictions> all = model.predictAll(penguins);
/// ```
public final class Multitasker implements Learner<MultitaskModel> {
  static final String NAME = "multitasker";

  /// Parts of cross-fitting.
  private static final int FOLDS = 5;

  private final List<Learner<ForestModel>> primary;
  private final List<Learner<ForestModel>> secondary;

  private Multitasker(List<Learner<ForestModel>> primary, List<Learner<ForestModel>> secondary) {
    this.primary = List.copyOf(primary);
    this.secondary = List.copyOf(secondary);
    Set<String> labels = new LinkedHashSet<>();
    for (Learner<ForestModel> learner : all()) {
      String label = learner.task().label();
      if (label == null || !labels.add(label)) {
        throw new IllegalArgumentException(
            label == null
                ? "a task of a multitasker has no label; expected one with a label"
                : "two tasks of a multitasker have the label \"" + label + "\"; expected one");
      }
    }
    if (primary.isEmpty()) {
      throw new IllegalArgumentException("a multitasker has no task; expected at least one");
    }
  }

  /// @param learners one a task, at least one; they may be of different kinds
  @SafeVarargs
  public static Multitasker of(Learner<ForestModel>... learners) {
    List<Learner<ForestModel>> all = new ArrayList<>();
    for (Learner<ForestModel> learner : learners) {
      all.add(learner);
    }
    return new Multitasker(all, List.of());
  }

  /// @param learners one a task, at least one; they may be of different kinds
  public static Multitasker of(List<? extends Learner<ForestModel>> learners) {
    return new Multitasker(List.copyOf(learners), List.of());
  }

  /// With a task more, which may read what the primary tasks predict.
  public Multitasker withSecondary(Learner<ForestModel> learner) {
    List<Learner<ForestModel>> more = new ArrayList<>(secondary);
    more.add(learner);
    return new Multitasker(primary, more);
  }

  private List<Learner<ForestModel>> all() {
    List<Learner<ForestModel>> all = new ArrayList<>(primary);
    all.addAll(secondary);
    return all;
  }

  @Override
  public String name() {
    return NAME;
  }

  /// Those of the first task.
  @Override
  public Inputs inputs() {
    return primary.getFirst().inputs();
  }

  /// Those of the first task.
  @Override
  public Hyperparameters hyperparameters() {
    return primary.getFirst().hyperparameters();
  }

  /// With other inputs for the first task, and hyper-parameters for all tasks.
  @Override
  public Multitasker with(Inputs inputs, Hyperparameters hyperparameters) {
    List<Learner<ForestModel>> others = new ArrayList<>();
    for (Learner<ForestModel> learner : primary) {
      others.add(learner.with(others.isEmpty() ? inputs : learner.inputs(), hyperparameters));
    }
    return new Multitasker(
        others, secondary.stream().map(one -> one.with(one.inputs(), hyperparameters)).toList());
  }

  /// @param configure sets [TrainOptions]; progress counts tasks
  @Override
  public MultitaskModel train(Frame frame, Consumer<TrainOptions> configure) {
    TrainOptions options = new TrainOptions();
    configure.accept(options);
    Consumer<TrainOptions> each =
        o -> {
          o.threads = options.threads;
          o.validation = options.validation;
        };
    List<ForestModel> models = new ArrayList<>();
    for (Learner<ForestModel> learner : primary) {
      models.add(restricted(learner, frame).train(frame, each));
      report(options, models);
    }
    if (!secondary.isEmpty()) {
      Frame validation = options.validation;
      Frame knownValidation = validation == null ? null : predicted(validation, models);
      Frame known = crossFitted(frame, models, each);
      for (Learner<ForestModel> learner : secondary) {
        models.add(
            restricted(learner, known)
                .train(
                    known,
                    o -> {
                      o.threads = options.threads;
                      o.validation = knownValidation;
                    }));
        report(options, models);
      }
    }
    return new MultitaskModel(models, provenance(frame));
  }

  private void report(TrainOptions options, List<ForestModel> models) {
    options.progress.accept(
        new TrainOptions.Progress(
            models.size(), all().size(), "tasks", "" + models.getLast().task().label()));
  }

  /// The learner without the columns that are labels of other tasks.
  private Learner<ForestModel> restricted(Learner<ForestModel> learner, Frame frame) {
    Inputs inputs = learner.inputs();
    Set<String> special = new LinkedHashSet<>();
    for (Learner<ForestModel> one : all()) {
      special.add(String.valueOf(one.task().label()));
      special.addAll(TrainingData.companions(one.task()));
      String weights = one.inputs().weights();
      if (weights != null) {
        special.add(weights);
      }
    }
    List<String> chosen = inputs.features();
    List<String> features = new ArrayList<>();
    if (chosen == null) {
      for (Field field : frame.schema().fields()) {
        boolean learnable = field.semantic() != Semantic.TEXT && field.semantic() != Semantic.HASH;
        if (learnable && !special.contains(field.name())) {
          features.add(field.name());
        }
      }
    } else {
      for (String name : chosen) {
        if (special.contains(name)) {
          throw new DataException(
              "column \"" + name + "\" is a label of the multitasker and cannot be a feature");
        }
      }
      features.addAll(chosen);
      frame.schema().names().stream()
          .filter(name -> name.startsWith(MultitaskModel.PREDICTED) && !chosen.contains(name))
          .forEach(features::add);
    }
    return learner.with(
        inputs.withFeatures(features.toArray(new String[0])), learner.hyperparameters());
  }

  private static Frame predicted(Frame frame, List<ForestModel> models) {
    Frame known = frame;
    for (ForestModel model : models) {
      known = MultitaskModel.withOutputs(known, model.task(), model.predict(frame));
    }
    return known;
  }

  /// The table with what primary forests predict that do not know the row.
  ///
  /// @param models the primary forests of all rows, which say the order of classes
  private Frame crossFitted(Frame frame, List<ForestModel> models, Consumer<TrainOptions> each) {
    int[] order = IntStream.range(0, frame.rows()).toArray();
    Random random = new Random(1);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    Frame known = frame;
    for (int task = 0; task < primary.size(); task++) {
      Learner<ForestModel> fitting = restricted(primary.get(task), frame);
      List<String> classes = models.get(task).classes();
      int width = Math.max(1, classes.size());
      float[] values = new float[frame.rows() * width];
      for (int fold = 0; fold < FOLDS; fold++) {
        int part = fold;
        int[] held = pick(order, i -> i % FOLDS == part);
        int[] rest = pick(order, i -> i % FOLDS != part);
        if (held.length == 0 || rest.length == 0) {
          continue;
        }
        Predictions predictions = fitting.train(frame.rows(rest), each).predict(frame.rows(held));
        for (int c = 0; c < Math.max(1, predictions.classes().size()); c++) {
          int to = classes.isEmpty() ? 0 : classes.indexOf(predictions.classes().get(c));
          int from = Math.max(1, predictions.classes().size());
          for (int i = 0; i < held.length && to >= 0; i++) {
            values[held[i] * width + to] = predictions.values()[i * from + c];
          }
        }
      }
      Predictions all = new Predictions(primary.get(task).task(), classes, values);
      known = MultitaskModel.withOutputs(known, primary.get(task).task(), all);
    }
    return known;
  }

  /// The rows at some places of an order, ascending.
  private static int[] pick(int[] order, IntPredicate places) {
    return IntStream.range(0, order.length).filter(places).map(i -> order[i]).sorted().toArray();
  }

  private Provenance provenance(Frame frame) {
    Map<String, String> inputs = new LinkedHashMap<>();
    Map<String, String> hyperparameters = new LinkedHashMap<>();
    for (Learner<ForestModel> learner : all()) {
      String label = String.valueOf(learner.task().label());
      String rank = secondary.contains(learner) ? "secondary " : "";
      inputs.put("task." + label, rank + learner.task().name() + " by " + learner.name());
      learner
          .hyperparameters()
          .values()
          .forEach((name, value) -> hyperparameters.put(label + "." + name, value));
    }
    Map<String, String> own = primary.getFirst().hyperparameters().values();
    return new Provenance(
        Version.current(),
        NAME,
        hyperparameters,
        inputs,
        Long.parseLong(own.getOrDefault("random_seed", "0")),
        frame.fingerprint(),
        frame.rows());
  }
}
