package dev.tendril.core.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What a run of a node takes by its shapes, before any cleverness.
///
/// @param bytes read and written
/// @param flops additions and multiplications of numbers; a function such as a root counts as one
public record Cost(long bytes, long flops) {
  /// @throws dev.tendril.core.ShapeException when extents are not known
  public static Cost of(Node node) {
    long bytes = 0;
    for (TensorType type : node.inputTypes()) {
      bytes += type.bytes();
    }
    for (TensorType type : node.outputs()) {
      bytes += type.bytes();
    }
    return new Cost(bytes, flops(node));
  }

  private static long flops(Node node) {
    long results = node.outputs().isEmpty() ? 0 : node.outputs().getFirst().shape().size();
    long operands = node.inputs().isEmpty() ? 0 : node.inputs().getFirst().type().shape().size();
    return switch (node.op()) {
      case Contract contract -> contract(contract, node, results);
      case Pointwise _ -> results;
      case Reduce _ -> operands;
      case Structured.Fused fused ->
          fused.body() instanceof Graph body
              ? body.withTypes(node.inputTypes()).nodes().stream().mapToLong(Cost::flops).sum()
              : results;
      case Structured.Body _ -> 0;
      case Structured.Lstm _, Structured.Gru _ -> {
        Shape outputs = node.outputs().getFirst().shape();
        Shape weights = node.inputs().get(1).type().shape();
        long step = weights.size() + node.inputs().get(2).type().shape().size();
        yield 2L * outputs.dim(0) * outputs.dim(1) * step;
      }
      case Structured.Fft _, Structured.RealFft _ ->
          results * (64 - Long.numberOfLeadingZeros(Math.max(1, results)));
      case Structured _ -> 4 * operands;
      case Move _, Index _, Custom _ -> 0;
    };
  }

  private static long contract(Contract op, Node node, long results) {
    Shape x = node.inputs().get(0).type().shape();
    return switch (op) {
      case Contract.MatMul product -> 2 * results * x.dim(product.transposeA() ? -2 : -1);
      case Contract.Conv _ -> {
        Shape filter = node.inputs().get(1).type().shape();
        yield 2 * results * filter.size(1, filter.rank());
      }
      case Contract.DepthwiseConv _ -> {
        Shape filter = node.inputs().get(1).type().shape();
        yield 2 * results * filter.size(0, filter.rank() - 1);
      }
      case Contract.ConvTranspose _ -> {
        Shape filter = node.inputs().get(1).type().shape();
        yield 2 * x.size() * filter.size(0, filter.rank() - 1);
      }
      case Contract.Pool pool -> results * window(pool.window());
      case Contract.PoolArgMax pool -> results * window(pool.window());
      case Contract.Attention _ -> {
        Shape k = node.inputs().get(1).type().shape();
        yield 2 * results * k.dim(-2) + 2 * x.size() * k.dim(-2);
      }
    };
  }

  private static long window(List<Integer> window) {
    return window.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }
}
