package dev.tendril.core.op;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.ServiceLoader;

/// The meaning of a [Custom] op, found as a service: the types of its results and a plain
/// computation.
public interface CustomOp {
  /// The name that [Custom#op] refers to.
  String name();

  /// @throws TensorException when operands or attributes do not fit
  List<TensorType> infer(Custom op, List<TensorType> operands);

  /// Computes the results, whose memory is there.
  void run(Custom op, List<Tensor> operands, List<Tensor> results);

  /// The meaning of an op.
  ///
  /// @throws TensorException when nobody knows it
  static CustomOp of(Custom op) {
    for (CustomOp known : ServiceLoader.load(CustomOp.class)) {
      if (known.name().equals(op.op())) {
        return known;
      }
    }
    throw new TensorException(
        "the custom op "
            + op.op()
            + ": no module on the path provides a "
            + CustomOp.class.getName()
            + " of that name");
  }
}
