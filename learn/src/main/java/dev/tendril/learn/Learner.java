package dev.tendril.learn;

import dev.tendril.data.Frame;
import java.util.function.Consumer;

/// Something that can be trained. It stores its configuration and does nothing until [#train]; one
/// learner can train any number of models, also at the same time. Immutable.
///
/// Same frame, configuration and seed give the same model, byte for byte, for any number of
/// threads.
///
/// @param <M> the kind of model that it trains
public interface Learner<M extends Model> {
  /// The name on the command line and in a model's provenance, such as `random_forest`.
  String name();

  /// The columns that it uses, and as what.
  Inputs inputs();

  default Task task() {
    return inputs().task();
  }

  /// A copy of its hyper-parameters.
  Hyperparameters hyperparameters();

  /// The same kind of learner on other columns or with other hyper-parameters.
  ///
  /// @param hyperparameters of the kind of [#hyperparameters]; copied
  /// @throws IllegalArgumentException when they are of another kind, or out of range
  Learner<M> with(Inputs inputs, Hyperparameters hyperparameters);

  /// Trains a model on all rows of a table.
  ///
  /// @param configure sets [TrainOptions]
  /// @throws dev.tendril.data.DataException when the table does not suit the task; the message
  ///     names column and row
  M train(Frame frame, Consumer<TrainOptions> configure);

  default M train(Frame frame) {
    return train(frame, _ -> {});
  }
}
