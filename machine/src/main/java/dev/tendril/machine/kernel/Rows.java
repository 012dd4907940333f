package dev.tendril.machine.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.RowWise;
import dev.tendril.machine.gen.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Kernels that treat each row by itself.
final class Rows {
  /// Elements that are worth a thread.
  private static final long WORK = 16_000;

  private Rows() {}

  static Support supports(Node node, Structured.Softmax op) {
    Shape x = node.inputs().getFirst().type().shape();
    return x.axis(op.axis()) == x.rank() - 1
        ? Support.YES
        : Support.no("an axis that is not the last");
  }

  static Kernel softmax(Machine machine, Node node, Structured.Softmax op, int threads) {
    Shape x = node.inputs().getFirst().type().shape();
    return kernel(
        machine, x, new RowWise(RowWise.Kind.SOFTMAX, x.dim(-1), op.beta()), threads, false);
  }

  static Kernel layerNorm(Machine machine, Node node, Structured.LayerNorm op, int threads) {
    Shape x = node.inputs().getFirst().type().shape();
    int width = Math.toIntExact(x.size(x.rank() - op.axes(), x.rank()));
    return kernel(
        machine, x, new RowWise(RowWise.Kind.LAYER_NORM, width, op.epsilon()), threads, true);
  }

  private static Kernel kernel(
      Machine machine, Shape x, RowWise work, int threads, boolean scaled) {
    if (x.size() == 0) {
      return new StepKernel(List.of(), 0, Set.of());
    }
    Target target = machine.target(work.width());
    long rows = x.size() / work.width();
    long most = Math.min(rows, threads);
    int pieces = (int) Math.clamp(x.size() / WORK, 1, most);
    List<List<Argument>> parts = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      long begin = rows * piece / pieces;
      long end = rows * (piece + 1) / pieces;
      long at = 4 * begin * work.width();
      Argument none = new Argument.Count(0);
      parts.add(
          List.of(
              new Argument.Input(0, at),
              new Argument.Count(end - begin),
              new Argument.Output(0, at),
              scaled ? new Argument.Input(1, 0) : none,
              scaled ? new Argument.Input(2, 0) : none));
    }
    Step step = Step.of(machine.code(work, it -> it.write(target)), parts, threads);
    return new StepKernel(List.of(step), 0, Set.of(0));
  }
}
