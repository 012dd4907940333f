package dev.tendril.learn;

import dev.tendril.data.Frame;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A learner that looks for the best configuration of another one: it trains and measures
/// candidates, and trains the final model in the way of the best.
///
/// @param <M> the kind of model
abstract sealed class SearchingLearner<M extends Model> implements Learner<M>
    permits FeatureSelector, Tuner {
  /// Its inputs and hyper-parameters hold for all that is not searched.
  final Learner<M> learner;

  private final Scoring scoring;

  SearchingLearner(Learner<M> learner, Scoring scoring) {
    this.learner = learner;
    this.scoring = scoring;
  }

  /// What a search ends with.
  ///
  /// @param learner trains the final model
  /// @param log adds the course of the search to the history of the model
  /// @param unit of progress
  /// @param steps units of progress, the final training among them
  record Found<M extends Model>(
      Learner<M> learner, UnaryOperator<History> log, String unit, int steps) {}

  @Override
  public final Inputs inputs() {
    return learner.inputs();
  }

  /// Those of the learner that it wraps.
  @Override
  public final Hyperparameters hyperparameters() {
    return learner.hyperparameters();
  }

  /// Searches, and trains the final model.
  ///
  /// @param configure sets [TrainOptions]; progress counts candidates, and the final training as
  ///     one more
  /// @throws IllegalArgumentException when a candidate does not suit the learner or cannot be
  ///     measured
  @Override
  public final M train(Frame frame, Consumer<TrainOptions> configure) {
    TrainOptions training = new TrainOptions();
    configure.accept(training);
    Found<M> found = search(frame, training);
    M model =
        found
            .learner()
            .train(
                frame,
                configure.andThen(
                    options -> {
                      options.progress = _ -> {};
                      options.history = found.log().apply(options.history);
                      if (scoring instanceof Scoring.Validation(Frame rows)) {
                        options.validation = rows;
                      }
                    }));
    training.progress.accept(
        new TrainOptions.Progress(
            found.steps(), found.steps(), found.unit(), "trained the final model"));
    return model;
  }

  /// @param training progress is to be told there
  abstract Found<M> search(Frame frame, TrainOptions training);

  /// What the training of a candidate uses of that of the final model.
  static Consumer<TrainOptions> ofCandidate(TrainOptions training, int threads) {
    return options -> {
      options.threads = threads;
      options.validation = training.validation;
    };
  }
}
