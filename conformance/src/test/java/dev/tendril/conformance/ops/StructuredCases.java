package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Structured.Resize.Method;
import dev.tendril.core.op.Trees;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Cases of [Structured], but for graphs within graphs, and of [Custom].
final class StructuredCases {
  private final CaseList to;
  private final Draw draw;

  private StructuredCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    StructuredCases cases = new StructuredCases(to);
    cases.softmax();
    cases.norms();
    cases.resize();
    cases.recurrent();
    cases.svdf();
    cases.spectra();
    cases.filter();
    cases.trees();
    cases.random();
  }

  static void addCustomTo(CaseList to) {
    to.add(
        new Custom("affine", Map.of("scale", "2", "shift", "-1")), to.draw.usual(DType.F32, 3, 4));
    to.add(new Custom("affine", Map.of()), to.draw.usual(DType.F64, 0));
  }

  private void softmax() {
    for (int axis : new int[] {0, 1, -1}) {
      for (Op op :
          List.of(
              new Structured.Softmax(axis, 1),
              new Structured.Softmax(axis, 0.5f),
              new Structured.LogSoftmax(axis),
              new Structured.L2Normalize(axis, 1e-6f))) {
        to.typed(op, Domain.USUAL, 3, 4, 5);
        to.typed(op, Domain.USUAL, 2, 0);
        to.unusual(op, draw.tensor(DType.F32, new Domain(-50, 50), 31, 67));
        to.unusual(op, draw.special(DType.F32, 5, 6));
      }
      for (DType dtype : List.of(DType.I8, DType.U8)) {
        int least = (int) dtype.min();
        Tensor x = draw.quantized(dtype, CaseList.COARSE, 3, 9);
        to.quantizedCase(new Structured.Softmax(axis, 1), List.of(Quant.of(1 / 256f, least)), x);
        to.quantizedCase(
            new Structured.LogSoftmax(axis), List.of(Quant.of(1 / 16f, least + 255)), x);
        to.quantizedCase(
            new Structured.L2Normalize(axis, 1e-6f), List.of(Quant.of(1 / 128f, least + 128)), x);
      }
      to.quantizedCase(
          new Structured.Softmax(axis, 1, true),
          List.of(Quant.of(1 / 65536f, Short.MIN_VALUE)),
          draw.quantized(DType.I8, CaseList.COARSE, 3, 9));
    }
  }

  private Tensor unit(DType dtype, int... dims) {
    return draw.tensor(dtype, Domain.UNIT, dims);
  }

  private void norms() {
    to.typed(
        new Structured.LayerNorm(1, 1e-3f), d -> List.of(unit(d, 3, 5), unit(d, 5), unit(d, 5)));
    to.typed(
        new Structured.LayerNorm(2, 1e-3f),
        d -> List.of(unit(d, 2, 3, 4), unit(d, 3, 4), unit(d, 3, 4)));
    to.unusual(
        new Structured.LayerNorm(1, 1e-5f),
        unit(DType.F32, 17, 133),
        unit(DType.F32, 133),
        unit(DType.F32, 133));
    for (int[] dims : new int[][] {{2, 3, 4}, {0, 4}, {4}}) {
      to.typed(
          new Structured.BatchNorm(1e-3f),
          d ->
              List.of(
                  unit(d, dims),
                  unit(d, 4),
                  draw.tensor(d, Domain.POSITIVE, 4),
                  unit(d, 4),
                  unit(d, 4)));
    }
    to.unusual(
        new Structured.BatchNorm(1e-3f),
        unit(DType.F32, 9, 11, 37),
        unit(DType.F32, 37),
        draw.tensor(DType.F32, Domain.POSITIVE, 37),
        unit(DType.F32, 37),
        unit(DType.F32, 37));
    for (int radius : new int[] {0, 2, 9}) {
      Op op = new Structured.LocalResponseNorm(radius, 1, 0.3f, 0.75f);
      to.typed(op, Domain.USUAL, 2, 6);
      to.typed(op, Domain.USUAL, 2, 0, 3);
      to.unusual(op, draw.usual(DType.F32, 7, 65));
    }
  }

  private void resize() {
    for (Method method : Method.values()) {
      for (int mode = 0; mode < 3; mode++) {
        for (int[] size : new int[][] {{7, 3}, {2, 6}, {1, 1}}) {
          Op op = new Structured.Resize(method, size[0], size[1], mode == 1, mode == 2);
          to.typed(op, Domain.USUAL, 1, 4, 5, 2);
          to.quantized(op, List.of(), d -> List.of(draw.quantized(d, CaseList.COARSE, 1, 4, 5, 2)));
        }
        to.unusual(
            new Structured.Resize(method, 29, 17, mode == 1, mode == 2),
            draw.usual(DType.F32, 2, 13, 21, 3));
      }
    }
    to.typed(new Structured.Resize(Method.BILINEAR, 3, 3, false, false), Domain.USUAL, 0, 2, 2, 1);
  }

  private void recurrent() {
    for (int[] size : new int[][] {{3, 2, 4, 3}, {1, 1, 1, 1}, {0, 2, 3, 2}, {2, 0, 3, 2}}) {
      int time = size[0];
      int batch = size[1];
      int inputs = size[2];
      int units = size[3];
      to.typed(
          new Structured.Lstm(),
          d ->
              List.of(
                  unit(d, time, batch, inputs),
                  unit(d, 4 * units, inputs),
                  unit(d, 4 * units, units),
                  unit(d, 4 * units),
                  unit(d, batch, units),
                  unit(d, batch, units)));
      for (boolean after : new boolean[] {false, true}) {
        to.typed(
            new Structured.Gru(after),
            d ->
                List.of(
                    unit(d, time, batch, inputs),
                    unit(d, 3 * units, inputs),
                    unit(d, 3 * units, units),
                    unit(d, 6 * units),
                    unit(d, batch, units)));
      }
    }
    to.unusual(
        new Structured.Lstm(),
        unit(DType.F32, 5, 3, 40),
        unit(DType.F32, 80, 40),
        unit(DType.F32, 80, 20),
        unit(DType.F32, 80),
        unit(DType.F32, 3, 20),
        unit(DType.F32, 3, 20));
    to.unusual(
        new Structured.Gru(true),
        unit(DType.F32, 5, 3, 40),
        unit(DType.F32, 60, 40),
        unit(DType.F32, 60, 20),
        unit(DType.F32, 120),
        unit(DType.F32, 3, 20));
  }

  private void svdf() {
    for (Activation activation : Activation.values()) {
      to.typed(
          new Structured.Svdf(2, activation),
          d -> List.of(unit(d, 2, 5), unit(d, 6, 5), unit(d, 6, 4), unit(d, 3), unit(d, 2, 24)));
    }
    to.typed(
        new Structured.Svdf(1, Activation.NONE),
        d -> List.of(unit(d, 1, 3), unit(d, 2, 3), unit(d, 2, 1), unit(d, 2), unit(d, 1, 2)));
    Quant state = Quant.of(0.001f, 0);
    to.quantizedCase(
        new Structured.Svdf(2, Activation.RELU),
        Arrays.asList(Quant.of(0.02f, -128), null),
        draw.quantized(DType.I8, CaseList.COARSE, 2, 5),
        draw.quantized(DType.I8, CaseList.CENTERED, 6, 5),
        draw.quantized(DType.I16, CaseList.CENTERED, 6, 4),
        draw.usual(DType.I32, 3),
        draw.quantized(DType.I16, state, 2, 24));
  }

  private void spectra() {
    for (boolean inverse : new boolean[] {false, true}) {
      for (int length : new int[] {1, 2, 5, 8, 12, 13}) {
        to.typed(new Structured.Fft(inverse), Domain.USUAL, 3, length, 2);
        int half = length / 2 + 1;
        int[] dims = inverse ? new int[] {2, half, 2} : new int[] {2, length};
        to.typed(new Structured.RealFft(length, inverse), Domain.USUAL, dims);
      }
      to.unusual(new Structured.Fft(inverse), draw.usual(DType.F32, 2, 128, 2));
      to.unusual(new Structured.Fft(inverse), draw.usual(DType.F64, 97, 2));
    }
    to.typed(new Structured.RealFft(9, false), Domain.USUAL, 2, 5);
    to.typed(new Structured.RealFft(4, false), Domain.USUAL, 7);
    to.typed(new Structured.Fft(false), Domain.USUAL, 0, 4, 2);
  }

  private void filter() {
    for (int axis : new int[] {0, 1, -1}) {
      to.typed(
          new Structured.LinearFilter(axis),
          d ->
              d.isFloat()
                  ? List.of(
                      draw.usual(d, 6, 3),
                      unit(d, 3),
                      Tensor.of(TensorType.of(d, 3), 1.5, -0.4, 0.25))
                  : List.of(draw.usual(d, 6, 3), draw.usual(d, 3), draw.usual(d, 3)));
    }
    to.typed(
        new Structured.LinearFilter(0),
        d -> List.of(draw.usual(d, 0), draw.usual(d, 2), draw.tensor(d, Domain.POSITIVE, 1)));
    to.unusual(
        new Structured.LinearFilter(1),
        draw.usual(DType.F32, 3, 200),
        unit(DType.F32, 1),
        Tensor.of(TensorType.of(DType.F32, 2), 2, -0.9));
  }

  private void trees() {
    to.add(new Structured.TreeEnsemble(new Stumps()), draw.usual(DType.F32, 7, 3));
    to.add(new Structured.TreeEnsemble(new Stumps()), draw.usual(DType.F32, 0, 3));
    to.unusual(new Structured.TreeEnsemble(new Stumps()), draw.special(DType.F32, 500, 3));
  }

  private void random() {
    for (Structured.Random.Distribution distribution : Structured.Random.Distribution.values()) {
      for (List<Integer> shape : List.of(List.of(5), List.of(0, 3), List.<Integer>of())) {
        to.add(
            new Structured.Random(distribution, shape),
            Tensor.of(new long[] {draw.between(0, 1000), draw.between(-5, 5)}, 2));
      }
      to.unusual(
          new Structured.Random(distribution, List.of(37, 21)),
          Tensor.of(new long[] {Long.MIN_VALUE, -1}, 2));
    }
  }

  /// Trees of one question each.
  private static final class Stumps implements Trees {
    @Override
    public int features() {
      return 3;
    }

    @Override
    public int outputs() {
      return 2;
    }

    @Override
    public int trees() {
      return 2;
    }

    @Override
    public void predict(float[] rows, int count, float[] out) {
      for (int i = 0; i < count; i++) {
        out[2 * i] = rows[3 * i] >= 0.5f ? 1 : -2;
        out[2 * i + 1] = rows[3 * i + 2] >= -1 ? 0.25f : 4;
      }
    }
  }
}
