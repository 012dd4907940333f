package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Index.ScatterNd.Combine;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Operators that read or write where other numbers say.
final class IndexMapping {
  private IndexMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "GATHER" -> gather(op);
      case "GATHER_ND" -> op.give(op.add(new Index.GatherNd(0), op.in(0), op.in(1)));
      case "EMBEDDING_LOOKUP" -> embedding(op);
      case "SCATTER_ND" -> {
        int[] dims = op.ints(2, "the shape of the result");
        Value zero = op.constant(Tensor.zeros(op.in(1).type().with(Shape.scalar())));
        Value zeros = op.plain(new Move.Broadcast(Shape.of(dims)), zero);
        op.give(op.add(new Index.ScatterNd(Combine.ADD), zeros, op.in(0), op.in(1)));
      }
      case "SPARSE_TO_DENSE" -> sparseToDense(op);
      case "ONE_HOT" -> oneHot(op);
      case "TOPK_V2" ->
          op.give(
              op.several(new Index.TopK(op.one(1, "the number of results")), List.of(op.in(0))));
      case "WHERE" -> op.give(op.plain(new Index.NonZero(), op.in(0)));
      case "RANGE" -> range(op);
      case "REVERSE_SEQUENCE" -> reverseSequence(op);
      case "UNSORTED_SEGMENT_SUM" -> segments(op, Combine.ADD, 0);
      case "UNSORTED_SEGMENT_MAX" -> segments(op, Combine.MAX, least(op));
      case "UNSORTED_SEGMENT_MIN" -> segments(op, Combine.MIN, greatest(op));
      case "SEGMENT_SUM" -> segmentSum(op);
      case "MATRIX_DIAG" -> matrixDiagonal(op);
      case "MATRIX_SET_DIAG" -> setDiagonal(op);
      case "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5" -> suppression(op);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void gather(OperatorImport op) {
    int batch = op.options().integer("batch_dims");
    int shared = batch < 0 ? batch + op.rank(1) : batch;
    op.give(
        op.add(new Index.Gather(op.options().integer("axis"), shared), op.in(0), indices(op, 1)));
  }

  /// Indices as I32 or I64.
  private static Value indices(OperatorImport op, int i) {
    DType dtype = op.dtype(i);
    return dtype == DType.I32 || dtype == DType.I64
        ? op.in(i)
        : op.plain(new Pointwise.Cast(DType.I32), op.in(i));
  }

  /// Rows of a table, which may be quantized where the result is not.
  private static void embedding(OperatorImport op) {
    Value rows = op.plain(new Index.Gather(0, 0), table(op), indices(op, 0));
    op.give(rows);
  }

  private static Value table(OperatorImport op) {
    boolean real = op.result(0).type().dtypeOrNull() == DType.F32;
    return real && op.in(1).type().quant() != null
        ? op.plain(new Pointwise.Dequantize(), op.in(1))
        : op.in(1);
  }

  private static void sparseToDense(OperatorImport op) {
    Shape shape = Shape.of(op.ints(1, "the shape of the result"));
    Value indices = op.in(0);
    Shape given = indices.type().shape();
    int count = given.rank() == 0 ? 1 : given.dim(0);
    int tuple = given.rank() < 2 ? 1 : given.dim(1);
    Value tuples = op.reshape(indices, count, tuple);
    Value base = op.plain(new Move.Broadcast(shape), op.reshape(op.in(3)));
    Value updates = op.in(2);
    if (op.rank(2) == 0) {
      updates = op.plain(new Move.Broadcast(Shape.of(count)), updates);
    }
    op.give(op.add(new Index.ScatterNd(Combine.REPLACE), base, tuples, updates));
  }

  private static void oneHot(OperatorImport op) {
    int depth = op.one(1, "the depth");
    int axis = op.options().integer("axis");
    int rank = op.rank(0) + 1;
    Value hot =
        op.plain(
            new Index.OneHot(depth, axis < 0 ? axis + rank : axis, DType.BOOL), indices(op, 0));
    op.give(op.add(new Pointwise.Select(), hot, op.reshape(op.in(2)), op.reshape(op.in(3))));
  }

  private static void range(OperatorImport op) {
    Tensor start = op.constant(0, "the start of a range");
    Tensor limit = op.constant(1, "the end of a range");
    Tensor delta = op.constant(2, "the step of a range");
    double step = delta.get(0);
    double count = Math.ceil((limit.get(0) - start.get(0)) / step);
    if (!(count >= 0) || count > 1 << 24) {
      throw new FormatException("a range of " + count + " numbers");
    }
    double[] values = new double[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = start.get(0) + i * step;
    }
    op.give(op.constant(Tensor.of(TensorType.of(start.dtype(), values.length), values)));
  }

