package dev.tendril.learn;

import org.jspecify.annotations.Nullable;

/// What led to the configuration that a model was trained with. It is kept in the model.
///
/// @param tuning the trials of a tuner; null when there was none
/// @param selection the rounds of a selection of features; null when there was none
public record History(@Nullable TuningLog tuning, @Nullable SelectionLog selection) {
  /// Nothing was searched.
  public static final History NONE = new History(null, null);

  public History with(TuningLog log) {
    return new History(log, selection);
  }

  public History with(SelectionLog log) {
    return new History(tuning, log);
  }
}
