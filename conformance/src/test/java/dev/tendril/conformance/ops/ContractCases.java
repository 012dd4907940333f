package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import java.util.List;

/// Cases of [Contract].
final class ContractCases {
  private static final Activation NONE = Activation.NONE;
  private static final List<Padding> PADDINGS =
      List.of(Padding.VALID, Padding.SAME, Padding.explicit(List.of(1, 0), List.of(0, 2)));

  private final CaseList to;
  private final Draw draw;

  private ContractCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    ContractCases cases = new ContractCases(to);
    cases.products();
    cases.convolutions();
    cases.depthwise();
    cases.transposed();
    cases.pools();
    cases.attention();
  }

  private Tensor unit(DType dtype, int... dims) {
    return draw.tensor(dtype, new Domain(-2, 2), dims);
  }

  private void products() {
    for (int i = 0; i < 4; i++) {
      boolean a = (i & 1) != 0;
      boolean b = (i & 2) != 0;
      Op op = new Contract.MatMul(a, b, NONE);
      int[] left = a ? new int[] {4, 3} : new int[] {3, 4};
      int[] right = b ? new int[] {5, 4} : new int[] {4, 5};
      to.typed(op, d -> List.of(unit(d, left), unit(d, right)));
      to.typed(op, d -> List.of(unit(d, left), unit(d, right), unit(d, 5)));
      to.typed(
          op,
          d ->
              List.of(unit(d, 2, 1, left[0], left[1]), unit(d, 3, right[0], right[1]), unit(d, 5)));
      int[] wide = a ? new int[] {70, 130} : new int[] {130, 70};
      int[] tall = b ? new int[] {67, 70} : new int[] {70, 67};
      to.unusual(op, unit(DType.F32, wide), unit(DType.F32, tall), unit(DType.F32, 67));
      to.unusual(op, draw.singular(DType.F32, left), unit(DType.F32, right));
      to.quantized(
          op,
          List.of(Quant.of(0.5f, 2)),
          d ->
              List.of(
                  draw.quantized(d, CaseList.COARSE, left),
                  draw.quantized(d, CaseList.CENTERED, right)));
    }
    for (Activation activation : Activation.values()) {
      Op op = new Contract.MatMul(false, false, activation);
      to.typed(op, d -> List.of(unit(d, 2, 6), unit(d, 6, 4), unit(d, 4)));
      to.unusual(op, unit(DType.F32, 13, 19), unit(DType.F32, 19, 37), unit(DType.F32, 37));
    }
    Op op = new Contract.MatMul(false, false, NONE);
    to.typed(op, d -> List.of(unit(d, 0, 3), unit(d, 3, 2)));
    to.typed(op, d -> List.of(unit(d, 2, 0), unit(d, 0, 3), unit(d, 3)));
    to.add(op, unit(DType.F32, 1, 33), unit(DType.F32, 33, 1));
    to.add(op, unit(DType.F32, 1, 300), unit(DType.F32, 300, 50), unit(DType.F32, 50));
    Quant columns = Quant.perAxis(new float[] {0.01f, 0.02f, 0.03f}, 1);
    Quant rows = Quant.perAxis(new float[] {0.01f, 0.02f, 0.03f}, 0);
    to.quantizedCase(
        op,
        List.of(Quant.of(0.3f, -2)),
        draw.quantized(DType.I8, CaseList.COARSE, 4, 9),
        draw.quantized(DType.I8, columns, 9, 3),
        draw.usual(DType.I32, 3));
    Op transposed = new Contract.MatMul(false, true, Activation.RELU6);
    to.quantizedCase(
        transposed,
        List.of(Quant.of(0.03f, -128)),
        draw.quantized(DType.I8, CaseList.COARSE, 4, 9),
        draw.quantized(DType.I4, rows, 3, 9),
        draw.usual(DType.I32, 3));
    to.quantizedCase(
        transposed, List.of(), unit(DType.F32, 4, 9), draw.quantized(DType.I8, rows, 3, 9));
  }

  private void convolutions() {
    List<Integer> ones = List.of(1, 1);
    for (Padding padding : PADDINGS) {
      for (int stride = 1; stride <= 2; stride++) {
        Op op = new Contract.Conv(List.of(stride, stride), padding, ones, 1, NONE);
        to.typed(op, d -> List.of(unit(d, 1, 5, 6, 2), unit(d, 3, 3, 2, 2), unit(d, 3)));
        to.unusual(
            op, unit(DType.F32, 2, 13, 15, 17), unit(DType.F32, 19, 3, 3, 17), unit(DType.F32, 19));
        to.unusual(op, unit(DType.F32, 1, 12, 11, 3), unit(DType.F32, 16, 5, 3, 3));
        to.quantized(
            op,
            List.of(Quant.of(0.4f, 2)),
            d ->
                List.of(
                    draw.quantized(d, CaseList.COARSE, 1, 5, 6, 2),
                    draw.quantized(d, CaseList.CENTERED, 3, 3, 2, 2),
                    draw.usual(d == DType.I16 ? DType.I64 : DType.I32, 3)));
      }
    }
    to.typed(
        new Contract.Conv(List.of(1), Padding.SAME, List.of(2), 1, NONE),
        d -> List.of(unit(d, 2, 9, 3), unit(d, 4, 3, 3)));
    to.typed(
        new Contract.Conv(List.of(1, 1, 2), Padding.VALID, List.of(1, 1, 1), 1, NONE),
        d -> List.of(unit(d, 1, 4, 4, 5, 2), unit(d, 3, 2, 3, 2, 2), unit(d, 3)));
    to.typed(
        new Contract.Conv(ones, Padding.SAME, List.of(2, 1), 2, NONE),
        d -> List.of(unit(d, 1, 6, 5, 4), unit(d, 6, 3, 3, 2), unit(d, 6)));
    to.typed(
        new Contract.Conv(ones, Padding.SAME, ones, 1, NONE),
        d -> List.of(unit(d, 0, 6, 5, 4), unit(d, 6, 3, 3, 4)));
    for (Activation activation : Activation.values()) {
      Op op = new Contract.Conv(ones, Padding.SAME, ones, 1, activation);
      to.typed(op, d -> List.of(unit(d, 1, 4, 3, 2), unit(d, 3, 1, 1, 2), unit(d, 3)));
      to.unusual(op, unit(DType.F32, 1, 9, 7, 33), unit(DType.F32, 35, 1, 1, 33));
    }
    to.unusual(
        new Contract.Conv(ones, Padding.SAME, ones, 1, Activation.RELU),
        draw.singular(DType.F32, 1, 6, 5, 4),
        unit(DType.F32, 16, 3, 3, 4));
    to.quantizedCase(
        new Contract.Conv(ones, Padding.SAME, ones, 1, Activation.RELU),
        List.of(Quant.of(0.2f, -100)),
        draw.quantized(DType.I8, CaseList.COARSE, 1, 4, 5, 2),
        draw.quantized(DType.I8, Quant.perAxis(new float[] {0.01f, 0.02f, 0.03f}, 0), 3, 3, 3, 2),
        draw.usual(DType.I32, 3));
  }

  private void depthwise() {
    List<Integer> ones = List.of(1, 1);
    for (Padding padding : PADDINGS) {
      for (int stride = 1; stride <= 2; stride++) {
        Op op = new Contract.DepthwiseConv(List.of(stride, stride), padding, ones, NONE);
        to.typed(op, d -> List.of(unit(d, 1, 5, 6, 2), unit(d, 3, 2, 2), unit(d, 2)));
        to.typed(op, d -> List.of(unit(d, 1, 5, 4, 2), unit(d, 3, 3, 6)));
        to.unusual(
            op, unit(DType.F32, 2, 13, 15, 19), unit(DType.F32, 3, 3, 19), unit(DType.F32, 19));
        to.unusual(op, unit(DType.F32, 1, 13, 15, 32), unit(DType.F32, 5, 5, 32));
        to.quantized(
            op,
            List.of(Quant.of(0.4f, 2)),
            d ->
                List.of(
                    draw.quantized(d, CaseList.COARSE, 1, 5, 6, 2),
                    draw.quantized(d, CaseList.CENTERED, 3, 2, 4),
                    draw.usual(d == DType.I16 ? DType.I64 : DType.I32, 4)));
      }
    }
    for (Activation activation : Activation.values()) {
      Op op = new Contract.DepthwiseConv(ones, Padding.SAME, List.of(2, 1), activation);
      to.typed(op, d -> List.of(unit(d, 1, 4, 3, 2), unit(d, 3, 3, 2), unit(d, 2)));
      to.unusual(op, unit(DType.F32, 1, 9, 7, 35), unit(DType.F32, 3, 3, 35));
    }
    to.unusual(
        new Contract.DepthwiseConv(ones, Padding.SAME, ones, Activation.RELU6),
        draw.singular(DType.F32, 1, 6, 5, 17),
        unit(DType.F32, 3, 3, 17));
  }

  private void transposed() {
    List<Integer> ones = List.of(1, 1);
    List<Integer> twos = List.of(2, 2);
    Shape any = Shape.of(Shape.ANY, Shape.ANY);
    for (Padding padding : PADDINGS) {
      Op one = new Contract.ConvTranspose(ones, padding, ones, any, NONE);
      Op two = new Contract.ConvTranspose(twos, padding, ones, any, NONE);
      to.typed(one, d -> List.of(unit(d, 1, 4, 3, 2), unit(d, 3, 3, 3, 2), unit(d, 3)));
      to.typed(two, d -> List.of(unit(d, 1, 4, 3, 2), unit(d, 3, 2, 3, 2)));
      to.unusual(two, unit(DType.F32, 2, 7, 9, 17), unit(DType.F32, 19, 3, 3, 17));
      to.quantized(
          two,
          List.of(Quant.of(0.4f, 2)),
          d ->
              List.of(
                  draw.quantized(d, CaseList.COARSE, 1, 4, 3, 2),
                  draw.quantized(d, CaseList.CENTERED, 3, 2, 3, 2)));
    }
    to.typed(
        new Contract.ConvTranspose(List.of(2), Padding.SAME, List.of(1), Shape.of(7), NONE),
        d -> List.of(unit(d, 2, 4, 2), unit(d, 3, 3, 2)));
    for (Activation activation : Activation.values()) {
      to.typed(
          new Contract.ConvTranspose(twos, Padding.SAME, twos, Shape.of(7, 6), activation),
          d -> List.of(unit(d, 1, 4, 3, 2), unit(d, 3, 3, 3, 2), unit(d, 3)));
    }
  }

  private void pools() {
    List<Padding> paddings =
        List.of(Padding.VALID, Padding.SAME, Padding.explicit(List.of(1, 0), List.of(0, 1)));
    for (Padding padding : paddings) {
      for (Reduce.Kind kind : List.of(Reduce.Kind.MAX, Reduce.Kind.MEAN)) {
        Op op = new Contract.Pool(kind, List.of(2, 3), List.of(2, 1), padding, NONE);
        to.typed(op, d -> List.of(unit(d, 1, 5, 6, 2)));
        to.unusual(op, unit(DType.F32, 2, 13, 15, 19));
        to.unusual(op, unit(DType.F32, 1, 13, 15, 32));
        to.unusual(op, draw.singular(DType.F32, 1, 6, 7, 17));
        to.quantized(op, List.of(), d -> List.of(draw.quantized(d, CaseList.COARSE, 1, 5, 6, 2)));
      }
      to.unusual(
          new Contract.Pool(Reduce.Kind.MAX, List.of(2, 3), List.of(2, 1), padding, NONE),
          draw.special(DType.F32, 1, 6, 7, 17));
      to.typed(
          new Contract.PoolArgMax(List.of(2, 3), List.of(2, 1), padding),
          d -> List.of(unit(d, 1, 5, 6, 2)));
    }
    to.unusual(
        new Contract.PoolArgMax(List.of(2, 2), List.of(1, 1), Padding.VALID),
        draw.singular(DType.F32, 1, 6, 7, 17));
    for (Reduce.Kind kind : List.of(Reduce.Kind.MAX, Reduce.Kind.MEAN)) {
      for (Activation activation : Activation.values()) {
        to.typed(
            new Contract.Pool(kind, List.of(2), List.of(2), Padding.SAME, activation),
            d -> List.of(unit(d, 2, 7, 3)));
      }
      to.typed(
          new Contract.Pool(
              kind, List.of(2, 1, 2), List.of(1, 1, 2), Padding.VALID, Activation.RELU),
          d -> List.of(unit(d, 1, 3, 2, 5, 2)));
    }
  }

  private void attention() {
    for (boolean causal : new boolean[] {false, true}) {
      Op op = new Contract.Attention(0.5f, causal);
      to.typed(op, d -> List.of(unit(d, 3, 4), unit(d, 5, 4), unit(d, 5, 2)));
      to.typed(
          op, d -> List.of(unit(d, 2, 3, 4), unit(d, 1, 5, 4), unit(d, 2, 5, 2), unit(d, 3, 5)));
      to.typed(op, d -> List.of(unit(d, 0, 4), unit(d, 5, 4), unit(d, 5, 2)));
      to.unusual(
          op,
          unit(DType.F32, 2, 33, 16),
          unit(DType.F32, 2, 40, 16),
          unit(DType.F32, 2, 40, 24),
          unit(DType.F32, 33, 40));
    }
  }
}
