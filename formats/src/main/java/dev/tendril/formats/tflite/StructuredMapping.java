package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;
import java.util.Map;
import java.util.stream.IntStream;

/// Normalizations and resampling.
final class StructuredMapping {
  /// The square of the least norm that the format divides by.
  private static final float L2_EPSILON = 1e-12f;

  private StructuredMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "SOFTMAX" ->
          op.give(
              op.add(
                  new Structured.Softmax(
                      -1,
                      op.options().real("beta"),
                      op.dtype(0) == DType.I8 && op.result(0).type() == ElementType.INT16),
                  op.in(0)));
      case "LOG_SOFTMAX" -> op.give(op.add(new Structured.LogSoftmax(-1), op.in(0)));
      case "L2_NORMALIZATION" ->
          op.give(
              op.activate(
                  op.add(new Structured.L2Normalize(-1, L2_EPSILON), op.in(0)), op.activation()));
      case "LOCAL_RESPONSE_NORMALIZATION" ->
          op.give(
              op.add(
                  new Structured.LocalResponseNorm(
                      op.options().integer("radius"),
                      op.options().real("bias"),
                      op.options().real("alpha"),
                      op.options().real("beta")),
                  op.in(0)));
      case "RESIZE_BILINEAR" -> resize(op, Structured.Resize.Method.BILINEAR);
      case "RESIZE_NEAREST_NEIGHBOR" -> resize(op, Structured.Resize.Method.NEAREST);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void resize(OperatorImport op, Structured.Resize.Method method) {
    int[] size = op.ints(1, "the size of the result");
    if (size.length != 2) {
      throw new FormatException("a size of " + size.length + " extents; expected height and width");
    }
    op.give(
        op.add(
            new Structured.Resize(
                method,
                size[0],
                size[1],
                op.options().flag("align_corners"),
                op.options().flag("half_pixel_centers")),
            op.in(0)));
  }

  static void write(OperatorExport op, Structured structured) {
    switch (structured) {
      case Structured.Softmax softmax ->
          lastAxis(
              op,
              softmax.axis(),
              (x, type) -> op.apply("SOFTMAX", Map.of("beta", softmax.beta()), type, x));
      case Structured.LogSoftmax softmax ->
          lastAxis(op, softmax.axis(), (x, type) -> op.apply("LOG_SOFTMAX", type, x));
      case Structured.L2Normalize normalize ->
          lastAxis(op, normalize.axis(), (x, type) -> normalize(op, normalize.epsilon(), x, type));
      case Structured.LayerNorm norm -> layerNorm(op, norm);
      case Structured.BatchNorm norm -> batchNorm(op, norm);
      case Structured.LocalResponseNorm norm ->
          op.give(
              op.apply(
                  "LOCAL_RESPONSE_NORMALIZATION",
                  OperatorExport.options(
                      "radius",
                      norm.radius(),
                      "bias",
                      norm.bias(),
                      "alpha",
                      norm.alpha(),
                      "beta",
                      norm.beta()),
                  op.out(),
                  op.in(0)));
      case Structured.Resize resize ->
          op.give(
              op.apply(
                  resize.method() == Structured.Resize.Method.BILINEAR
                      ? "RESIZE_BILINEAR"
                      : "RESIZE_NEAREST_NEIGHBOR",
                  OperatorExport.options(
                      "align_corners", resize.alignCorners(),
                      "half_pixel_centers", resize.halfPixelCenters()),
                  op.out(),
                  op.in(0),
                  op.ints(resize.height(), resize.width())));
      case Structured.Svdf svdf -> RecurrentMapping.write(op, svdf);
      case Structured.Body body -> BodyMapping.write(op, body);
      case Structured.Lstm _,
          Structured.Gru _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.Random _ ->
          throw op.refusal("an op that the format has not");
    }
  }

  /// An operator that works along the last axis, with the axis brought there and back.
  private static void lastAxis(OperatorExport op, int axis, Along along) {
    Shape shape = op.shape(0);
    int at = shape.axis(axis);
    int last = shape.rank() - 1;
    if (at == last) {
      op.give(along.apply(op.in(0), op.out()));
      return;
    }
    int[] order = IntStream.rangeClosed(0, last).toArray();
    order[at] = last;
    order[last] = at;
    Shape swapped = shape.with(at, shape.dim(last)).with(last, shape.dim(at));
    int swap = op.ints(order);
    int moved = op.apply("TRANSPOSE", op.type(0).with(swapped), op.in(0), swap);
    int result = along.apply(moved, op.out().with(swapped));
    op.give(op.apply("TRANSPOSE", op.out(), result, swap));
  }

  private interface Along {
    int apply(int x, TensorType type);
  }

  private static int normalize(OperatorExport op, float epsilon, int x, TensorType type) {
    if (type.quant() != null || epsilon == L2_EPSILON) {
      return op.apply("L2_NORMALIZATION", type, x);
    }
    TensorType one = type.with(type.shape().with(-1, 1));
    int sum =
        op.apply(
            "SUM",
            OperatorExport.options("keep_dims", true),
            one,
            op.apply("SQUARE", type, x),
            op.ints(type.shape().rank() - 1));
    int least = op.apply("MAXIMUM", one, sum, op.scalar(DType.F32, epsilon));
    return op.apply("MUL", type, x, op.apply("RSQRT", one, least));
  }

  private static void layerNorm(OperatorExport op, Structured.LayerNorm norm) {
    TensorType type = op.type(0);
    int rank = type.shape().rank();
    Shape reduced = type.shape();
    int[] axes = new int[norm.axes()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = rank - norm.axes() + i;
      reduced = reduced.with(axes[i], 1);
    }
    TensorType one = type.with(reduced);
    Map<String, Object> keep = OperatorExport.options("keep_dims", true);
    int along = op.ints(axes);
    int mean = op.apply("MEAN", keep, one, op.in(0), along);
    int centered = op.apply("SUB", type, op.in(0), mean);
    int variance = op.apply("MEAN", keep, one, op.apply("SQUARE", type, centered), along);
    int safe = op.apply("ADD", one, variance, op.scalar(DType.F32, norm.epsilon()));
    int normal = op.apply("MUL", type, centered, op.apply("RSQRT", one, safe));
    int scaled = op.apply("MUL", type, normal, op.in(1));
    op.give(op.apply("ADD", type, scaled, op.in(2)));
  }

  private static void batchNorm(OperatorExport op, Structured.BatchNorm norm) {
    TensorType type = op.type(0);
    TensorType channel = op.type(1);
    int safe = op.apply("ADD", channel, op.in(2), op.scalar(DType.F32, norm.epsilon()));
    int scale = op.apply("MUL", channel, op.apply("RSQRT", channel, safe), op.in(3));
    int centered = op.apply("SUB", type, op.in(0), op.in(1));
    op.give(op.apply("ADD", type, op.apply("MUL", type, centered, scale), op.in(4)));
  }
}
