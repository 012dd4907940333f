package dev.tendril.forest.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How the answers of a forest's trees become one prediction.
public sealed interface Combination {

  /// The mean over independent trees: of class distributions, of values, of treatment effects.
  ///
  /// @param winnerTakeAll whether each tree votes for its top class instead of giving its
  ///     distribution
  record Mean(boolean winnerTakeAll) implements Combination {}

  /// The sum of boosted trees on an initial value, through the inverse link function of the loss.
  ///
  /// @param initial the initial value of each output
  /// @param outputs the number of outputs; tree `t` adds to output `t mod outputs`
  /// @param logits whether the link function is left out
  record Sum(LossKind loss, float[] initial, int outputs, boolean logits) implements Combination {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Sum that
          && loss == that.loss
          && Arrays.equals(initial, that.initial)
          && outputs == that.outputs
          && logits == that.logits;
    }

    @Override
    public int hashCode() {
      return 31 * loss.hashCode() + Arrays.hashCode(initial);
    }
  }

  /// The anomaly score of an isolation forest.
  ///
  /// @param examplesPerTree the number of rows that each tree was grown on
  record Isolation(long examplesPerTree) implements Combination {}
}
