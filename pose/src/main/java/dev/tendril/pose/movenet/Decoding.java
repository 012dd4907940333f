package dev.tendril.pose.movenet;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import java.util.List;

/// From heads to key points, as ops of the graph itself, so that a network leaves with its decoding
/// inside.
///
/// For one person, in four steps: (1) the place whose center is surest, places near the middle of
/// the picture counting more; (2) where its regression says that each key point is; (3) for each
/// key point, the place whose heat map is surest, places near that guess counting more; (4) the
/// offset of the key point within that place. Nearness is `1 / (distance + 1.8)`, in places.
///
/// For several persons, the six surest peaks of the map of centers; for each, key points are looked
/// for inside its box only, and nearness is a Gaussian (the decoding of CenterNet in the TensorFlow
/// Object Detection API, `gaussian_weighted_const`).
public final class Decoding {
  private static final int KEYPOINTS = 17;
  private static final float DISTANCE = 1.8f;
  private static final float GAUSSIAN = 0.1f;
  private static final int PERSONS = 6;

  private final GraphBuilder builder;
  private final Heads heads;
  private final int rows;
  private final int columns;
  private final int places;

  private Decoding(GraphBuilder builder, Heads heads) {
    this.builder = builder;
    this.heads = heads;
    rows = heads.rows();
    columns = heads.columns();
    places = rows * columns;
  }

  /// The key points of the surest person, `[1, 1, 17, 3]`: y, x, score.
  public static Value single(GraphBuilder builder, Heads heads) {
    return new Decoding(builder, heads).single();
  }

  /// Up to six persons, `[1, 6, 56]`.
  public static Value multi(GraphBuilder builder, Heads heads) {
    return new Decoding(builder, heads).multi();
  }

  private Value single() {
    Value center = unary(UnaryKind.SIGMOID, heads.center());
    float[] near = new float[places];
    for (int i = 0; i < places; i++) {
      double down = Math.floorDiv(i, columns) - rows / 2.0;
      double across = i % columns - columns / 2.0;
      near[i] = (float) (1 / (Math.hypot(down, across) + DISTANCE));
    }
    Value weighted = mul(reshape(center, places), constant(Tensor.of(near, places)));
    Value best = reshape(argMax(weighted, 0), 1);
    Value guess = guess(best, 1);
    Value heat = reshape(unary(UnaryKind.SIGMOID, heads.heatmap()), 1, places, KEYPOINTS);
    Value distance = unary(UnaryKind.SQRT, squaredDistance(guess, 1));
    Value nearness = add(distance, constant(Tensor.scalar(DISTANCE)));
    Value found = argMax(binary(BinaryKind.DIV, heat, nearness), 1);
    Value scores = at(reshape(heat, places, KEYPOINTS), found, 1);
    return reshape(points(found, scores, 1), 1, 1, KEYPOINTS, 3);
  }

  private Value multi() {
    Value center = unary(UnaryKind.SIGMOID, heads.center());
    Value widest =
        op(
            new Contract.Pool(
                Reduce.Kind.MAX, List.of(3, 3), List.of(1, 1), Padding.SAME, Activation.NONE),
            center);
    Value peaks =
        op(
            new Pointwise.Select(),
            binary(BinaryKind.EQ, center, widest),
            center,
            constant(Tensor.scalar(0f)));
    List<Value> top = builder.add(new Index.TopK(PERSONS), List.of(reshape(peaks, places)));
    Value best = top.get(1);
    Value guess = guess(best, PERSONS);
    Value box = box(best);
    Value heat = reshape(unary(UnaryKind.SIGMOID, heads.heatmap()), 1, places, KEYPOINTS);
    Value squared = squaredDistance(guess, PERSONS);
    float spread = -1 / (Math.min(rows, columns) * GAUSSIAN);
    Value near = unary(UnaryKind.EXP, mul(squared, constant(Tensor.scalar(spread))));
    Value inside = reshape(inside(box), PERSONS, places, 1);
    Value weighted = mul(mul(heat, near), inside);
    Value found = argMax(weighted, 1);
    Value most = op(new Reduce.Reduction(Reduce.Kind.MAX, List.of(0), false), weighted);
    Value scores = at(most, found, PERSONS);
    Value points = reshape(points(found, scores, PERSONS), PERSONS, 3 * KEYPOINTS);
    Value shares =
        binary(
            BinaryKind.DIV,
            box,
            constant(Tensor.of(new float[] {rows, columns, rows, columns}, 4)));
    Value all = concat(1, points, shares, reshape(top.get(0), PERSONS, 1));
    return reshape(all, 1, PERSONS, 3 * KEYPOINTS + 5);
  }

  /// Where the centers' regressions say that key points are, `[n, 1, 17, 2]`, in places.
  private Value guess(Value best, int persons) {
    Value regress =
        op(new Index.Gather(0, 0), reshape(heads.regress(), places, 2 * KEYPOINTS), best);
    Value from = reshape(place(best, persons), persons, 1, 1, 2);
    return add(reshape(regress, persons, 1, KEYPOINTS, 2), from);
  }