  /// The first numbers of each row the other way round: at place `i` of a row of length `n` is the
  /// one of `n - 1 - i` while that is not negative.
  private static void reverseSequence(OperatorImport op) {
    Shape shape = op.shape(0);
    int along = shape.axis(op.options().integer("seq_dim"));
    int batch = shape.axis(op.options().integer("batch_dim"));
    List<Integer> order = new ArrayList<>(List.of(batch, along));
    for (int i = 0; i < shape.rank(); i++) {
      if (i != batch && i != along) {
        order.add(i);
      }
    }
    Value moved = op.plain(new Move.Transpose(order), op.in(0));
    int rows = shape.dim(batch);
    int length = shape.dim(along);
    Value places = op.plain(new Index.Iota(Shape.of(rows, length), 1, DType.I32));
    Value lengths = op.reshape(op.plain(new Pointwise.Cast(DType.I32), op.in(1)), rows, 1);
    Value one = op.constant(Tensor.scalar(1));
    Value last = op.plain(new Pointwise.Binary(BinaryKind.SUB), lengths, one);
    Value mirrored = op.plain(new Pointwise.Binary(BinaryKind.SUB), last, places);
    Value within = op.plain(new Pointwise.Binary(BinaryKind.LT), places, lengths);
    Value from = op.plain(new Pointwise.Select(), within, mirrored, places);
    Value taken = op.plain(new Index.Gather(1, 1), moved, from);
    int[] back = new int[order.size()];
    for (int i = 0; i < back.length; i++) {
      back[order.get(i)] = i;
    }
    op.give(op.add(new Move.Transpose(OperatorImport.list(back)), taken));
  }

  private static double least(OperatorImport op) {
    return op.dtype(0).isFloat() ? -Float.MAX_VALUE : op.dtype(0).min();
  }

  private static double greatest(OperatorImport op) {
    return op.dtype(0).isFloat() ? Float.MAX_VALUE : op.dtype(0).max();
  }

  private static void segments(OperatorImport op, Combine combine, double initial) {
    into(op, combine, initial, op.one(2, "the number of segments"));
  }

  private static void segmentSum(OperatorImport op) {
    int[] ids = op.ints(1, "the segments");
    into(op, Combine.ADD, 0, Arrays.stream(ids).max().orElse(-1) + 1);
  }

  /// Rows are combined at the places that segments say.
  private static void into(OperatorImport op, Combine combine, double initial, int count) {
    Shape rest = op.shape(0);
    Shape ids = op.shape(1);
    int[] dims = Arrays.copyOfRange(rest.dims(), ids.rank() - 1, rest.rank());
    dims[0] = count;
    TensorType one = TensorType.of(op.dtype(0));
    Value base = op.plain(new Move.Broadcast(Shape.of(dims)), op.constant(Tensor.of(one, initial)));
    Value tuples = op.reshape(op.in(1), ids.inserted(ids.rank(), 1).dims());
    op.give(op.plain(new Index.ScatterNd(combine), base, tuples, op.in(0)));
  }

  /// Where row and column of the last two axes are the same.
  private static Value diagonal(OperatorImport op, int rows, int columns) {
    Shape plane = Shape.of(rows, columns);
    Value row = op.plain(new Index.Iota(plane, 0, DType.I32));
    Value column = op.plain(new Index.Iota(plane, 1, DType.I32));
    return op.plain(new Pointwise.Binary(BinaryKind.EQ), row, column);
  }

  private static void matrixDiagonal(OperatorImport op) {
    Shape shape = op.shape(0);
    int extent = shape.dim(-1);
    Value column = op.reshape(op.in(0), shape.inserted(shape.rank(), 1).dims());
    Value zero = op.constant(Tensor.zeros(op.in(0).type().with(Shape.scalar())));
    op.give(op.add(new Pointwise.Select(), diagonal(op, extent, extent), column, zero));
  }

