package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The types of results of [Index].
final class IndexShapes {
  private IndexShapes() {}

  static List<TensorType> infer(Index op, List<TensorType> operands) {
    return switch (op) {
      case Index.Gather(int axis, int batch) ->
          List.of(gather(axis, batch, Operands.of(op, operands, 2)));
      case Index.GatherNd(int batch) -> List.of(gatherNd(batch, Operands.of(op, operands, 2)));
      case Index.ScatterNd(Index.ScatterNd.Combine combine) ->
          List.of(scatterNd(combine, Operands.of(op, operands, 3)));
      case Index.OneHot oneHot -> List.of(oneHot(oneHot, Operands.of(op, operands, 1)));
      case Index.TopK(int k) -> topK(k, Operands.of(op, operands, 1));
      case Index.Sort(int axis, _) -> {
        Operands given = Operands.of(op, operands, 1);
        int along = given.axis(0, axis);
        given.expectNumbers(0);
        yield List.of(sorted(given, along), new TensorType(DType.I32, given.shape(0)));
      }
      case Index.NonZero _ -> {
        Operands given = Operands.of(op, operands, 1);
        yield List.of(TensorType.of(DType.I64, Shape.ANY, given.shape(0).rank()));
      }
      case Index.Iota(Shape shape, int axis, DType to) -> {
        Operands given = Operands.of(op, operands, 0);
        given.axisOf(axis, shape.rank());
        if (!shape.isKnown()) {
          throw given.misfit("the shape " + shape + "; expected known extents");
        }
        if (to == DType.BOOL) {
          throw given.mistype("counting in bool; expected a type of numbers");
        }
        yield List.of(new TensorType(to, shape));
      }
      case Index.ShapeOf(DType to) ->
          List.of(TensorType.of(to, Operands.of(op, operands, 1).shape(0).rank()));
      case Index.NonMaxSuppression suppression ->
          nonMaxSuppression(suppression, Operands.of(op, operands, 2));
    };
  }

  private static TensorType gather(int axis, int batch, Operands operands) {
    operands.expectIndices(1);
    Shape data = operands.shape(0);
    Shape indices = operands.shape(1);
    int along = operands.axis(0, axis);
    if (batch < 0 || batch > along || batch > indices.rank()) {
      throw operands.misfit(
          "shares "
              + batch
              + " leading axes; expected 0 to "
              + Math.min(along, indices.rank())
              + ", those before axis "
              + along);
    }
    int[] leading = batch(batch, operands);
    Quant quant = operands.quant(0);
    int scaled =
        quant == null || quant.axis() < along
            ? quant == null ? 0 : quant.axis()
            : quant.axis() == along ? -1 : quant.axis() + indices.rank() - batch - 1;
    return new TensorType(
        operands.dtype(0),
        operands.shape(
            concat(
                IntStream.of(leading),
                dims(data, batch, along),
                dims(indices, batch, indices.rank()),
                dims(data, along + 1, data.rank()))),
        operands.movedQuant(0, scaled));
  }

  /// The extents of leading axes that data and indices share.
  private static int[] batch(int batch, Operands operands) {
    return IntStream.range(0, batch)
        .map(
            axis ->
                operands.sameExtent(
                    operands.shape(0).dim(axis),
                    operands.shape(1).dim(axis),
                    "extents along shared axis " + axis + ","))
        .toArray();
  }

  private static IntStream dims(Shape shape, int from, int to) {
    return IntStream.range(from, to).map(shape::dim);
  }

  private static IntStream concat(IntStream... parts) {
    return IntStream.concat(
        parts[0],
        parts.length == 1 ? IntStream.empty() : concat(Arrays.copyOfRange(parts, 1, parts.length)));
  }

  /// The length of the tuples that indices are made of.
  private static int tuple(int batch, Operands operands) {
    operands.expectIndices(1);
    Shape data = operands.shape(0);
    Shape indices = operands.shape(1);
    if (batch < 0 || batch >= indices.rank() || batch > data.rank()) {
      throw operands.misfit(
          "indices with "
              + batch
              + " leading axes shared; expected those and at least one axis, of tuples, more");
    }
    int length = indices.dim(-1);
    if (length == Shape.ANY || length > data.rank() - batch) {
      throw operands.misfit(
          "index tuples of length "
              + (length == Shape.ANY ? "?" : String.valueOf(length))
              + "; expected 0 to "
              + (data.rank() - batch));
    }
    return length;
  }

