package dev.tendril.formats.tflite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Which operators of the format are which ops, in both directions: each group of operators has a
/// class that reads them, and writes the ops that they are.
final class Mapping {
  private Mapping() {}

  /// Adds the nodes of an operator to the graph that is being made.
  static void read(OperatorImport operator) {
    if (!operator.operator().custom().isEmpty()) {
      custom(operator);
      return;
    }
    boolean known =
        PointwiseMapping.read(operator)
            || ContractMapping.read(operator)
            || MoveMapping.read(operator)
            || ReduceMapping.read(operator)
            || IndexMapping.read(operator)
            || StructuredMapping.read(operator)
            || RecurrentMapping.read(operator)
            || BodyMapping.read(operator);
    if (!known) {
      throw new FormatException("an operator that Tendril has no ops for");
    }
  }

  /// A custom operator: its options as they are, in hexadecimal digits.
  private static void custom(OperatorImport operator) {
    byte[] options = operator.operator().customOptions();
    Custom op =
        new Custom(
            operator.operator().custom(), Map.of("options", HexFormat.of().formatHex(options)));
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < operator.count(); i++) {
      if (operator.has(i)) {
        operands.add(operator.in(i));
      }
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < operator.results(); i++) {
      types.add(operator.resultType(i));
    }
    String name = operator.results() == 0 ? "" : operator.result(0).name();
    operator.give(operator.graph().addCustom(name, op, operands, types));
  }

  /// Adds the operators of a node to the subgraph that is being made.
  static void write(OperatorExport export) {
    switch (export.node().op()) {
      case Pointwise op -> PointwiseMapping.write(export, op);
      case Move op -> MoveMapping.write(export, op);
      case Reduce op -> ReduceMapping.write(export, op);
      case Contract op -> ContractMapping.write(export, op);
      case Index op -> IndexMapping.write(export, op);
      case Structured op -> StructuredMapping.write(export, op);
      case Custom op -> {
        byte[] options = HexFormat.of().parseHex(op.attributes().getOrDefault("options", ""));
        List<Integer> results = new ArrayList<>();
        for (TensorType type : export.node().outputs()) {
          results.add(export.graph().add(export.node().name(), type));
        }
        export.graph().emitCustom(op.op(), options, export.all(), results);
        export.give(results);
      }
    }
  }
}
