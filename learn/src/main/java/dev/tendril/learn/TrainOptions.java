package dev.tendril.learn;

import dev.tendril.data.Frame;
import java.nio.file.Path;
import java.time.Duration;
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

  /// A folder for snapshots of the training. A run that finds one of the same data and
  /// configuration there goes on from it, and ends with the model that an uninterrupted run would
  /// have made, byte by byte; learners of a single tree make none. Null: none.
  public @Nullable Path checkpoint;

  /// How long training goes on between snapshots; the last three are kept.
  public Duration checkpointInterval = Duration.ofMinutes(30);

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
