package dev.tendril.core.op;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import java.util.List;

/// Ops that put elements elsewhere and leave them as they are. A quantized operand's result is
/// quantized alike; scales along an axis go with the axis, and where it does not stay whole that is
/// a [dev.tendril.core.DTypeException].
public sealed interface Move extends Op {
  /// The same elements in the same order with another shape.
  ///
  /// @param shape one extent may be [Shape#ANY]: the one that makes the number of elements equal
  record Reshape(Shape shape) implements Move {
    @Override
    public String name() {
      return "reshape";
    }
  }

  /// Axis `i` of the result is axis `axes[i]` of the operand.
  record Transpose(List<Integer> axes) implements Move {
    public Transpose {
      axes = List.copyOf(axes);
    }

    @Override
    public String name() {
      return "transpose";
    }
  }

  /// Stretches extents of 1, and adds axes in front.
  ///
  /// @param shape extents that are [Shape#ANY] stay what they are
  record Broadcast(Shape shape) implements Move {
    @Override
    public String name() {
      return "broadcast";
    }
  }

  /// Every `step`-th element from `begin` to `end`, exclusively, along each axis. Places below 0
  /// count from the end; those beyond the axis mean its border.
  ///
  /// @param end [#END] for as far as the axis goes
  /// @param step 1 or more
  record Slice(List<Integer> begin, List<Integer> end, List<Integer> step) implements Move {
    public static final int END = Integer.MAX_VALUE;

    public Slice {
      begin = List.copyOf(begin);
      end = List.copyOf(end);
      step = List.copyOf(step);
      Op.same("slice", begin, end);
      Op.same("slice", begin, step);
      if (step.stream().anyMatch(s -> s < 1)) {
        throw new TensorException("slice with steps " + step + "; expected 1 or more");
      }
    }

    /// The place of the first element along an axis of a shape.
    public int first(int axis, Shape shape) {
      return place(begin.get(axis), shape.dim(axis));
    }

    /// The number of elements that are taken along an axis of a shape.
    public int extent(int axis, Shape shape) {
      int length = place(end.get(axis), shape.dim(axis)) - first(axis, shape);
      return length <= 0 ? 0 : (length - 1) / step.get(axis) + 1;
    }

    private static int place(int place, int extent) {
      return place < 0 ? Math.max(place + extent, 0) : Math.min(place, extent);
    }

    @Override
    public String name() {
      return "slice";
    }
  }

  /// More elements before and after, along each axis; none are taken away. Mirrored elements are
  /// those of one copy: not more than there are.
  ///
  /// @param value what the new elements are, where the mode is [Mode#CONSTANT]; of a quantized
  ///     operand, the real number
  record Pad(List<Integer> before, List<Integer> after, Mode mode, double value) implements Move {
    /// Where new elements come from.
    public enum Mode {
      CONSTANT,
      /// The nearest element.
      EDGE,
      /// Mirrored at the outermost element, which is not repeated.
      REFLECT,
      /// Mirrored beyond the outermost element, which is repeated.
      SYMMETRIC
    }

    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
      Op.same("pad", before, after);
    }

    @Override
    public String name() {
      return "pad";
    }
  }

  /// One or more operands, one after the other along an axis. Operands that are quantized
  /// differently are quantized again as the node says.
  record Concat(int axis) implements Move {
    @Override
    public String name() {
      return "concat";
    }
  }

  /// The other way round along axes.
  record Reverse(List<Integer> axes) implements Move {
    public Reverse {
      axes = List.copyOf(axes);
    }

    @Override
    public String name() {
      return "reverse";
    }
  }

  /// Repeats the whole along each axis.
  record Tile(List<Integer> repeats) implements Move {
    public Tile {
      repeats = List.copyOf(repeats);
    }

    @Override
    public String name() {
      return "tile";
    }
  }

  /// `[n, h, w, c]` to `[n, h/b, w/b, b·b·c]`, and back where `inverse`.
  record SpaceToDepth(int block, boolean inverse) implements Move {
    @Override
    public String name() {
      return "space_to_depth";
    }
  }
}
