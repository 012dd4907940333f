package dev.tendril.compile.text;

import dev.tendril.core.TensorType;
import java.util.List;

/// A block of ops, the last of which gives its results.
///
/// @param parameters the names of its arguments
/// @param types their types
record HloRegion(List<String> parameters, List<TensorType> types, List<HloOp> ops) {
  HloRegion {
    parameters = List.copyOf(parameters);
    types = List.copyOf(types);
    ops = List.copyOf(ops);
  }

  /// The op that joins two arguments and is all there is; empty where the region does more.
  String joinedBy() {
    if (ops.size() != 2 || parameters.size() != 2) {
      return "";
    }
    HloOp op = ops.getFirst();
    boolean joins =
        op.operands().size() == 2
            && op.operands().containsAll(parameters)
            && op.results().equals(ops.getLast().operands());
    return joins ? op.name() : "";
  }
}
