package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Index;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// [Index] ops in StableHLO.
///
/// Indices that lead by leading axes of data and indices together, batches, are written as tuples
/// that begin with the place along those axes.
final class IndexLowering {
  private IndexLowering() {}

  static List<Hlo> lower(
      HloBuilder b, Index op, List<Hlo> x, List<TensorType> results, String node) {
    TensorType result = results.isEmpty() ? TensorType.of(DType.I64) : results.getFirst();
    return switch (op) {
      case Index.Gather(int axis, int batch) ->
          List.of(gather(b, x.get(0), x.get(1), x.get(0).shape().axis(axis), batch, result, node));
      case Index.GatherNd(int batch) ->
          List.of(gatherNd(b, x.get(0), x.get(1), batch, result, node));
      case Index.ScatterNd(Index.ScatterNd.Combine combine) ->
          List.of(scatter(b, combine, x, node));
      case Index.OneHot(int depth, int axis, DType to) -> {
        int place = result.shape().axis(axis);
        Hlo indices = x.getFirst();
        Hlo wide = b.reshape(indices, indices.shape().inserted(place, 1));
        Hlo all = b.iota(result.shape().with(place, depth), place, indices.dtype());
        yield List.of(PointwiseLowering.cast(b, b.compare("EQ", wide, all), to));
      }
      case Index.TopK(int k) -> {
        int axis = x.getFirst().rank() - 1;
        yield sort(b, x.getFirst(), axis, true).stream()
            .map(all -> b.slice(all, axis, 0, k))
            .toList();
      }
      case Index.Sort(int axis, boolean descending) ->
          sort(b, x.getFirst(), x.getFirst().shape().axis(axis), descending);
      case Index.NonZero _ -> throw new Unlowered("extents that are not known before it runs");
      case Index.Iota(Shape shape, int axis, DType to) -> List.of(iota(b, shape, axis, to));
      case Index.ShapeOf(DType to) -> {
        int[] dims = x.getFirst().shape().dims();
        double[] values = Arrays.stream(dims).asDoubleStream().toArray();
        yield List.of(b.constant(Tensor.of(TensorType.of(to, dims.length), values)));
      }
      case Index.NonMaxSuppression _ ->
          throw new Unlowered("a choice of boxes that depends on those chosen before");
    };
  }

  private static Hlo iota(HloBuilder b, Shape shape, int axis, DType to) {
    if (to == DType.BOOL) {
      return b.compare("NE", b.iota(shape, shape.axis(axis), DType.I32), 0);
    }
    return b.iota(shape, shape.axis(axis), to);
  }

  private static void check(HloBuilder b, Hlo indices, int extent, int axis, String node) {
    Hlo inside = b.and(b.compare("GE", indices, 0), b.compare("LT", indices, extent));
    b.check(
        inside,
        "node "
            + node
            + ": an index out of range along axis "
            + axis
            + ": expected 0 to "
            + (extent - 1));
  }

  /// The data at indices along an axis; for lowerings whose indices are known to be right.
  static Hlo gather(HloBuilder b, Hlo data, Hlo indices, int axis) {
    Shape shape = data.shape().without(axis);
    for (int i = 0; i < indices.rank(); i++) {
      shape = shape.inserted(axis + i, indices.dim(i));
    }
    return gather(
        b, data, column(b, indices), List.of(axis), axis, new TensorType(data.dtype(), shape));
  }

  private static Hlo column(HloBuilder b, Hlo indices) {
    return b.reshape(indices, indices.shape().inserted(indices.rank(), 1));
  }

  private static Hlo gather(
      HloBuilder b, Hlo data, Hlo indices, int axis, int batch, TensorType result, String node) {
    check(b, indices, data.dim(axis), axis, node);
    if (batch == 0) {
      return gather(b, data, indices, axis);
    }
    List<Integer> led = new ArrayList<>(IntStream.range(0, batch).boxed().toList());
    led.add(axis);
    Hlo tuples = withBatches(b, column(b, indices), batch);
    Hlo found = gather(b, data, tuples, led, indices.rank(), null);
    int rest = axis - batch;
    if (rest == 0) {
      return b.reshape(found, result.shape());
    }
    List<Integer> axes = new ArrayList<>(IntStream.range(0, batch).boxed().toList());
    IntStream.range(0, rest).forEach(i -> axes.add(indices.rank() + i));
    IntStream.range(batch, indices.rank()).forEach(axes::add);
    IntStream.range(indices.rank() + rest, found.rank()).forEach(axes::add);
    return b.transpose(found, axes);
  }

  private static Hlo gatherNd(
      HloBuilder b, Hlo data, Hlo indices, int batch, TensorType result, String node) {
    int length = indices.dim(-1);
    for (int i = 0; i < length; i++) {
      int last = indices.rank() - 1;
      check(b, b.slice(indices, last, i, i + 1), data.dim(batch + i), batch + i, node);
    }
    List<Integer> led = IntStream.range(0, batch + length).boxed().toList();
    Hlo tuples = withBatches(b, indices, batch);
    return b.reshape(gather(b, data, tuples, led, indices.rank() - 1, null), result.shape());
  }

