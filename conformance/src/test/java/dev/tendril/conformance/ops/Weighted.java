package dev.tendril.conformance.ops;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A case as a graph with one number for a result: the sum of all elements of all float results,
/// each times a random weight.
///
/// @param floats the positions of float operands
record Weighted(Graph graph, List<Integer> floats) {
  /// Whether differences of a case tell derivatives: it is one of 64-bit floats that gives some.
  static boolean isDerivable(OpCase one) {
    return one.usual()
        && one.isOf(DType.F64)
        && one.types().stream().allMatch(type -> type.shape().isKnown() || !type.dtype().isFloat())
        && one.types().stream().anyMatch(type -> type.dtype() == DType.F64);
  }

  static Weighted of(OpCase one) {
    SplittableRandom random = new SplittableRandom(OpCases.SEED);
    GraphBuilder builder = Graph.builder("weighted");
    List<Value> operands = new ArrayList<>();
    List<Integer> floats = new ArrayList<>();
    for (Tensor operand : one.operands()) {
      if (operand.dtype().isFloat()) {
        floats.add(operands.size());
      }
      operands.add(builder.input("x" + operands.size(), operand.type()));
    }
    Value sum = builder.constant(Tensor.of(TensorType.of(DType.F64), 0));
    for (Value result : builder.add("node", one.op(), operands, one.quants())) {
      Shape shape = result.type().shape();
      if (result.type().dtype() == DType.F64) {
        double[] weights = random.doubles(shape.size(), -1, 1).toArray();
        Value weight = builder.constant(Tensor.of(new TensorType(DType.F64, shape), weights));
        Value product = builder.add(new Pointwise.Binary(BinaryKind.MUL), result, weight);
        Value part = builder.add(new Reduce.Reduction(Reduce.Kind.SUM, List.of(), false), product);
        sum = builder.add(new Pointwise.Binary(BinaryKind.ADD), sum, part);
      }
    }
    return new Weighted(builder.output("sum", sum).build(), floats);
  }
}
