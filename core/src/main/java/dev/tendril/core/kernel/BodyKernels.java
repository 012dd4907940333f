package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import java.util.List;

/// What ops that run subgraphs mean.
final class BodyKernels {
  private BodyKernels() {}

  static List<Tensor> run(Structured.Body op, List<Tensor> operands, Rounding rounding) {
    return switch (op) {
      case Structured.If branches -> {
        Subgraph taken =
            operands.getFirst().getLong(0) != 0 ? branches.then() : branches.otherwise();
        yield taken.evaluate(operands.subList(1, operands.size()), rounding);
      }
      case Structured.While loop -> {
        List<Tensor> state = operands.stream().map(Tensor::copy).toList();
        while (loop.condition().evaluate(state, rounding).getFirst().getLong(0) != 0) {
          state = loop.body().evaluate(state, rounding);
        }
        yield state;
      }
      case Structured.Call call -> call.body().evaluate(operands, rounding);
      case Structured.Fused fused -> fused.body().evaluate(operands, rounding);
    };
  }

  static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < to.size(); i++) {
      if (!from.get(i).type().equals(to.get(i).type())) {
        throw new TensorException(
            "a subgraph gave " + from.get(i).type() + "; expected " + to.get(i).type());
      }
      to.get(i).memory().copyFrom(from.get(i).memory());
    }
  }
}
