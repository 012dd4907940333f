package dev.tendril.compile;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import java.util.List;

/// A graph as a program of StableHLO, whose entry is `main`.
///
/// Its parameters are the graph's inputs and then [#constants]; its results are the graph's outputs
/// and then, where there are [#failures], a vector of as many booleans: one that is false says that
/// the values were such as an op refuses, and that the results mean nothing.
///
/// @param text in the generic form of MLIR
/// @param inputs the types of the graph's inputs
/// @param outputs the types of the graph's outputs
/// @param constants constants that are too large for the text
/// @param failures what is wrong where a check does not hold
public record StableHloProgram(
    String text,
    List<TensorType> inputs,
    List<TensorType> outputs,
    List<Value.Constant> constants,
    List<String> failures) {
  public StableHloProgram {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    constants = List.copyOf(constants);
    failures = List.copyOf(failures);
  }
}
