package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Index;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// What [Index] ops mean.
final class IndexKernels {
  private IndexKernels() {}

  static void run(Index op, List<Tensor> operands, List<Tensor> results) {
    switch (op) {
      case Index.Gather(int axis, int batch) ->
          gather(op, operands.getFirst().shape().axis(axis), batch, operands, results.getFirst());
      case Index.GatherNd(int batch) -> gatherNd(op, batch, operands, results.getFirst());
      case Index.ScatterNd scatter -> scatterNd(scatter, operands, results.getFirst());
      case Index.OneHot oneHot -> oneHot(oneHot, operands.getFirst(), results.getFirst());
      case Index.TopK _ ->
          Sorting.sort(operands.getFirst(), operands.getFirst().shape().axis(-1), true, results);
      case Index.Sort(int axis, boolean descending) ->
          Sorting.sort(
              operands.getFirst(), operands.getFirst().shape().axis(axis), descending, results);
      case Index.NonZero _ -> {
        Tensor found = nonZero(operands.getFirst());
        if (!found.type().equals(results.getFirst().type())) {
          throw Refusal.of(
              op, operands, found.shape().dim(0) + " places for " + results.getFirst().type());
        }
        results.getFirst().memory().copyFrom(found.memory());
      }
      case Index.Iota(Shape shape, int axis, DType _) -> {
        Cells to = Cells.of(results.getFirst());
        int along = shape.axis(axis);
        long i = 0;
        for (Walk at = new Walk(shape.dims()); at.more(); at.next()) {
          to.set(i++, (long) at.at(along));
        }
      }
      case Index.ShapeOf _ -> {
        Cells to = Cells.of(results.getFirst());
        int[] dims = operands.getFirst().shape().dims();
        for (int axis = 0; axis < dims.length; axis++) {
          to.set(axis, (long) dims[axis]);
        }
      }
      case Index.NonMaxSuppression suppression -> Suppression.run(suppression, operands, results);
    }
  }

  /// Strides of a walk: parts one after the other.
  private static long[] strides(LongStream... parts) {
    return Arrays.stream(parts).flatMapToLong(part -> part).toArray();
  }

  private static LongStream zeros(int count) {
    return LongStream.generate(() -> 0).limit(count);
  }

  private static LongStream part(long[] array, int from, int to) {
    return Arrays.stream(array, from, to);
  }

  /// Axes of the walk: those of the result.
  private static void gather(Index op, int axis, int batch, List<Tensor> operands, Tensor result) {
    Shape data = operands.get(0).shape();
    Shape indices = operands.get(1).shape();
    long[] d = data.strides();
    long[] s = indices.strides();
    int rank = data.rank();
    int more = indices.rank() - batch;
    Walk at =
        new Walk(
            result.shape().dims(),
            strides(part(d, 0, axis), zeros(more), part(d, axis + 1, rank)),
            strides(
                part(s, 0, batch),
                zeros(axis - batch),
                part(s, batch, indices.rank()),
                zeros(rank - axis - 1)));
    Cells from = Cells.bits(operands.get(0));
    Cells index = Cells.of(operands.get(1));
    Cells to = Cells.bits(result);
    for (long i = 0; at.more(); at.next()) {
      long place = Refusal.index(op, operands, index.integer(at.place(1)), axis, data.dim(axis));
      to.set(i++, from.integer(at.place(0) + place * d[axis]));
    }
  }

  /// The distance that a tuple of indices means.
  private static long tuple(
      Index op, List<Tensor> operands, Cells indices, long at, int batch, long[] strides) {
    Shape data = operands.get(0).shape();
    int length = operands.get(1).shape().dim(-1);
    long place = 0;
    for (int i = 0; i < length; i++) {
      int axis = batch + i;
      place +=
          strides[axis]
              * Refusal.index(op, operands, indices.integer(at + i), axis, data.dim(axis));
    }
    return place;
  }

