package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.op.Structured;
import dev.tendril.formats.FormatException;

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
}
