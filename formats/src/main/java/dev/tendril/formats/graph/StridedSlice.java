package dev.tendril.formats.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.List;

/// Slices as NumPy has them: steps may be negative, axes may be left out by an ellipsis, added, and
/// taken away where one element is picked. Masks say which of it holds for which entry.
public final class StridedSlice {
  private final Shape shape;
  private final List<Integer> begin = new ArrayList<>();
  private final List<Integer> end = new ArrayList<>();
  private final List<Integer> step = new ArrayList<>();
  private final List<Integer> reversed = new ArrayList<>();
  private final List<Integer> result = new ArrayList<>();

  private StridedSlice(Shape shape) {
    this.shape = shape;
  }

  /// Which entries are not what they say, one bit each: begins and ends that are the border, an
  /// ellipsis, new axes, axes of which one element is picked.
  ///
  /// @param offset whether ends count from the begins
  public record Masks(int begin, int end, int ellipsis, int added, int picked, boolean offset) {}

  /// The slice as ops.
  ///
  /// @throws FormatException when it has no meaning
  public static Value of(OpSink sink, Value x, int[] begins, int[] ends, int[] steps, Masks masks) {
    StridedSlice slice = new StridedSlice(x.type().shape());
    slice.entries(begins, ends, steps, masks);
    Value value = x;
    if (!slice.reversed.isEmpty()) {
      value = sink.add(new Move.Reverse(slice.reversed), value);
    }
    value = sink.add(new Move.Slice(slice.begin, slice.end, slice.step), value);
    Shape taken = Shape.of(slice.result);
    return value.type().shape().equals(taken) ? value : sink.add(new Move.Reshape(taken), value);
  }

  private void entries(int[] begins, int[] ends, int[] steps, Masks masks) {
    if (begins.length != ends.length || begins.length != steps.length || begins.length > 30) {
      throw new FormatException(
          begins.length + " begins, " + ends.length + " ends, " + steps.length + " steps");
    }
    int ellipsis = masks.ellipsis();
    int added = masks.added() & ~ellipsis;
    int taken = begins.length;
    int named = 0;
    for (int i = 0; i < taken; i++) {
      named += ((ellipsis | added) >> i & 1) == 0 ? 1 : 0;
    }
    int left = shape.rank() - named;
    if (left < 0) {
      throw new FormatException("a slice of " + named + " axes of " + shape);
    }
    boolean open = false;
    for (int i = 0; i < taken; i++) {
      if ((ellipsis >> i & 1) != 0) {
        open = true;
        for (int k = 0; k < left; k++) {
          whole();
        }
      } else if ((added >> i & 1) != 0) {
        result.add(1);
      } else {
        entry(i, begins[i], ends[i], steps[i], masks);
      }
    }
    while (!open && begin.size() < shape.rank()) {
      whole();
    }
  }

  private void whole() {
    result.add(shape.dim(begin.size()));
    begin.add(0);
    end.add(Move.Slice.END);
    step.add(1);
  }

  private void entry(int i, int from, int to, int by, Masks masks) {
    int axis = begin.size();
    int extent = shape.dim(axis);
    if (by == 0 || extent < 0) {
      throw new FormatException("a step of " + by + " along an extent of " + extent);
    }
    if ((masks.picked() >> i & 1) != 0) {
      int at = from < 0 ? from + extent : from;
      if (at < 0 || at >= extent) {
        throw new FormatException("index " + from + " along axis " + axis + " of " + shape);
      }
      begin.add(at);
      end.add(at + 1);
      step.add(1);
      return;
    }
    boolean forward = by > 0;
    long first = place(from, extent, forward);
    long last = place(masks.offset() ? from + (long) to : to, extent, forward);
    if ((masks.begin() >> i & 1) != 0) {
      first = forward ? 0 : extent - 1;
    }
    if ((masks.end() >> i & 1) != 0) {
      last = forward ? extent : -1;
    }
    if (!forward) {
      reversed.add(axis);
      first = extent - 1 - first;
      last = extent - 1 - last;
    }
    int width = Math.abs(by);
    int count = last <= first ? 0 : (int) ((last - first - 1) / width + 1);
    begin.add((int) first);
    end.add((int) Math.max(last, first));
    step.add(width);
    result.add(count);
  }

  /// A place within an axis, or its border on the side that the step comes from or goes to.
  private static long place(long place, int extent, boolean forward) {
    long at = place < 0 ? place + extent : place;
    return forward ? Math.clamp(at, 0, extent) : Math.clamp(at, -1, extent - 1);
  }
}