  /// Row and column of places, `[n, 2]`.
  private Value place(Value index, int count) {
    Value wide = constant(Tensor.scalar(columns));
    Value row = binary(BinaryKind.FLOOR_DIV, index, wide);
    Value column = binary(BinaryKind.SUB, index, mul(row, wide));
    Value both = concat(1, reshape(row, count, 1), reshape(column, count, 1));
    return op(new Pointwise.Cast(DType.F32), both);
  }

  /// How far every place is from guesses, squared: `[n, places, 17]`.
  private Value squaredDistance(Value guess, int persons) {
    Value difference = op(new Pointwise.Binary(BinaryKind.SQUARED_DIFFERENCE), grid(), guess);
    Value sum = op(new Reduce.Reduction(Reduce.Kind.SUM, List.of(3), false), difference);
    return reshape(sum, persons, places, KEYPOINTS);
  }

  /// Row and column of every place, `[1, places, 1, 2]`.
  private Value grid() {
    float[] numbers = new float[2 * places];
    for (int i = 0; i < places; i++) {
      numbers[2 * i] = Math.floorDiv(i, columns);
      numbers[2 * i + 1] = i % columns;
    }
    return constant(Tensor.of(numbers, 1, places, 1, 2));
  }

  /// Corners of the boxes of centers, `[n, 4]`, in places.
  private Value box(Value best) {
    Value offset = op(new Index.Gather(0, 0), reshape(heads.place(), places, 2), best);
    Value middle = add(place(best, PERSONS), offset);
    Value size = op(new Index.Gather(0, 0), reshape(heads.size(), places, 2), best);
    Value half = mul(unary(UnaryKind.RELU, size), constant(Tensor.scalar(0.5f)));
    return concat(1, binary(BinaryKind.SUB, middle, half), add(middle, half));
  }

  /// 1 for every place inside a box, else 0: `[n, places]`.
  private Value inside(Value box) {
    Value corners = reshape(box, PERSONS, 1, 2, 2);
    Value low = slice(corners, 0);
    Value high = slice(corners, 1);
    Value grid = reshape(grid(), 1, places, 2);
    Value both =
        op(
            new Pointwise.Binary(BinaryKind.AND),
            binary(BinaryKind.GE, grid, low),
            binary(BinaryKind.LE, grid, high));
    Value all = op(new Reduce.Reduction(Reduce.Kind.ALL, List.of(2), false), both);
    return op(new Pointwise.Cast(DType.F32), all);
  }

  private Value slice(Value corners, int which) {
    Move.Slice slice =
        new Move.Slice(
            List.of(0, 0, which, 0), List.of(PERSONS, 1, which + 1, 2), List.of(1, 1, 1, 1));
    return reshape(op(slice, corners), PERSONS, 1, 2);
  }

  /// Numbers `[places, 17]` at the place of each key point `[n, 17]`.
  private Value at(Value numbers, Value found, int persons) {
    return reshape(op(new Index.GatherNd(0), numbers, tuples(found, persons)), persons, KEYPOINTS);
  }

  private Value tuples(Value found, int persons) {
    int[] keypoints = new int[persons * KEYPOINTS];
    for (int i = 0; i < keypoints.length; i++) {
      keypoints[i] = i % KEYPOINTS;
    }
    return concat(
        1,
        reshape(found, persons * KEYPOINTS, 1),
        constant(Tensor.of(keypoints, persons * KEYPOINTS, 1)));
  }

  /// y, x and score of every key point, `[n · 17, 3]`, as shares of the picture.
  private Value points(Value found, Value scores, int persons) {
    int count = persons * KEYPOINTS;
    Value offsets =
        op(
            new Index.GatherNd(0),
            reshape(heads.offset(), places, KEYPOINTS, 2),
            tuples(found, persons));
    Value where = add(place(reshape(found, count), count), offsets);
    Value shares =
        binary(BinaryKind.DIV, where, constant(Tensor.of(new float[] {rows, columns}, 2)));
    return concat(1, shares, reshape(scores, count, 1));
  }

  private Value op(Op op, Value... operands) {
    return builder.add(op, operands);
  }

  private Value unary(UnaryKind kind, Value x) {
    return op(new Pointwise.Unary(kind), x);
  }

  private Value binary(BinaryKind kind, Value x, Value y) {
    return op(new Pointwise.Binary(kind), x, y);
  }

  private Value add(Value x, Value y) {
    return binary(BinaryKind.ADD, x, y);
  }

  private Value mul(Value x, Value y) {
    return binary(BinaryKind.MUL, x, y);
  }

  private Value argMax(Value x, int axis) {
    return op(new Reduce.ArgExtreme(true, axis, DType.I32), x);
  }

  private Value reshape(Value x, int... shape) {
    return op(new Move.Reshape(Shape.of(shape)), x);
  }

  private Value concat(int axis, Value... parts) {
    return op(new Move.Concat(axis), parts);
  }

  private Value constant(Tensor tensor) {
    return builder.constant(tensor);
  }
}
