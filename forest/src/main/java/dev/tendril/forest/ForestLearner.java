package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.ForestParameters;
import dev.tendril.forest.train.Checkpoint;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.TrainOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// What the learners of this module have in common: a name, inputs, hyper-parameters, and the way
/// from a table to a model.
///
/// @param <P> the kind of hyper-parameters
public abstract sealed class ForestLearner<P extends ForestParameters>
    implements Learner<ForestModel>
    permits Cart, RandomForest, GradientBoostedTrees, IsolationForest {
  /// Never changed and never given away.
  final P parameters;

  final Inputs inputs;

  private final String name;
  private final UnaryOperator<P> copy;

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  ForestLearner(String name, Inputs inputs, P parameters, UnaryOperator<P> copy) {
    this.name = name;
    this.inputs = inputs;
    this.copy = copy;
    this.parameters = copy.apply(parameters);
    this.parameters.validate();
  }

  static <P extends ForestParameters> P configured(P defaults, Consumer<P> configure) {
    configure.accept(defaults);
    return defaults;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Inputs inputs() {
    return inputs;
  }

  @Override
  public final P hyperparameters() {
    return copy.apply(parameters);
  }

  @Override
  public final Learner<ForestModel> with(Inputs other, Hyperparameters hyperparameters) {
    if (!parameters.getClass().isInstance(hyperparameters)) {
      throw wrongKind(hyperparameters, name, parameters.getClass());
    }
    @SuppressWarnings("unchecked")
    P fitting = (P) hyperparameters;
    return like(other, fitting);
  }

  private static IllegalArgumentException wrongKind(
      Hyperparameters given, String learner, Class<?> kind) {
    return new IllegalArgumentException(
        "the hyper-parameters are "
            + given.getClass().getSimpleName()
            + "; "
            + learner
            + " expects "
            + kind.getSimpleName());
  }

  /// This learner on other columns or with other hyper-parameters.
  abstract ForestLearner<P> like(Inputs other, P hyperparameters);

  @Override
  public final ForestModel train(Frame frame, Consumer<TrainOptions> configure) {
    TrainOptions options = new TrainOptions();
    configure.accept(options);
    TrainingData data = data(frame);
    return TrainedModel.of(this, data, train(data, options), options.history);
  }

  /// Finds the columns of the task in a table and checks them.
  TrainingData data(Frame frame) {
    return TrainingData.of(frame, inputs);
  }

  abstract Trained train(TrainingData data, TrainOptions options);

  /// Where training leaves its state, as the options ask for.
  ///
  /// @param condition what decides about the model besides its provenance and the validation rows
  final Checkpoint checkpoint(TrainingData data, TrainOptions options, String condition) {
    Path folder = options.checkpoint;
    if (folder == null) {
      return Checkpoint.NONE;
    }
    Frame validation = options.validation;
    return new SnapshotFolder(
        folder,
        options.checkpointInterval,
        TrainedModel.provenance(this, data),
        condition + (validation == null ? "" : " " + validation.fingerprint()));
  }

  /// Announces a learner of this module.
  abstract static class Announcement<P extends ForestParameters> implements LearnerProvider {
    private final String name;
    private final String summary;
    private final List<String> tasks;
    private final Supplier<P> defaults;
    private final Class<P> kind;
    private final BiFunction<Inputs, P, ForestLearner<P>> learner;

    Announcement(
        String name,
        String summary,
        List<String> tasks,
        Class<P> kind,
        Supplier<P> defaults,
        BiFunction<Inputs, P, ForestLearner<P>> learner) {
      this.name = name;
      this.summary = summary;
      this.tasks = tasks;
      this.kind = kind;
      this.defaults = defaults;
      this.learner = learner;
    }

    @Override
    public final String name() {
      return name;
    }

    @Override
    public final String summary() {
      return summary;
    }

    @Override
    public final List<String> tasks() {
      return tasks;
    }

    @Override
    public final P hyperparameters() {
      return defaults.get();
    }

    @Override
    public final Learner<?> learner(Inputs inputs, Hyperparameters hyperparameters) {
      if (!kind.isInstance(hyperparameters)) {
        throw wrongKind(hyperparameters, name, kind);
      }
      return learner.apply(inputs, kind.cast(hyperparameters));
    }
  }
}
