package dev.tendril.core.graph;

import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;

/// For each op, the gradient by its operands as a function of that by its results: a rule each, in
/// the class of its group.
final class GradientRules {
  private GradientRules() {}

  static void apply(Backward b) {
    Op op = b.node().op();
    switch (op) {
      case Pointwise pointwise -> PointwiseGradients.apply(pointwise, b);
      case Move move -> MoveGradients.apply(move, b);
      case Reduce reduce -> ReduceGradients.apply(reduce, b);
      case Contract contract -> ContractGradients.apply(contract, b);
      case Index index -> IndexGradients.apply(index, b);
      case Structured structured -> StructuredGradients.apply(structured, b);
      case Custom _ -> throw b.refusal(": it is not of the vocabulary");
    }
  }
}