  /// Tuples of indices with their places along the first axes in front.
  private static Hlo withBatches(HloBuilder b, Hlo tuples, int batch) {
    Shape one = tuples.shape().with(-1, 1);
    List<Hlo> parts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      parts.add(b.iota(one, i, tuples.dtype()));
    }
    parts.add(tuples);
    return b.concat(tuples.rank() - 1, parts);
  }

  /// @param tuples indices, a tuple along the last axis
  /// @param led the axes of the data that tuples lead along
  /// @param first the place in the result where the axes of the data that stay begin, if all come
  ///     after; those before it are in front
  /// @param result its type; null where the axes of indices come first
  private static Hlo gather(
      HloBuilder b,
      Hlo data,
      Hlo tuples,
      List<Integer> led,
      int first,
      @Nullable TensorType result) {
    int outer = tuples.rank() - 1;
    List<Integer> sizes = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < data.rank(); i++) {
      boolean goes = led.contains(i);
      sizes.add(goes ? 1 : data.dim(i));
      if (!goes) {
        kept.add(i);
      }
    }
    List<Integer> offsets = new ArrayList<>();
    List<Integer> dims = new ArrayList<>();
    if (result == null) {
      for (int i = 0; i < outer; i++) {
        dims.add(tuples.dim(i));
      }
      kept.forEach(axis -> dims.add(data.dim(axis)));
      IntStream.range(0, kept.size()).forEach(i -> offsets.add(outer + i));
    } else {
      for (int i = 0; i < kept.size(); i++) {
        offsets.add(i < first ? i : outer + i);
      }
    }
    return b.op(
        "gather",
        "dimension_numbers = #stablehlo.gather<offset_dims = "
            + offsets
            + ", collapsed_slice_dims = "
            + led
            + ", start_index_map = "
            + led
            + ", index_vector_dim = "
            + outer
            + ">, slice_sizes = "
            + HloTypes.array(sizes)
            + ", indices_are_sorted = false",
        result == null ? new TensorType(data.dtype(), Shape.of(dims)) : result,
        data,
        tuples);
  }

  private static Hlo scatter(
      HloBuilder b, Index.ScatterNd.Combine combine, List<Hlo> x, String node) {
    Hlo data = x.get(0);
    Hlo indices = x.get(1);
    Hlo updates = x.get(2);
    String join =
        switch (combine) {
          case ADD -> "add";
          case MIN -> "minimum";
          case MAX -> "maximum";
          case REPLACE ->
              throw new Unlowered("updates that replace, whose order a device does not keep");
        };
    int length = indices.dim(-1);
    int outer = indices.rank() - 1;
    for (int i = 0; i < length; i++) {
      check(b, b.slice(indices, outer, i, i + 1), data.dim(i), i, node);
    }
    List<Integer> led = IntStream.range(0, length).boxed().toList();
    List<Integer> kept = IntStream.range(outer, updates.rank()).boxed().toList();
    TensorType scalar = TensorType.of(data.dtype());
    String region =
        b.region(List.of(scalar, scalar), v -> List.of(b.op(join, "", scalar, v.get(0), v.get(1))));
    return b.op(
            "scatter",
            "scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = "
                + kept
                + ", inserted_window_dims = "
                + led
                + ", scatter_dims_to_operand_dims = "
                + led
                + ", index_vector_dim = "
                + outer
                + ">, indices_are_sorted = false, unique_indices = false",
            List.of(data, indices, updates),
            List.of(region),
            List.of(data.type()))
        .getFirst();
  }

  /// Values and places; NaN comes last either way.
  private static List<Hlo> sort(HloBuilder b, Hlo x, int axis, boolean descending) {
    Hlo places = b.iota(x.shape(), axis, DType.I32);
    TensorType value = TensorType.of(x.dtype());
    TensorType place = TensorType.of(DType.I32);
    String region =
        b.region(
            List.of(value, value, place, place),
            v -> List.of(isBefore(b, v.get(0), v.get(1), descending)));
    return b.op(
        "sort",
        "dimension = " + axis + " : i64, is_stable = true",
        List.of(x, places),
        List.of(region),
        List.of(x.type(), places.type()));
  }

  private static Hlo isBefore(HloBuilder b, Hlo x, Hlo y, boolean descending) {
    Hlo before = b.compare(descending ? "GT" : "LT", x, y);
    if (!x.dtype().isFloat()) {
      return before;
    }
    Hlo isLast = b.and(b.unary("not", b.isNan(x)), b.isNan(y));
    return b.binary("or", before, isLast);
  }
}
