package dev.tendril.formats.task;

/// A class that a model sees in its input.
///
/// @param index its number in the model
/// @param label what it is called; empty when the model does not say
/// @param score how sure the model is; a probability for most
public record Category(int index, String label, float score) {}
