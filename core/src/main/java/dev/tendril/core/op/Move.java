package dev.tendril.core.op;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import java.util.List;

/// Ops that put elements elsewhere and leave them as they are. A quantized operand's result is
/// quantized alike.
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
  record Broadcast(Shape shape) implements Move {
    @Override
    public String name() {
      return "broadcast";
    }
  }

  /// Every `step`-th element from `begin` to `end`, exclusively, along each axis.
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

    @Override
    public String name() {
      return "slice";
    }
  }

  /// More elements before and after, along each axis.
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

  /// Any number of operands, one after the other along an axis.
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
