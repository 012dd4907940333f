package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.op.Structured;

/// Where a pixel of a resized image lies along an axis of the operand.
///
/// @param low the pixel before it
/// @param high the pixel after it
/// @param part how far it is from the first, in pixels, or in 1024ths of them
public record ResizePlace(int low, int high, float part) {
  /// A pixel, in fixed point.
  public static final int ONE = 1 << 10;

  /// Those of all pixels of the result.
  ///
  /// @param dtype I8 and I16 are computed in fixed point
  /// @param extent of the operand along the axis
  /// @param wanted of the result
  public static ResizePlace[] between(Structured.Resize op, DType dtype, int extent, int wanted) {
    boolean whole = dtype == DType.I8 || dtype == DType.I16;
    ResizePlace[] places = new ResizePlace[wanted];
    for (int i = 0; i < wanted; i++) {
      places[i] = whole ? fixed(op, i, extent, wanted) : real(op, i, extent, wanted);
    }
    return places;
  }

  private static float scale(Structured.Resize op, int extent, int wanted) {
    return op.alignCorners() && wanted > 1
        ? (extent - 1) / (float) (wanted - 1)
        : extent / (float) wanted;
  }

  /// The pixel of the operand that a pixel of the result is.
  ///
  /// @param extent of the operand along the axis
  /// @param wanted of the result
  public static int nearest(Structured.Resize op, int index, int extent, int wanted) {
    float place = (index + (op.halfPixelCenters() ? 0.5f : 0)) * scale(op, extent, wanted);
    double near = op.alignCorners() ? FixedPoint.roundHalfAway(place) : Math.floor(place);
    return Math.clamp((long) near, 0, extent - 1);
  }

  private static ResizePlace real(Structured.Resize op, int index, int extent, int wanted) {
    float scale = scale(op, extent, wanted);
    float place = op.halfPixelCenters() ? (index + 0.5f) * scale - 0.5f : index * scale;
    int low = Math.clamp((long) Math.floor(place), 0, extent - 1);
    int high = Math.clamp((long) Math.ceil(place), 0, extent - 1);
    return new ResizePlace(low, high, place - low);
  }

  private static ResizePlace fixed(Structured.Resize op, int index, int extent, int wanted) {
    long scale =
        op.alignCorners() && wanted > 1
            ? ((long) ONE * (extent - 1) + (wanted - 1) / 2) / (wanted - 1)
            : ((long) ONE * extent + wanted / 2) / wanted;
    long place = index * scale + (op.halfPixelCenters() ? scale / 2 - ONE / 2 : 0);
    int low = Math.clamp(place / ONE, 0, extent - 1);
    int high = Math.clamp((place + ONE - 1) / ONE, 0, extent - 1);
    return new ResizePlace(low, high, place - (long) ONE * low);
  }
}
