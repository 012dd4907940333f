package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.History;
import dev.tendril.learn.Provenance;
import org.jspecify.annotations.Nullable;

/// What a model folder holds.
///
/// @param selfEvaluation the evaluation that training made, as JSON; null when there is none
/// @param history what led to the configuration
public record YdfModel(
    Forest forest, Provenance provenance, @Nullable String selfEvaluation, History history) {}
