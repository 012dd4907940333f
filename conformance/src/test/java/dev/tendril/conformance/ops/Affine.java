package dev.tendril.conformance.ops;

import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.CustomOp;
import java.util.List;

/// A custom op: `scale · x + shift`.
public final class Affine implements CustomOp {
  /// For the service loader.
  public Affine() {}

  @Override
  public String name() {
    return "affine";
  }

  @Override
  public List<TensorType> infer(Custom op, List<TensorType> operands) {
    return List.of(operands.getFirst());
  }

  @Override
  public void run(Custom op, List<Tensor> operands, List<Tensor> results) {
    double scale = Double.parseDouble(op.attributes().getOrDefault("scale", "1"));
    double shift = Double.parseDouble(op.attributes().getOrDefault("shift", "0"));
    Tensor to = results.getFirst();
    for (long i = 0; i < to.shape().size(); i++) {
      Elements.setDouble(to.memory(), to.dtype(), i, scale * operands.getFirst().get(i) + shift);
    }
  }
}
