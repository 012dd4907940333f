package dev.tendril.compile.text;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;

/// An op of a program.
///
/// @param name without its dialect, such as `add`
/// @param results the names of its results
/// @param operands the names of its operands
/// @param types those of its results
/// @param line where it is in the text
record HloOp(
    String name,
    List<String> results,
    List<String> operands,
    HloAttributes attributes,
    List<HloRegion> regions,
    List<TensorType> operandTypes,
    List<TensorType> types,
    int line) {
  HloOp {
    results = List.copyOf(results);
    operands = List.copyOf(operands);
    regions = List.copyOf(regions);
    operandTypes = List.copyOf(operandTypes);
    types = List.copyOf(types);
  }

  TensorType type() {
    return types.getFirst();
  }

  boolean isEnd() {
    return name.equals("return");
  }

  TensorException wrong(String what) {
    return new TensorException("StableHLO, line " + line + ": " + name + ": " + what);
  }
}
