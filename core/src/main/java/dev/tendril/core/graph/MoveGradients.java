package dev.tendril.core.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Move;
import java.util.List;
import java.util.stream.IntStream;

/// The gradients of [Move]: elements go back to where they came from; those that went to several
/// places are summed.
final class MoveGradients {
  private MoveGradients() {}

  static void apply(Move op, Backward b) {
    Formula f = b.f;
    Shape shape = b.shape(0);
    Value dy = b.dy();
    switch (op) {
      case Move.Reshape _ -> b.give(0, f.reshape(dy, shape));
      case Move.Broadcast _ -> b.giveSummed(0, dy);
      case Move.Transpose(List<Integer> axes) -> {
        int[] back = new int[axes.size()];
        for (int i = 0; i < back.length; i++) {
          back[shape.axis(axes.get(i))] = i;
        }
        b.give(0, f.transpose(dy, back));
      }
      case Move.Slice slice -> {
        Value gradient = dy;
        for (int axis = 0; axis < shape.rank(); axis++) {
          gradient =
              spread(
                  f,
                  gradient,
                  axis,
                  slice.first(axis, shape),
                  slice.step().get(axis),
                  shape.dim(axis));
        }
        b.give(0, gradient);
      }
      case Move.Pad pad -> b.give(0, pad(f, pad, dy, shape));
      case Move.Concat(int axis) -> concat(b, shape.axis(axis));
      case Move.Reverse reverse -> b.give(0, f.apply(reverse, dy));
      case Move.Tile(List<Integer> repeats) -> {
        int[] dims = new int[2 * shape.rank()];
        for (int i = 0; i < shape.rank(); i++) {
          dims[2 * i] = repeats.get(i);
          dims[2 * i + 1] = shape.dim(i);
        }
        int[] axes = IntStream.range(0, shape.rank()).map(i -> 2 * i).toArray();
        b.give(0, f.sum(f.reshape(dy, dims), false, axes));
      }
      case Move.SpaceToDepth(int block, boolean inverse) ->
          b.give(0, f.apply(new Move.SpaceToDepth(block, !inverse), dy));
    }
  }

  /// Puts elements at every `step`-th place along an axis, from `first` on, zeros between.
  static Value spread(Formula f, Value x, int axis, int first, int step, int extent) {
    Value wide = x;
    int count = x.type().shape().dim(axis);
    if (step > 1 && count > 0) {
      Shape apart = x.type().shape().inserted(axis + 1, 1);
      wide = f.pad(f.reshape(x, apart), axis + 1, 0, step - 1);
      wide = f.reshape(wide, x.type().shape().with(axis, count * step));
    }
    int reached = first + (step > 1 ? count * step : count);
    return f.pad(wide, axis, first, extent - reached);
  }

  private static Value pad(Formula f, Move.Pad pad, Value dy, Shape shape) {
    Value gradient = dy;
    for (int axis = 0; axis < shape.rank(); axis++) {
      int before = pad.before().get(axis);
      int after = pad.after().get(axis);
      int extent = shape.dim(axis);
      if (pad.mode() == Move.Pad.Mode.CONSTANT || (before == 0 && after == 0)) {
        gradient = f.slice(gradient, axis, before, before + extent);
      } else {
        int[] sources = new int[before + extent + after];
        for (int i = 0; i < sources.length; i++) {
          sources[i] = source(pad.mode(), i - before, extent);
        }
        Value indices = f.constant(Tensor.of(sources, sources.length, 1));
        Value front = f.move(gradient, axis, 0);
        Shape rows = front.type().shape().with(0, extent);
        gradient = f.move(f.scatter(rows, indices, front), 0, axis);
      }
    }
    return gradient;
  }

  private static int source(Move.Pad.Mode mode, int place, int extent) {
    return switch (mode) {
      case CONSTANT -> place;
      case EDGE -> Math.clamp(place, 0, extent - 1);
      case REFLECT -> place < 0 ? -place : place < extent ? place : 2 * extent - 2 - place;
      case SYMMETRIC -> place < 0 ? -place - 1 : place < extent ? place : 2 * extent - 1 - place;
    };
  }

  private static void concat(Backward b, int axis) {
    int begin = 0;
    for (int i = 0; b.has(i); i++) {
      int end = begin + b.shape(i).dim(axis);
      if (b.wants(i)) {
        b.give(i, b.f.slice(b.dy(), axis, begin, end));
      }
      begin = end;
    }
  }
}
