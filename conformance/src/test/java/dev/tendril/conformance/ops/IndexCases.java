package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Index;
import java.util.List;

/// Cases of [Index].
final class IndexCases {
  private final CaseList to;
  private final Draw draw;

  private IndexCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    IndexCases cases = new IndexCases(to);
    cases.gather();
    cases.scatter();
    cases.order();
    cases.made();
    cases.suppression();
  }

  private void gather() {
    for (DType places : List.of(DType.I32, DType.I64)) {
      to.typed(
          new Index.Gather(0, 0), d -> List.of(draw.usual(d, 5, 3), draw.places(places, 5, 4)));
      to.typed(
          new Index.Gather(-1, 0), d -> List.of(draw.usual(d, 2, 6), draw.places(places, 6, 2, 3)));
      to.typed(
          new Index.Gather(1, 1),
          d -> List.of(draw.usual(d, 2, 5, 3), draw.places(places, 5, 2, 4)));
      to.typed(new Index.Gather(1, 0), d -> List.of(draw.usual(d, 2, 5), draw.places(places, 5)));
      to.typed(
          new Index.GatherNd(0),
          d -> List.of(draw.usual(d, 3, 3, 2), draw.places(places, 3, 4, 2)));
      to.typed(
          new Index.GatherNd(1),
          d -> List.of(draw.usual(d, 2, 5, 3), draw.places(places, 5, 2, 4, 1)));
    }
    to.typed(
        new Index.Gather(0, 0), d -> List.of(draw.usual(d, 5, 3), draw.places(DType.I32, 5, 0)));
    to.unusual(
        new Index.Gather(0, 0), draw.special(DType.F32, 90, 33), draw.places(DType.I32, 90, 7, 19));
    to.unusual(
        new Index.GatherNd(0), draw.usual(DType.F32, 20, 21, 5), draw.places(DType.I64, 20, 50, 2));
    to.quantized(
        new Index.Gather(0, 0),
        List.of(),
        d -> List.of(draw.quantized(d, CaseList.COARSE, 5, 3), draw.places(DType.I32, 5, 4)));
  }

  private void scatter() {
    for (Index.ScatterNd.Combine combine : Index.ScatterNd.Combine.values()) {
      Index op = new Index.ScatterNd(combine);
      for (DType places : List.of(DType.I32, DType.I64)) {
        to.typed(op, d -> List.of(draw.usual(d, 6, 2), distinct(places, 4), draw.usual(d, 4, 2)));
      }
      to.typed(
          op,
          d ->
              List.of(
                  draw.usual(d, 4, 4), draw.places(DType.I32, 4, 3, 2, 2), draw.usual(d, 3, 2)));
      to.typed(
          op,
          d -> List.of(draw.usual(d, 4, 2), draw.places(DType.I32, 4, 0, 1), draw.usual(d, 0, 2)));
      to.unusual(
          op,
          draw.special(DType.F32, 30, 5),
          draw.places(DType.I32, 30, 70, 1),
          draw.special(DType.F32, 70, 5));
    }
  }

  /// Places of a row, none twice.
  private static Tensor distinct(DType dtype, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (3 + 5 * i) % 6;
    }
    return Tensor.of(dev.tendril.core.TensorType.of(dtype, count, 1), values);
  }

  private void order() {
    for (int k : new int[] {0, 1, 3}) {
      to.typed(new Index.TopK(k), Domain.USUAL, 2, 5);
      to.typed(new Index.TopK(k), Domain.USUAL, 4);
      to.unusual(new Index.TopK(k), draw.special(DType.F32, 20, 6));
    }
    to.unusual(new Index.TopK(20), draw.usual(DType.F32, 9, 300));
    for (boolean descending : new boolean[] {false, true}) {
      to.typed(new Index.Sort(0, descending), Domain.USUAL, 6, 2);
      to.typed(new Index.Sort(-1, descending), Domain.USUAL, 2, 3, 5);
      to.typed(new Index.Sort(1, descending), Domain.USUAL, 3, 0);
      to.unusual(new Index.Sort(1, descending), draw.usual(DType.F32, 9, 300));
      to.unusual(new Index.Sort(0, descending), draw.special(DType.F32, 30, 4));
      to.unusual(new Index.Sort(0, descending), draw.special(DType.F64, 30, 4));
      to.unusual(new Index.Sort(1, descending), draw.special(DType.I64, 3, 30));
    }
    to.typed(new Index.NonZero(), new Domain(-1, 1.9), 3, 5);
    to.typed(new Index.NonZero(), new Domain(-1, 1.9), 4, 0);
    to.unusual(new Index.NonZero(), draw.special(DType.F32, 30));
  }

  private void made() {
    for (DType dtype : DType.values()) {
      for (int axis : new int[] {0, 1, -1}) {
        to.add(new Index.OneHot(5, axis, dtype), draw.tensor(DType.I32, new Domain(-2, 6), 7));
        to.add(new Index.OneHot(3, axis, dtype), draw.places(DType.I64, 3, 2, 4));
      }
      to.add(new Index.ShapeOf(DType.I64), draw.usual(dtype, 3, 0, 2));
      to.add(new Index.ShapeOf(DType.I32), draw.usual(dtype));
      if (dtype != DType.BOOL) {
        to.add(new Index.Iota(Shape.of(3, 4), 0, dtype));
        to.add(new Index.Iota(Shape.of(2, 0, 3), -1, dtype));
        to.unusual(new Index.Iota(Shape.of(300), 0, dtype));
      }
    }
    to.add(new Index.OneHot(4, 0, DType.F32), draw.places(DType.I32, 4));
  }

  private void suppression() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (int limit : new int[] {0, 4, 40}) {
        Tensor corners = draw.tensor(dtype, new Domain(0, 1), 25, 4);
        double[] boxes = corners.toDoubleArray();
        for (int i = 0; i < boxes.length; i += 4) {
          boxes[i + 2] += boxes[i];
          boxes[i + 3] += boxes[i + 1];
        }
        to.add(
            new Index.NonMaxSuppression(limit, 0.4f, 0.2f),
            Tensor.of(corners.type(), boxes),
            draw.tensor(dtype, new Domain(0, 1), 25));
      }
      to.add(
          new Index.NonMaxSuppression(3, 0.5f, 0), draw.usual(dtype, 0, 4), draw.usual(dtype, 0));
    }
  }
}
