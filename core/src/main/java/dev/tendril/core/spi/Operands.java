package dev.tendril.core.spi;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.Objects;

/// Checks what a graph is run on, for those who make executables.
public final class Operands {
  private Operands() {}

  /// Tensors of a graph have the types that it was made for.
  ///
  /// @param what such as `the results of graph g`
  /// @param names what each is called
  /// @throws TensorException when there are more or fewer, or one is of another type
  public static void check(
      String what, List<String> names, List<Tensor> tensors, List<TensorType> types) {
    if (tensors.size() != types.size()) {
      throw new TensorException(
          what + " are " + tensors.size() + " tensors; expected " + types.size() + ": " + names);
    }
    for (int i = 0; i < types.size(); i++) {
      TensorType type = tensors.get(i).type();
      if (!Objects.equals(type, types.get(i))) {
        throw new TensorException(
            what + ": " + names.get(i) + " is of type " + type + "; expected " + types.get(i));
      }
    }
  }
}
