package dev.tendril.core.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Reduce;
import java.util.stream.IntStream;

/// The gradients of [Reduce].
final class ReduceGradients {
  private ReduceGradients() {}

  static void apply(Reduce op, Backward b) {
    switch (op) {
      case Reduce.Reduction reduction -> reduction(reduction, b);
      case Reduce.ArgExtreme _ -> {}
      case Reduce.Cumulative cumulative -> cumulative(cumulative, b);
    }
  }

  private static void reduction(Reduce.Reduction op, Backward b) {
    Formula f = b.f;
    Shape shape = b.shape(0);
    int[] axes =
        op.axes().isEmpty()
            ? IntStream.range(0, shape.rank()).toArray()
            : op.axes().stream().mapToInt(shape::axis).distinct().sorted().toArray();
    Shape kept = shape;
    for (int axis : axes) {
      kept = kept.with(axis, 1);
    }
    Value dy = f.reshape(b.dy(), kept);
    switch (op.kind()) {
      case SUM -> b.give(0, f.broadcast(dy, shape));
      case MEAN -> {
        double count = (double) shape.size() / Math.max(1, kept.size());
        b.give(0, f.broadcast(f.mul(dy, 1 / count), shape));
      }
      case PROD -> b.give(0, f.mul(dy, productOfOthers(f, b.x(), axes)));
      case MIN, MAX -> {
        Value reached = f.binary(BinaryKind.EQ, b.x(), f.reshape(b.y(), kept));
        Value ones = f.cast(reached, b.dtype());
        Value share = f.div(dy, f.sum(ones, true, axes));
        b.give(0, f.where(reached, f.broadcast(share, shape)));
      }
      case ALL, ANY -> {}
    }
  }

  /// For each element the product of the others along axes: that of those before times that of
  /// those after, which is right for zeros too.
  private static Value productOfOthers(Formula f, Value x, int[] axes) {
    Shape shape = x.type().shape();
    int[] others =
        IntStream.range(0, shape.rank())
            .filter(i -> IntStream.of(axes).noneMatch(a -> a == i))
            .toArray();
    int[] order = IntStream.concat(IntStream.of(others), IntStream.of(axes)).toArray();
    Value moved = f.transpose(x, order);
    int length = IntStream.of(axes).map(shape::dim).reduce(1, (a, c) -> a * c);
    int rows = IntStream.of(others).map(shape::dim).reduce(1, (a, c) -> a * c);
    Value flat = f.reshape(moved, rows, length);
    Value before = f.apply(new Reduce.Cumulative(Reduce.Kind.PROD, 1, true, false), flat);
    Value after = f.apply(new Reduce.Cumulative(Reduce.Kind.PROD, 1, true, true), flat);
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[order[i]] = i;
    }
    return f.transpose(f.reshape(f.mul(before, after), moved.type().shape()), back);
  }

  /// Products are derived by division, and so are not a number where an element is 0.
  private static void cumulative(Reduce.Cumulative op, Backward b) {
    Formula f = b.f;
    Reduce.Cumulative back =
        new Reduce.Cumulative(Reduce.Kind.SUM, op.axis(), op.exclusive(), !op.reverse());
    switch (op.kind()) {
      case SUM -> b.give(0, f.apply(back, b.dy()));
      case PROD -> b.give(0, f.div(f.apply(back, f.mul(b.dy(), b.y())), b.x()));
      case MIN, MAX, MEAN, ALL, ANY -> throw b.refusal("");
    }
  }
}