  private static TensorType gatherNd(int batch, Operands operands) {
    int length = tuple(batch, operands);
    int[] leading = batch(batch, operands);
    Shape data = operands.shape(0);
    Shape indices = operands.shape(1);
    int first = batch + length;
    Quant quant = operands.quant(0);
    int axis =
        quant == null || quant.axis() < first ? -1 : quant.axis() - first + indices.rank() - 1;
    return new TensorType(
        operands.dtype(0),
        operands.shape(
            concat(
                IntStream.of(leading),
                dims(indices, batch, indices.rank() - 1),
                dims(data, first, data.rank()))),
        operands.movedQuant(0, axis));
  }

  private static TensorType scatterNd(Index.ScatterNd.Combine combine, Operands operands) {
    int length = tuple(0, operands);
    Shape data = operands.shape(0);
    Shape indices = operands.shape(1);
    Shape updates = operands.shape(2);
    if (operands.dtype(2) != operands.dtype(0)) {
      throw operands.mistype("data and updates differ in type; expected one: cast first");
    }
    boolean adds = combine == Index.ScatterNd.Combine.ADD;
    if (!Objects.equals(operands.quant(0), operands.quant(2))
        || (adds && operands.quant(0) != null)) {
      throw operands.mistype(
          adds
              ? "sums of quantized numbers; expected plain ones: dequantize first"
              : "data and updates are quantized differently; expected alike: requantize first");
    }
    if (combine != Index.ScatterNd.Combine.REPLACE) {
      operands.expectNumbers(0);
    }
    if (combine != Index.ScatterNd.Combine.REPLACE) {
      operands.expectPerTensor(0);
    }
    Shape expected =
        operands.shape(
            concat(dims(indices, 0, indices.rank() - 1), dims(data, length, data.rank())));
    boolean fits = updates.rank() == expected.rank();
    for (int axis = 0; fits && axis < updates.rank(); axis++) {
      int a = updates.dim(axis);
      int b = expected.dim(axis);
      fits = a == b || a == Shape.ANY || b == Shape.ANY;
    }
    if (!fits) {
      throw operands.misfit("updates of shape " + updates + "; expected " + expected);
    }
    return operands.type(0);
  }

  private static TensorType oneHot(Index.OneHot op, Operands operands) {
    operands.expectIndices(0);
    if (op.depth() < 0) {
      throw operands.misfit("depth " + op.depth() + "; expected 0 or more");
    }
    int axis = operands.axisOf(op.axis(), operands.shape(0).rank() + 1);
    Shape indices = operands.shape(0);
    return new TensorType(
        op.to(),
        operands.shape(
            concat(
                dims(indices, 0, axis),
                IntStream.of(op.depth()),
                dims(indices, axis, indices.rank()))));
  }

  private static List<TensorType> topK(int k, Operands operands) {
    operands.expectNumbers(0);
    int axis = operands.axis(0, -1);
    int extent = operands.shape(0).dim(axis);
    if (k < 0 || (extent != Shape.ANY && k > extent)) {
      throw operands.misfit(
          "the greatest " + k + " of " + (extent == Shape.ANY ? "?" : extent) + " elements");
    }
    Shape shape = operands.shape(0).with(axis, k);
    return List.of(sorted(operands, axis).with(shape), new TensorType(DType.I32, shape));
  }

  /// The type of an operand's elements when they have changed places along an axis.
  private static TensorType sorted(Operands operands, int axis) {
    @Nullable Quant quant = operands.quant(0);
    return operands
        .type(0)
        .with(operands.movedQuant(0, quant == null || quant.axis() == axis ? -1 : quant.axis()));
  }

  private static List<TensorType> nonMaxSuppression(Index.NonMaxSuppression op, Operands operands) {
    operands.expect(operands.dtype(0).isFloat(), 0, "a float type");
    operands.expectSame(0);
    operands.rank(0, 2, "boxes");
    operands.rank(1, 1, "scores");
    operands.sameExtent(operands.shape(0).dim(1), 4, "numbers of coordinates");
    operands.sameExtent(
        operands.shape(0).dim(0), operands.shape(1).dim(0), "numbers of boxes and scores,");
    if (op.limit() < 0) {
      throw operands.misfit("at most " + op.limit() + " boxes; expected 0 or more");
    }
    return List.of(TensorType.of(DType.I32, op.limit()), TensorType.of(DType.I32));
  }
}