  private static void setDiagonal(OperatorImport op) {
    Shape shape = op.shape(0);
    Shape given = op.shape(1);
    int rows = shape.dim(-2);
    int columns = shape.dim(-1);
    Value values = op.in(1);
    int missing = rows - given.dim(-1);
    if (missing > 0) {
      int[] before = new int[given.rank()];
      int[] after = new int[given.rank()];
      after[given.rank() - 1] = missing;
      values =
          op.plain(
              new Move.Pad(
                  OperatorImport.list(before),
                  OperatorImport.list(after),
                  Move.Pad.Mode.CONSTANT,
                  0),
              values);
    }
    Shape padded = values.type().shape();
    Value column = op.reshape(values, padded.inserted(padded.rank(), 1).dims());
    op.give(op.add(new Pointwise.Select(), diagonal(op, rows, columns), column, op.in(0)));
  }

  /// Places are padded with 0, not with -1; the fifth version gives scores too, and lowers those of
  /// others by a sigma, which must be 0 here.
  private static void suppression(OperatorImport op) {
    boolean scored = op.name().endsWith("V5");
    if (scored && op.has(5) && op.constant(5, "sigma").get(0) != 0) {
      throw new FormatException("a suppression that lowers scores by a sigma other than 0");
    }
    float overlap = (float) op.constant(3, "the overlap").get(0);
    float score = (float) op.constant(4, "the least score").get(0);
    List<Value> kept =
        op.several(
            new Index.NonMaxSuppression(op.one(2, "the number of results"), overlap, score),
            List.of(op.in(0), op.in(1)));
    Value zero = op.constant(Tensor.scalar(0));
    Value places = op.plain(new Pointwise.Binary(BinaryKind.MAX), kept.get(0), zero);
    if (!scored) {
      op.give(places, kept.get(1));
      return;
    }
    Value found = op.plain(new Pointwise.Binary(BinaryKind.GE), kept.get(0), zero);
    Value scores = op.plain(new Index.Gather(0, 0), op.in(1), places);
    Value none = op.constant(Tensor.scalar(0f));
    op.give(places, op.plain(new Pointwise.Select(), found, scores, none), kept.get(1));
  }

  static void write(OperatorExport op, Index index) {
    switch (index) {
      case Index.Gather(int axis, int batch) ->
          op.give(
              op.apply(
                  "GATHER",
                  OperatorExport.options("axis", op.shape(0).axis(axis), "batch_dims", batch),
                  op.out(),
                  op.in(0),
                  op.in(1)));
      case Index.GatherNd(int batch) -> {
        if (batch != 0) {
          throw op.refusal("a gathering with shared axes, which the format has not");
        }
        op.give(op.apply("GATHER_ND", op.out(), op.in(0), op.in(1)));
      }
      case Index.ScatterNd(Combine combine) -> {
        if (combine != Combine.ADD) {
          throw op.refusal("a scattering that does not add, which the format has not");
        }
        int dims = op.ints(op.out().shape().dims());
        int added = op.apply("SCATTER_ND", op.out(), op.in(1), op.in(2), dims);
        op.give(op.apply("ADD", op.out(), op.in(0), added));
      }
      case Index.OneHot(int depth, int axis, DType to) ->
          op.give(
              op.apply(
                  "ONE_HOT",
                  OperatorExport.options("axis", axis < 0 ? axis + op.shape(0).rank() + 1 : axis),
                  op.out(),
                  op.in(0),
                  op.scalar(DType.I32, depth),
                  op.scalar(to, 1),
                  op.scalar(to, 0)));
      case Index.TopK(int k) ->
          op.applyAll("TOPK_V2", Map.of(), List.of(op.in(0), op.scalar(DType.I32, k)));
      case Index.Sort(int axis, boolean descending) -> {
        int last = op.shape(0).rank() - 1;
        if (!descending || op.shape(0).axis(axis) != last) {
          throw op.refusal("a sort that is not descending along the last axis");
        }
        op.applyAll(
            "TOPK_V2", Map.of(), List.of(op.in(0), op.scalar(DType.I32, op.shape(0).dim(last))));
      }
      case Index.NonZero _ -> op.give(op.apply("WHERE", op.out(), op.in(0)));
      case Index.Iota _ -> {
        Tensor values =
            dev.tendril.core.kernel.ReferenceKernels.run(index, List.of(), op.node().outputs())
                .getFirst();
        op.give(op.constant(values));
      }
      case Index.ShapeOf(DType to) ->
          op.give(
              op.apply(
                  "SHAPE",
                  OperatorExport.options("out_type", ElementType.of(to).code()),
                  op.out(),
                  op.in(0)));
      case Index.NonMaxSuppression _ ->
          throw op.refusal("places padded with -1, where the format pads with 0");
    }
  }
}
