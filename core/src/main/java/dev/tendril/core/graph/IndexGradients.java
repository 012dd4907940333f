package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The gradients of [Index]: what was read at a place is added there, what was written is read
/// back. Places themselves have no gradient.
final class IndexGradients {
  private IndexGradients() {}

  static void apply(Index op, Backward b) {
    switch (op) {
      case Index.Gather(int axis, int batch) -> gather(b, b.shape(0).axis(axis), batch);
      case Index.GatherNd(int batch) ->
          b.give(0, b.f.scatter(b.shape(0), fullTuples(b, batch), b.dy()));
      case Index.ScatterNd(Index.ScatterNd.Combine combine) -> scatterNd(combine, b);
      case Index.TopK _ -> sorted(b, b.shape(0).rank() - 1);
      case Index.Sort(int axis, _) -> sorted(b, b.shape(0).axis(axis));
      case Index.OneHot _,
          Index.NonZero _,
          Index.Iota _,
          Index.ShapeOf _,
          Index.NonMaxSuppression _ -> {}
    }
  }

  private static int product(int[] dims) {
    return IntStream.of(dims).reduce(1, Math::multiplyExact);
  }

  private static int[] dims(Shape shape, int from, int to) {
    return IntStream.range(from, to).map(shape::dim).toArray();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }

  /// With the axis right after the shared ones, and these taken together with it, rows of `x` are
  /// gathered one by one.
  private static void gather(Backward b, int axis, int batch) {
    Formula f = b.f;
    Shape x = b.shape(0);
    Shape indices = b.shape(1);
    int[] shared = dims(x, 0, batch);
    int[] before = dims(x, batch, axis);
    int[] after = dims(x, axis + 1, x.rank());
    int[] places = dims(indices, batch, indices.rank());
    int extent = x.dim(axis);
    int blocks = product(shared);
    int count = product(places);
    int inner = product(before);
    int outer = product(after);
    Value dy = f.reshape(b.dy(), blocks, inner, count, outer);
    Value updates = f.reshape(f.transpose(dy, 0, 2, 1, 3), blocks * count, inner, outer);
    Value index = f.reshape(b.x(1), blocks, count);
    if (blocks > 1) {
      DType dtype = index.type().dtype();
      Value block = f.iota(dtype, 0, Shape.of(blocks, count));
      index = f.add(index, f.mul(block, extent));
    }
    Value rows =
        f.scatter(
            Shape.of(blocks * extent, inner, outer), f.reshape(index, blocks * count, 1), updates);
    Value apart = f.transpose(f.reshape(rows, blocks, extent, inner, outer), 0, 2, 1, 3);
    b.give(0, f.reshape(apart, x));
  }

  /// The tuples of indices, each after the places along the shared axes.
  private static Value fullTuples(Backward b, int batch) {
    Formula f = b.f;
    Value indices = b.x(1);
    Shape shape = indices.type().shape();
    List<Value> parts = new ArrayList<>();
    for (int axis = 0; axis < batch; axis++) {
      parts.add(f.iota(indices.type().dtype(), axis, shape.with(-1, 1)));
    }
    parts.add(indices);
    return f.concat(shape.rank() - 1, parts);
  }

  private static void scatterNd(Index.ScatterNd.Combine combine, Backward b) {
    Formula f = b.f;
    Value indices = b.x(1);
    Value read = f.apply(new Index.GatherNd(0), b.dy(), indices);
    switch (combine) {
      case ADD -> {
        b.give(0, b.dy());
        b.give(2, read);
      }
      case REPLACE -> {
        Value zeros = f.zeros(b.x(2).type());
        b.give(0, f.apply(new Index.ScatterNd(combine), b.dy(), indices, zeros));
        b.give(2, f.where(wins(b), read));
      }
      case MIN, MAX -> throw b.refusal(" where it combines by min or max");
    }
  }

  /// Whether an update is the last of its place.
  private static Value wins(Backward b) {
    Formula f = b.f;
    Value indices = b.x(1);
    Shape tuples = indices.type().shape();
    int length = tuples.dim(-1);
    int[] outer = dims(tuples, 0, tuples.rank() - 1);
    Value order = f.reshape(f.iota(DType.I32, 0, Shape.of(product(outer))), Shape.of(outer));
    Value none = f.zeros(new TensorType(DType.I32, Shape.of(dims(b.shape(0), 0, length))));
    Value last =
        f.apply(
            new Index.GatherNd(0),
            f.apply(new Index.ScatterNd(Index.ScatterNd.Combine.REPLACE), none, indices, order),
            indices);
    Value wins = f.binary(BinaryKind.EQ, last, order);
    int[] ones = IntStream.generate(() -> 1).limit(b.shape(0).rank() - length).toArray();
    return f.reshape(wins, join(outer, ones));
  }

  /// Values that changed places along an axis go back to where the second result says.
  private static void sorted(Backward b, int axis) {
    Formula f = b.f;
    Shape shape = b.shape(0);
    int last = shape.rank() - 1;
    Value dy = f.move(b.dy(), axis, last);
    Value places = f.move(b.node().output(1), axis, last);
    int k = dy.type().shape().dim(last);
    int extent = shape.dim(axis);
    Shape back = dy.type().shape().with(last, extent);
    int all = (int) dy.type().shape().size();
    int rows = k == 0 ? 0 : all / k;
    Shape flat = Shape.of(rows, k);
    Value row = f.mul(f.iota(DType.I64, 0, flat), extent);
    Value index = f.add(f.cast(f.reshape(places, flat), DType.I64), row);
    Value sums =
        f.scatter(
            Shape.of(Math.toIntExact(back.size())), f.reshape(index, all, 1), f.reshape(dy, all));
    b.give(0, f.move(f.reshape(sums, back), last, axis));
  }
}
