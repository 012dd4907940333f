package dev.tendril.core.cpu;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;

/// Checks what a graph is run on.
final class Operands {
  private Operands() {}

  static void check(String what, List<String> names, List<Tensor> tensors, List<TensorType> types) {
    if (tensors.size() != types.size()) {
      throw new TensorException(
          what + " are " + tensors.size() + " tensors; expected " + types.size() + ": " + names);
    }
    for (int i = 0; i < types.size(); i++) {
      if (!types.get(i).equals(tensors.get(i).type())) {
        throw new TensorException(
            what
                + ": "
                + names.get(i)
                + " is of type "
                + tensors.get(i).type()
                + "; expected "
                + types.get(i));
      }
    }
  }
}
