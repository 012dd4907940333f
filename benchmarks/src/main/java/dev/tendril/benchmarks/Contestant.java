package dev.tendril.benchmarks;

import java.util.ServiceLoader;

/// A library that trains forests. Implementations are found by [ServiceLoader].
public interface Contestant {
  /// The name on the command line.
  String name();

  /// The library and its version.
  String version();

  /// Brings rows into the library's own form and trains, as [Settings] say.
  ///
  /// @return training data, to be handed to [#train] once
  Object prepare(Dataset rows, Settings settings) throws Exception;

  Fitted train(Object prepared, Settings settings) throws Exception;

  /// A trained classifier of two classes.
  interface Fitted extends AutoCloseable {
    /// Predicts rows, in one thread where the library lets one choose.
    ///
    /// @param rows row by row, coded as in the [Dataset] that it was trained on
    /// @param out receives the probability of class 1 of each row
    void predict(float[] rows, int count, float[] out) throws Exception;

    /// The probability of class 1 of one row, by the library's fastest way for one row.
    float predict(float[] row) throws Exception;

    @Override
    default void close() {}
  }

  /// @throws IllegalArgumentException when there is none; the message names those there are
  static Contestant named(String name) {
    StringBuilder known = new StringBuilder();
    for (Contestant contestant : ServiceLoader.load(Contestant.class)) {
      if (contestant.name().equals(name)) {
        return contestant;
      }
      known.append(' ').append(contestant.name());
    }
    throw new IllegalArgumentException(
        "no contestant \"" + name + "\": there are" + known + " (more with -Ppeers)");
  }
}