  /// Axes of the walk: those of the result.
  private static void gatherNd(Index op, int batch, List<Tensor> operands, Tensor result) {
    Shape data = operands.get(0).shape();
    Shape indices = operands.get(1).shape();
    long[] d = data.strides();
    long[] s = indices.strides();
    int first = batch + indices.dim(-1);
    int outer = indices.rank() - 1;
    Walk at =
        new Walk(
            result.shape().dims(),
            strides(part(d, 0, batch), zeros(outer - batch), part(d, first, data.rank())),
            strides(part(s, 0, outer), zeros(data.rank() - first)));
    Cells from = Cells.bits(operands.get(0));
    Cells index = Cells.of(operands.get(1));
    Cells to = Cells.bits(result);
    for (long i = 0; at.more(); at.next()) {
      to.set(i++, from.integer(at.place(0) + tuple(op, operands, index, at.place(1), batch, d)));
    }
  }

  /// Axes of the walk: those of the updates.
  private static void scatterNd(Index.ScatterNd op, List<Tensor> operands, Tensor result) {
    Tensor updates = operands.get(2);
    Shape data = result.shape();
    Shape indices = operands.get(1).shape();
    result.memory().copyFrom(operands.getFirst().memory());
    long[] d = data.strides();
    int length = indices.dim(-1);
    int outer = indices.rank() - 1;
    Walk at =
        new Walk(
            updates.shape().dims(),
            strides(zeros(outer), part(d, length, data.rank())),
            strides(part(indices.strides(), 0, outer), zeros(data.rank() - length)));
    boolean replaces = op.combine() == Index.ScatterNd.Combine.REPLACE;
    Cells from = replaces ? Cells.bits(updates) : Cells.of(updates);
    Cells to = replaces ? Cells.bits(result) : Cells.of(result);
    Cells index = Cells.of(operands.get(1));
    for (long i = 0; at.more(); at.next(), i++) {
      long place = at.place(0) + tuple(op, operands, index, at.place(1), 0, d);
      if (from.dtype().isFloat()) {
        double old = to.real(place);
        double update = from.real(i);
        to.set(
            place,
            switch (op.combine()) {
              case REPLACE -> update;
              case ADD -> old + update;
              case MIN -> Math.min(old, update);
              case MAX -> Math.max(old, update);
            });
      } else {
        long old = to.integer(place);
        long update = from.integer(i);
        to.set(
            place,
            switch (op.combine()) {
              case REPLACE -> update;
              case ADD -> old + update;
              case MIN -> Math.min(old, update);
              case MAX -> Math.max(old, update);
            });
      }
    }
  }

  private static void oneHot(Index.OneHot op, Tensor indices, Tensor result) {
    int rank = indices.shape().rank();
    int axis = result.shape().axis(op.axis());
    long[] r = result.shape().strides();
    result.memory().fill((byte) 0);
    Cells from = Cells.of(indices);
    Cells to = Cells.of(result);
    long i = 0;
    Walk at =
        new Walk(indices.shape().dims(), strides(part(r, 0, axis), part(r, axis + 1, rank + 1)));
    for (; at.more(); at.next()) {
      long index = from.integer(i++);
      if (index >= 0 && index < op.depth()) {
        to.set(at.place(0) + index * r[axis], 1L);
      }
    }
  }

  static Tensor nonZero(Tensor operand) {
    Cells from = Cells.of(operand);
    Quant quant = operand.type().quant();
    QuantizedKernels.@Nullable Channels channels =
        quant == null ? null : new QuantizedKernels.Channels(quant, operand.shape());
    long size = operand.shape().size();
    int rank = operand.shape().rank();
    long counted = LongStream.range(0, size).filter(i -> !isZero(from, channels, i)).count();
    if (counted > Integer.MAX_VALUE) {
      throw new TensorException("non_zero of " + operand.type() + ": " + counted + " places");
    }
    int count = (int) counted;
    Tensor found = Tensor.allocate(TensorType.of(DType.I64, count, rank));
    Cells to = Cells.of(found);
    long i = 0;
    long row = 0;
    for (Walk at = new Walk(operand.shape().dims()); at.more(); at.next()) {
      if (!isZero(from, channels, i++)) {
        for (int axis = 0; axis < rank; axis++) {
          to.set(row * rank + axis, (long) at.at(axis));
        }
        row++;
      }
    }
    return found;
  }

  private static boolean isZero(Cells cells, QuantizedKernels.@Nullable Channels channels, long i) {
    if (channels != null) {
      return channels.real(i, cells.integer(i)) == 0;
    }
    return cells.dtype().isFloat() ? cells.real(i) == 0 : cells.integer(i) == 0;
  }
}
