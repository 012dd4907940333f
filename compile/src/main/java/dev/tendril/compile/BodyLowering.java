package dev.tendril.compile;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import java.util.List;

/// Ops that run subgraphs, in StableHLO: as regions, or written in place of the op.
final class BodyLowering {
  private BodyLowering() {}

  static List<Hlo> lower(
      GraphLowering lowering, Structured.Body op, List<Hlo> x, List<TensorType> results) {
    HloBuilder b = lowering.builder();
    return switch (op) {
      case Structured.Call(Subgraph body) -> inline(lowering, body, x);
      case Structured.Fused(Subgraph body) -> inline(lowering, body, x);
      case Structured.If(Subgraph then, Subgraph otherwise) -> {
        List<Hlo> rest = x.subList(1, x.size());
        String yes = b.region(List.of(), _ -> inline(lowering, then, rest));
        String no = b.region(List.of(), _ -> inline(lowering, otherwise, rest));
        Hlo condition = b.reshape(x.getFirst(), Shape.scalar());
        yield b.op("if", "", List.of(condition), List.of(yes, no), results);
      }
      case Structured.While(Subgraph condition, Subgraph body) -> {
        List<TensorType> types = x.stream().map(Hlo::type).toList();
        if (!types.equals(results)) {
          throw new Unlowered("a loop whose values change their extents");
        }
        String test =
            b.region(
                types,
                state ->
                    List.of(
                        b.reshape(inline(lowering, condition, state).getFirst(), Shape.scalar())));
        String step = b.region(types, state -> inline(lowering, body, state));
        yield b.op("while", "", x, List.of(test, step), results);
      }
    };
  }

  private static List<Hlo> inline(GraphLowering lowering, Subgraph body, List<Hlo> x) {
    if (!(body instanceof Graph graph)) {
      throw new Unlowered("the subgraph " + body.name() + ", which is no graph");
    }
    return lowering.inline(graph.withTypes(x.stream().map(Hlo::type).toList()), x);
  }
}
