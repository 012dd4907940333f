package dev.tendril.forest.train;

import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Predictions;
import org.jspecify.annotations.Nullable;

/// What training gives.
///
/// @param outOfBag predictions for the rows that some trees did not see, by these trees; null for
///     learners that have none
/// @param rows the training rows that were not learned from: those of `outOfBag`, or those held out
public record Trained(Forest forest, @Nullable Predictions outOfBag, int[] rows) {
  Trained(Forest forest, int[] heldOut) {
    this(forest, null, heldOut);
  }
}
