package dev.tendril.learn;

import dev.tendril.data.Frame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What training may use besides the data and the hyper-parameters. None of it changes the model
/// except [#validation].
public final class TrainOptions {
  /// Threads that train; 0: one per processor.
  public int threads = 0;

  /// Rows to validate on. Null: learners that need some hold a part of the training rows out.
  public @Nullable Frame validation;

  /// Is told how far training has come, about as often as there is news; called by one thread at a
  /// time.
  public Consumer<Progress> progress = _ -> {};

  /// What led to this training; the model keeps it, and is otherwise the same.
  public History history = History.NONE;

  /// @return [#threads], or the number of processors where it is 0
  public int threadCount() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /// How far training has come.
  ///
  /// @param done units (trees, iterations) trained
  /// @param total units planned; training may stop earlier
  /// @param unit what is counted, in the plural
  /// @param status a short account such as `validation loss 0.2874`
  public record Progress(int done, int total, String unit, String status) {}
}
