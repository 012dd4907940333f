package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.op.Move;
import java.util.List;

/// Cases of [Move].
final class MoveCases {
  private final CaseList to;
  private final Draw draw;

  private MoveCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    MoveCases cases = new MoveCases(to);
    cases.reshape();
    cases.transpose();
    cases.broadcast();
    cases.slice();
    cases.pad();
    cases.concat();
    cases.rest();
  }

  /// An op on all types, on special numbers, and on many.
  private void each(Move op, int... dims) {
    to.typed(op, Domain.USUAL, dims);
    to.unusual(op, draw.special(DType.F32, dims));
    to.quantized(op, List.of(), dtype -> List.of(draw.quantized(dtype, CaseList.COARSE, dims)));
  }

  private void reshape() {
    each(new Move.Reshape(Shape.of(4, 6)), 2, 3, 4);
    each(new Move.Reshape(Shape.of(3, Shape.ANY, 2)), 2, 3, 4);
    each(new Move.Reshape(Shape.scalar()), 1, 1);
    each(new Move.Reshape(Shape.of(0, 7)), 2, 0);
    each(new Move.Reshape(Shape.of(1, 1)));
    to.quantizedCase(
        new Move.Reshape(Shape.of(3, 2, 2)),
        List.of(),
        draw.quantized(DType.I8, Quant.perAxis(new float[] {1, 2, 3}, 0), 3, 4));
  }

  private void transpose() {
    each(new Move.Transpose(List.of(1, 0)), 5, 3);
    each(new Move.Transpose(List.of(2, 0, 1)), 2, 3, 5);
    each(new Move.Transpose(List.of(0, 2, 1, 3)), 2, 3, 4, 2);
    each(new Move.Transpose(List.of(-1, 0, 1)), 3, 0, 2);
    each(new Move.Transpose(List.of()));
    to.unusual(new Move.Transpose(List.of(1, 0)), draw.usual(DType.F32, 67, 131));
    to.unusual(new Move.Transpose(List.of(0, 2, 1)), draw.usual(DType.F32, 3, 64, 40));
    to.unusual(new Move.Transpose(List.of(0, 3, 1, 2)), draw.usual(DType.F32, 2, 9, 11, 17));
    to.quantizedCase(
        new Move.Transpose(List.of(1, 0)),
        List.of(),
        draw.quantized(DType.I8, Quant.perAxis(new float[] {1, 2, 3}, 0), 3, 4));
  }

  private void broadcast() {
    each(new Move.Broadcast(Shape.of(2, 3, 4)), 3, 1);
    each(new Move.Broadcast(Shape.of(3, Shape.ANY)), 1, 5);
    each(new Move.Broadcast(Shape.of(2, 0)), 1);
    each(new Move.Broadcast(Shape.of(3, 2)));
    to.unusual(new Move.Broadcast(Shape.of(40, 7, 33)), draw.usual(DType.F32, 7, 1));
  }

  private void slice() {
    int end = Move.Slice.END;
    each(new Move.Slice(List.of(1, 0), List.of(3, 4), List.of(1, 1)), 4, 4);
    each(new Move.Slice(List.of(0, 1, 0), List.of(end, -1, end), List.of(1, 2, 3)), 2, 7, 8);
    each(new Move.Slice(List.of(-3), List.of(end), List.of(2)), 9);
    each(new Move.Slice(List.of(3, 0), List.of(2, end), List.of(1, 1)), 4, 3);
    each(new Move.Slice(List.of(), List.of(), List.of()));
    to.unusual(
        new Move.Slice(List.of(5, 3), List.of(60, 120), List.of(1, 1)),
        draw.usual(DType.F32, 67, 131));
    to.quantizedCase(
        new Move.Slice(List.of(1, 0), List.of(3, 4), List.of(1, 2)),
        List.of(),
        draw.quantized(DType.I8, Quant.perAxis(new float[] {1, 2, 3}, 0), 3, 4));
  }

  private void pad() {
    for (Move.Pad.Mode mode : Move.Pad.Mode.values()) {
      each(new Move.Pad(List.of(1, 2), List.of(0, 1), mode, 1.5), 3, 4);
      each(new Move.Pad(List.of(0, 2, 0), List.of(0, 2, 1), mode, 0), 2, 3, 2);
      each(new Move.Pad(List.of(0, 0), List.of(0, 0), mode, 0), 0, 2);
      to.unusual(
          new Move.Pad(List.of(0, 1, 3, 0), List.of(0, 2, 1, 0), mode, -2),
          draw.usual(DType.F32, 2, 19, 17, 5));
    }
    Move nothing = new Move.Pad(List.of(1), List.of(2), Move.Pad.Mode.CONSTANT, Double.NaN);
    to.unusual(nothing, draw.usual(DType.F32, 3));
    to.unusual(nothing, draw.usual(DType.I32, 3));
    each(new Move.Pad(List.of(1, 0), List.of(2, 0), Move.Pad.Mode.CONSTANT, 3), 0, 2);
  }

  private void concat() {
    for (int axis : new int[] {0, 1, -1}) {
      Move op = new Move.Concat(axis);
      int[] second = {2, 3, 4};
      second[axis < 0 ? 2 : axis] = 1;
      to.typed(op, d -> List.of(draw.usual(d, 2, 3, 4), draw.usual(d, second)));
      to.quantized(
          op,
          List.of(Quant.of(0.07f, 1)),
          d ->
              List.of(
                  draw.quantized(d, CaseList.COARSE, 2, 3, 4),
                  draw.quantized(d, CaseList.FINE, second)));
    }
    to.typed(new Move.Concat(0), d -> List.of(draw.usual(d, 3)));
    to.typed(
        new Move.Concat(1),
        d -> List.of(draw.usual(d, 3, 0), draw.usual(d, 3, 2), draw.usual(d, 3, 1)));
    to.typed(new Move.Concat(0), d -> List.of(draw.usual(d, 0, 2), draw.usual(d, 0, 2)));
    to.unusual(
        new Move.Concat(1),
        draw.usual(DType.F32, 31, 40),
        draw.usual(DType.F32, 31, 7),
        draw.special(DType.F32, 31, 9));
    to.quantized(
        new Move.Concat(0),
        List.of(),
        d ->
            List.of(
                draw.quantized(d, CaseList.COARSE, 2, 3),
                draw.quantized(d, CaseList.COARSE, 1, 3)));
  }

  private void rest() {
    each(new Move.Reverse(List.of(0)), 5, 2);
    each(new Move.Reverse(List.of(1, -1)), 2, 3, 4);
    each(new Move.Reverse(List.of()), 3);
    each(new Move.Reverse(List.of(0)), 0, 2);
    to.unusual(new Move.Reverse(List.of(1)), draw.usual(DType.F32, 31, 67));
    to.quantizedCase(
        new Move.Reverse(List.of(0)),
        List.of(),
        draw.quantized(DType.I8, Quant.perAxis(new float[] {1, 2, 3}, 0), 3, 4));
    each(new Move.Tile(List.of(2, 3)), 3, 2);
    each(new Move.Tile(List.of(1, 0)), 3, 2);
    each(new Move.Tile(List.of()));
    to.unusual(new Move.Tile(List.of(3, 2)), draw.usual(DType.F32, 31, 67));
    each(new Move.SpaceToDepth(2, false), 2, 4, 6, 3);
    each(new Move.SpaceToDepth(2, true), 2, 2, 3, 8);
    each(new Move.SpaceToDepth(3, false), 1, 3, 0, 2);
    to.unusual(new Move.SpaceToDepth(2, false), draw.usual(DType.F32, 2, 20, 18, 7));
  }
}
