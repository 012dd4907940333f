package dev.tendril.core.kernel;

import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Structured;
import java.lang.foreign.MemorySegment;

/// What resizing images means, bit for bit as TensorFlow Lite's reference. Where a pixel of the
/// result lies in the operand is computed in 32-bit floats; for bilinear I8 and I16 in fixed point
/// with 10 bits of fraction.
final class ResizeKernels {
  private static final int ONE = ResizePlace.ONE;

  private ResizeKernels() {}

  static void resize(Structured.Resize op, Tensor x, Tensor result) {
    PoolKernels.same(x, result);
    switch (op.method()) {
      case NEAREST -> nearest(op, x, result);
      case BILINEAR -> {
        ResizePlace[] rows = ResizePlace.between(op, x.dtype(), x.shape().dim(1), op.height());
        ResizePlace[] columns = ResizePlace.between(op, x.dtype(), x.shape().dim(2), op.width());
        bilinear(rows, columns, x, result);
      }
    }
  }

  private static void nearest(Structured.Resize op, Tensor x, Tensor result) {
    Shape shape = x.shape();
    int channels = shape.dim(3);
    MemorySegment from = x.memory();
    MemorySegment to = result.memory();
    long index = 0;
    for (int n = 0; n < shape.dim(0); n++) {
      for (int row = 0; row < op.height(); row++) {
        int y = ResizePlace.nearest(op, row, shape.dim(1), op.height());
        for (int column = 0; column < op.width(); column++) {
          int at = ResizePlace.nearest(op, column, shape.dim(2), op.width());
          long first = (((long) n * shape.dim(1) + y) * shape.dim(2) + at) * channels;
          for (int c = 0; c < channels; c++, index++) {
            if (x.dtype().isFloat()) {
              double value = Elements.getDouble(from, x.dtype(), first + c);
              Elements.setDouble(to, x.dtype(), index, value);
            } else {
              Elements.setLong(to, x.dtype(), index, Elements.getLong(from, x.dtype(), first + c));
            }
          }
        }
      }
    }
  }

  private static void bilinear(ResizePlace[] rows, ResizePlace[] columns, Tensor x, Tensor result) {
    Shape shape = x.shape();
    int width = shape.dim(2);
    int channels = shape.dim(3);
    double[] values = x.toDoubleArray();
    MemorySegment memory = result.memory();
    long index = 0;
    for (int n = 0; n < shape.dim(0); n++) {
      for (ResizePlace row : rows) {
        int low = (n * shape.dim(1) + row.low()) * width;
        int high = (n * shape.dim(1) + row.high()) * width;
        for (ResizePlace column : columns) {
          for (int c = 0; c < channels; c++, index++) {
            double a = values[(low + column.low()) * channels + c];
            double b = values[(high + column.low()) * channels + c];
            double d = values[(low + column.high()) * channels + c];
            double e = values[(high + column.high()) * channels + c];
            switch (x.dtype()) {
              case I8, I16 ->
                  Elements.setLong(memory, x.dtype(), index, fixed(row, column, a, b, d, e));
              case U8 -> Elements.setLong(memory, x.dtype(), index, whole(row, column, a, b, d, e));
              case F32, F16, BF16, F64, I4, U16, I32, U32, I64, BOOL ->
                  Elements.setDouble(memory, x.dtype(), index, mix(row, column, a, b, d, e));
            }
          }
        }
      }
    }
  }

  private static double mix(
      ResizePlace row, ResizePlace column, double a, double b, double d, double e) {
    float y = row.part();
    float x = column.part();
    return a * (1 - y) * (1 - x) + b * y * (1 - x) + d * (1 - y) * x + e * y * x;
  }

  /// In 32-bit floats, a half added, and cut.
  private static long whole(
      ResizePlace row, ResizePlace column, double a, double b, double d, double e) {
    float y = row.part();
    float x = column.part();
    float mixed =
        ((float) a) * (1 - y) * (1 - x)
            + ((float) b) * y * (1 - x)
            + ((float) d) * (1 - y) * x
            + ((float) e) * y * x
            + 0.5f;
    return (long) mixed;
  }

  /// In fixed point, rounded to the nearest, ties away from zero.
  private static long fixed(
      ResizePlace row, ResizePlace column, double a, double b, double d, double e) {
    long y = (long) row.part();
    long x = (long) column.part();
    long mixed =
        ((long) a) * (ONE - y) * (ONE - x)
            + ((long) b) * y * (ONE - x)
            + ((long) d) * (ONE - y) * x
            + ((long) e) * y * x;
    long half = 1L << 19;
    return (mixed + (mixed > 0 ? half : -half)) / (1L << 20);
  }
}
