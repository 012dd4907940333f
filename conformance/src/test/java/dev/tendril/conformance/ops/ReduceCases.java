package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.op.Reduce;
import java.util.List;
import java.util.Set;

/// Cases of [Reduce].
final class ReduceCases {
  private static final Set<Reduce.Kind> LOGIC = Set.of(Reduce.Kind.ALL, Reduce.Kind.ANY);

  private ReduceCases() {}

  static void addTo(CaseList to) {
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      reductions(to, kind);
      if (kind != Reduce.Kind.MEAN && !LOGIC.contains(kind)) {
        cumulative(to, kind);
      }
    }
    arguments(to);
  }

  private static void reductions(CaseList to, Reduce.Kind kind) {
    Draw draw = to.draw;
    for (boolean keep : new boolean[] {false, true}) {
      Reduce.Reduction last = new Reduce.Reduction(kind, List.of(-1), keep);
      Reduce.Reduction outer = new Reduce.Reduction(kind, List.of(0, 2), keep);
      Reduce.Reduction all = new Reduce.Reduction(kind, List.of(), keep);
      to.typed(last, Domain.USUAL, 3, 5);
      to.typed(last, Domain.USUAL, 0, 5);
      to.typed(outer, Domain.USUAL, 2, 3, 4);
      to.typed(all, Domain.USUAL, 2, 3);
      to.typed(all, Domain.USUAL);
      if (LOGIC.contains(kind)) {
        to.unusual(last, draw.usual(DType.BOOL, 9, 0));
        continue;
      }
      to.add(last, draw.usual(DType.F32, 3, 0));
      if (kind != Reduce.Kind.MEAN) {
        to.unusual(last, draw.usual(DType.I32, 3, 0));
      }
      Domain near = kind == Reduce.Kind.PROD ? new Domain(0.9, 1.1) : Domain.USUAL;
      to.unusual(last, draw.tensor(DType.F32, near, 31, 257));
      to.unusual(
          new Reduce.Reduction(kind, List.of(0), keep), draw.tensor(DType.F32, near, 65, 43));
      to.unusual(
          new Reduce.Reduction(kind, List.of(1), keep), draw.tensor(DType.F32, near, 3, 40, 37));
      to.unusual(all, draw.tensor(DType.F32, near, 9, 1001));
      to.unusual(last, draw.special(DType.F32, 40, 3));
      to.unusual(last, draw.special(DType.I8, 20, 3));
      to.quantized(
          last,
          List.of(CaseList.FINE),
          dtype -> List.of(draw.quantized(dtype, CaseList.COARSE, 4, 6)));
    }
  }

  private static void cumulative(CaseList to, Reduce.Kind kind) {
    Draw draw = to.draw;
    for (int i = 0; i < 4; i++) {
      boolean exclusive = (i & 1) != 0;
      boolean reverse = (i & 2) != 0;
      Domain near = kind == Reduce.Kind.PROD ? new Domain(0.7, 1.3) : Domain.USUAL;
      to.typed(new Reduce.Cumulative(kind, 0, exclusive, reverse), near, 5, 3);
      to.typed(new Reduce.Cumulative(kind, -1, exclusive, reverse), near, 2, 4);
      to.typed(new Reduce.Cumulative(kind, 1, exclusive, reverse), near, 2, 0);
      to.unusual(
          new Reduce.Cumulative(kind, 1, exclusive, reverse),
          draw.tensor(DType.F32, near, 5, 70, 6));
      to.unusual(
          new Reduce.Cumulative(kind, 0, exclusive, reverse), draw.special(DType.F32, 12, 4));
    }
  }

  private static void arguments(CaseList to) {
    Draw draw = to.draw;
    for (boolean greatest : new boolean[] {false, true}) {
      for (DType dtype : List.of(DType.I32, DType.I64)) {
        to.typed(new Reduce.ArgExtreme(greatest, 1, dtype), Domain.USUAL, 3, 7);
        to.typed(new Reduce.ArgExtreme(greatest, 0, dtype), Domain.USUAL, 5, 2, 3);
        to.typed(new Reduce.ArgExtreme(greatest, -1, dtype), Domain.USUAL, 0, 4);
        to.unusual(new Reduce.ArgExtreme(greatest, 1, dtype), draw.usual(DType.F32, 33, 130));
        to.unusual(new Reduce.ArgExtreme(greatest, 1, dtype), draw.special(DType.F32, 40, 6));
        to.quantized(
            new Reduce.ArgExtreme(greatest, 1, dtype),
            List.of(),
            type -> List.of(draw.quantized(type, CaseList.COARSE, 4, 9)));
      }
    }
  }
}
