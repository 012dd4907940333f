package dev.tendril.core.op;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.ServiceLoader;

/// The meaning of a [Custom] op, found as a service or in a [Source]: the types of its results and
/// a plain computation.
public interface CustomOp {
  /// The name that [Custom#op] refers to.
  String name();

  /// @throws TensorException when operands or attributes do not fit
  List<TensorType> infer(Custom op, List<TensorType> operands);

  /// Computes the results, whose memory is there.
  void run(Custom op, List<Tensor> operands, List<Tensor> results);

  /// Whether [#run] computes it; else only a device has a kernel for it.
  default boolean hasReference() {
    return true;
  }

  /// Ops that are not on the path of Java, such as those of shared libraries; found as a service.
  interface Source {
    List<CustomOp> ops();
  }

  /// The meaning of an op.
  ///
  /// @throws TensorException when nobody knows it
  static CustomOp of(Custom op) {
    for (CustomOp known : ServiceLoader.load(CustomOp.class)) {
      if (known.name().equals(op.op())) {
        return known;
      }
    }
    for (Source source : ServiceLoader.load(Source.class)) {
      for (CustomOp known : source.ops()) {
        if (known.name().equals(op.op())) {
          return known;
        }
      }
    }
    throw new TensorException(
        "the custom op "
            + op.op()
            + ": no module on the path and no plug-in provides a "
            + CustomOp.class.getName()
            + " of that name");
  }
}
