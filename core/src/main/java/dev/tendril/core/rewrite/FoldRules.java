package dev.tendril.core.rewrite;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes beforehand what does not depend on the graph's inputs.
final class FoldRules {
  /// Results of no more bytes are always worth it.
  private static final long SMALL = 1024;

  /// The most bytes that operands and result of a product of two tensors may have: folding is done
  /// by reference kernels, which are slow.
  private static final long PRODUCT = 1 << 20;

  static final List<Rule> ALL = List.of(new Folding(), Rule.of("shape-of-known", FoldRules::shape));

  private FoldRules() {}

  /// Nodes of constants, if the result is no larger than its operands (or is them with wider
  /// elements). What fails keeps its place, and fails when the graph runs.
  private static final class Folding implements Rule {
    @Override
    public String name() {
      return "constant-folding";
    }

    @Override
    public @Nullable List<Value> apply(Node node, Context context) {
      if (!node.inputs().stream().allMatch(v -> v instanceof Value.Constant) || !worthIt(node)) {
        return null;
      }
      List<Tensor> operands = new ArrayList<>();
      for (Value value : node.inputs()) {
        if (value instanceof Value.Constant constant) {
          operands.add(constant.tensor());
        }
      }
      try {
        List<Value> results = new ArrayList<>();
        for (Tensor result : ReferenceKernels.run(node.op(), operands, node.outputs())) {
          results.add(context.constant(result));
        }
        return results;
      } catch (TensorException _) {
        return null;
      }
    }

    private static boolean worthIt(Node node) {
      if (!Match.known(node)) {
        return false;
      }
      long before = node.inputs().stream().mapToLong(v -> v.type().bytes()).sum();
      long after = node.outputs().stream().mapToLong(TensorType::bytes).sum();
      return switch (node.op()) {
        case Custom _, Structured.While _, Structured.Random _ -> false;
        // How it is rounded is not known yet.
        case Contract.Conv _ when node.outputs().getFirst().quant() != null -> false;
        case Pointwise.Cast _, Pointwise.Dequantize _ -> true;
        case Contract _ -> before + after <= PRODUCT && after <= Math.max(SMALL, before);
        case Pointwise _, Move _, Reduce _, Index _, Structured _ ->
            after <= Math.max(SMALL, before);
      };
    }
  }

  private static @Nullable Value shape(Node node, Context context) {
    if (!(node.op() instanceof Index.ShapeOf shape) || !Match.known(node)) {
      return null;
    }
    int[] dims = node.inputs().getFirst().type().shape().dims();
    double[] values = new double[dims.length];
    for (int i = 0; i < dims.length; i++) {
      values[i] = dims[i];
    }
    DType to = shape.to();
    return context.constant(Tensor.of(TensorType.of(to, dims.length), values));
  }
}
