package dev.tendril.learn;

/// How much a feature matters to a model.
///
/// @param feature the name of the column
/// @param importance in the unit of the measure that it belongs to
public record VariableImportance(String feature, double importance) {}
