package dev.tendril.core.stream;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Node;
import dev.tendril.core.plan.Step;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.spi.ReadyKernel;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A step of a graph on a streamed device.
///
/// @param kernel null where operands are only copied
record StreamedTask(Step step, @Nullable OpKernel kernel, @Nullable ReadyKernel ready, Cost cost) {
  Node node() {
    return step.node();
  }

  /// Who does it, for people.
  String by() {
    return kernel == null ? "copy" : "kernel";
  }

  /// Such as `f32[1,4], f32[4,3] -> f32[1,3]`.
  String types() {
    return text(node().inputTypes()) + " -> " + text(node().outputs());
  }

  private static String text(List<TensorType> types) {
    return types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
  }
}
