package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The attributes that texts of graphs may leave out, and what they are then.
final class Defaults {
  /// For all ops that have an attribute of the name.
  private static final Map<String, Object> COMMON =
      Map.ofEntries(
          Map.entry("activation", Activation.NONE),
          Map.entry("transposeA", false),
          Map.entry("transposeB", false),
          Map.entry("padding", Padding.VALID),
          Map.entry("groups", 1),
          Map.entry("causal", false),
          Map.entry("batch", 0),
          Map.entry("keep", false),
          Map.entry("exclusive", false),
          Map.entry("reverse", false),
          Map.entry("descending", false),
          Map.entry("inverse", false),
          Map.entry("approximate", false),
          Map.entry("alignCorners", false),
          Map.entry("halfPixelCenters", false));

  private static final Map<Class<?>, Map<String, Object>> OF_OP =
      Map.ofEntries(
          Map.entry(Contract.Pool.class, Map.of("kind", Reduce.Kind.MEAN)),
          Map.entry(Pointwise.Elu.class, Map.of("alpha", 1f)),
          Map.entry(Pointwise.Quantize.class, Map.of("to", DType.I8)),
          Map.entry(Reduce.Reduction.class, Map.of("axes", List.of())),
          Map.entry(Reduce.ArgExtreme.class, Map.of("axis", -1, "to", DType.I32)),
          Map.entry(Reduce.Cumulative.class, Map.of("axis", -1)),
          Map.entry(Move.Pad.class, Map.of("mode", Move.Pad.Mode.CONSTANT, "value", 0d)),
          Map.entry(Index.Gather.class, Map.of("axis", 0)),
          Map.entry(Index.ScatterNd.class, Map.of("combine", Index.ScatterNd.Combine.REPLACE)),
          Map.entry(Index.OneHot.class, Map.of("axis", -1, "to", DType.F32)),
          Map.entry(Index.Sort.class, Map.of("axis", -1)),
          Map.entry(Index.Iota.class, Map.of("axis", 0, "to", DType.I32)),
          Map.entry(Index.ShapeOf.class, Map.of("to", DType.I32)),
          Map.entry(Structured.Softmax.class, Map.of("axis", -1, "beta", 1f, "wide", false)),
          Map.entry(Structured.LogSoftmax.class, Map.of("axis", -1)),
          Map.entry(Structured.LayerNorm.class, Map.of("axes", 1)),
          Map.entry(Structured.L2Normalize.class, Map.of("axis", -1)),
          Map.entry(Structured.LinearFilter.class, Map.of("axis", -1)),
          Map.entry(Structured.Gru.class, Map.of("resetAfter", true)));

  private Defaults() {}

  /// The default that depends on the op alone; null when there is none.
  static @Nullable Object fixed(Class<?> op, String attribute) {
    Object own = OF_OP.getOrDefault(op, Map.of()).get(attribute);
    return own == null ? COMMON.get(attribute) : own;
  }

  /// The default of an attribute, given those declared before it; null when it must be written.
  static @Nullable Object of(
      Class<?> op, String attribute, Map<String, Object> before, List<TensorType> operands) {
    Object fixed = fixed(op, attribute);
    if (fixed != null) {
      return fixed;
    }
    int rank = operands.isEmpty() ? 0 : operands.getFirst().shape().rank();
    int spatial = Math.max(0, rank - 2);
    return switch (attribute) {
      case "strides" -> before.containsKey("window") ? before.get("window") : ones(spatial);
      case "dilations" -> ones(spatial);
      case "begin" -> Collections.nCopies(rank, 0);
      case "end" -> Collections.nCopies(rank, Move.Slice.END);
      case "step" -> ones(rank);
      default -> null;
    };
  }

  private static List<Integer> ones(int count) {
    return Collections.nCopies(count, 1);
  }
}
