package dev.tendril.core.op;

import java.util.Collections;
import java.util.List;

/// How a window reaches beyond the borders of what it slides over.
///
/// @param kind by which rule
/// @param before zeros before the first element along each spatial axis, where the kind is
///     [Kind#EXPLICIT]
/// @param after zeros after the last element, likewise
public record Padding(Kind kind, List<Integer> before, List<Integer> after) {
  /// Rules of padding.
  public enum Kind {
    /// The window stays inside.
    VALID,
    /// As many as make the result's extent `ceil(extent / stride)`; the odd one goes after.
    SAME,
    EXPLICIT
  }

  public static final Padding VALID = new Padding(Kind.VALID, List.of(), List.of());
  public static final Padding SAME = new Padding(Kind.SAME, List.of(), List.of());

  public Padding {
    before = List.copyOf(before);
    after = List.copyOf(after);
    Op.same("padding", before, after);
  }

  public static Padding explicit(List<Integer> before, List<Integer> after) {
    return new Padding(Kind.EXPLICIT, before, after);
  }

  /// As much on all sides.
  public static Padding all(int axes, int padding) {
    return explicit(Collections.nCopies(axes, padding), Collections.nCopies(axes, padding));
  }

  /// What is added before the first element along an axis.
  public int before(int axis, int extent, int window, int stride, int dilation) {
    return switch (kind) {
      case VALID -> 0;
      case SAME -> total(extent, window, stride, dilation) / 2;
      case EXPLICIT -> before.get(axis);
    };
  }

  /// What is added after the last element along an axis.
  public int after(int axis, int extent, int window, int stride, int dilation) {
    return switch (kind) {
      case VALID -> 0;
      case SAME -> {
        int total = total(extent, window, stride, dilation);
        yield total - total / 2;
      }
      case EXPLICIT -> after.get(axis);
    };
  }

  /// The number of places of the window along an axis; 0 or less when it does not fit.
  public int places(int axis, int extent, int window, int stride, int dilation) {
    int reach = (window - 1) * dilation + 1;
    return switch (kind) {
      case SAME -> Math.ceilDiv(extent, stride);
      case VALID -> Math.floorDiv(extent - reach, stride) + 1;
      case EXPLICIT ->
          Math.floorDiv(extent + before.get(axis) + after.get(axis) - reach, stride) + 1;
    };
  }

  private static int total(int extent, int window, int stride, int dilation) {
    int reach = (window - 1) * dilation + 1;
    return Math.max(0, (Math.ceilDiv(extent, stride) - 1) * stride + reach - extent);
  }
}
