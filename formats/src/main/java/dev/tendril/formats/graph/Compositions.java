package dev.tendril.formats.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Ops as simpler ones: what [Lowering] knows.
final class Compositions {
  private Compositions() {}

  /// The results of a node, by simpler ops; null where none are known.
  static @Nullable List<Value> of(GraphDraft d, Node node, List<Value> x) {
    if (quantized(node)) {
      return null;
    }
    return switch (node.op()) {
      case Pointwise op -> one(PointwiseCompositions.of(d, op, x));
      case Move op -> one(move(d, op, x.getFirst()));
      case Reduce op -> one(reduce(d, op, x.getFirst()));
      case Contract op -> one(contract(d, op, x, node));
      case Index op -> index(d, op, x);
      case Structured op -> structured(d, op, x);
      case Custom _ -> null;
    };
  }

  private static boolean quantized(Node node) {
    return node.outputs().stream().anyMatch(type -> type.quant() != null)
        || node.inputTypes().stream().anyMatch(type -> type.quant() != null);
  }

  private static @Nullable List<Value> one(@Nullable Value value) {
    return value == null ? null : List.of(value);
  }

  private static @Nullable Value move(GraphDraft d, Move op, Value x) {
    Shape shape = x.type().shape();
    return switch (op) {
      case Move.SpaceToDepth(int block, boolean inverse) ->
          inverse ? depthToSpace(d, block, x) : spaceToDepth(d, block, x);
      case Move.Reverse(List<Integer> axes) -> {
        Value value = x;
        for (int axis : axes) {
          int at = shape.axis(axis);
          int last = shape.dim(at) - 1;
          value = picked(d, value, at, IntStream.rangeClosed(0, last).map(i -> last - i).toArray());
        }
        yield value;
      }
      case Move.Pad pad -> pad.mode() == Move.Pad.Mode.CONSTANT ? null : pad(d, pad, x);
      case Move.Tile(List<Integer> repeats) -> {
        Value value = x;
        for (int axis = 0; axis < repeats.size(); axis++) {
          if (repeats.get(axis) > 1) {
            value = d.concat(axis, Collections.nCopies(repeats.get(axis), value));
          }
        }
        yield value;
      }
      case Move.Reshape _, Move.Transpose _, Move.Broadcast _, Move.Slice _, Move.Concat _ -> null;
    };
  }

  private static Value picked(GraphDraft d, Value x, int axis, int[] places) {
    return d.add(new Index.Gather(axis, 0), x, d.constant(Tensor.vector(places)));
  }

  /// New elements are picked from those that are there.
  private static Value pad(GraphDraft d, Move.Pad pad, Value x) {
    Value value = x;
    Shape shape = x.type().shape();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int before = pad.before().get(axis);
      int extent = shape.dim(axis);
      int[] places = new int[before + extent + pad.after().get(axis)];
      if (places.length == extent) {
        continue;
      }
      for (int i = 0; i < places.length; i++) {
        places[i] = place(pad.mode(), i - before, extent);
      }
      value = picked(d, value, axis, places);
    }
    return value;
  }

  private static int place(Move.Pad.Mode mode, int at, int extent) {
    return switch (mode) {
      case CONSTANT, EDGE -> Math.clamp(at, 0, extent - 1);
      case REFLECT -> at < 0 ? -at : at < extent ? at : 2 * extent - 2 - at;
      case SYMMETRIC -> at < 0 ? -at - 1 : at < extent ? at : 2 * extent - 1 - at;
    };
  }

  private static Value spaceToDepth(GraphDraft d, int b, Value x) {
    Shape s = x.type().shape();
    int h = s.dim(1) / b;
    int w = s.dim(2) / b;
    Value parts = d.reshape(x, s.dim(0), h, b, w, b, s.dim(3));
    Value moved = d.transpose(parts, 0, 1, 3, 2, 4, 5);
    return d.reshape(moved, s.dim(0), h, w, b * b * s.dim(3));
  }

  private static Value depthToSpace(GraphDraft d, int b, Value x) {
    Shape s = x.type().shape();
    int c = s.dim(3) / (b * b);
    Value parts = d.reshape(x, s.dim(0), s.dim(1), s.dim(2), b, b, c);
    Value moved = d.transpose(parts, 0, 1, 3, 2, 4, 5);
    return d.reshape(moved, s.dim(0), s.dim(1) * b, s.dim(2) * b, c);
  }

  private static @Nullable Value reduce(GraphDraft d, Reduce op, Value x) {
    if (op instanceof Reduce.Reduction(Reduce.Kind kind, List<Integer> axes, boolean keep)
        && (kind == Reduce.Kind.ALL || kind == Reduce.Kind.ANY)) {
      Reduce.Kind of = kind == Reduce.Kind.ALL ? Reduce.Kind.MIN : Reduce.Kind.MAX;
      Value whole = d.cast(x, DType.I32);
      return d.cast(d.add(new Reduce.Reduction(of, axes, keep), whole), DType.BOOL);
    }
    return null;
  }

  /// Activations come after; attention is made of its products.
  private static @Nullable Value contract(GraphDraft d, Contract op, List<Value> x, Node node) {
    Value[] operands = x.toArray(Value[]::new);
    return switch (op) {
      case Contract.MatMul(boolean a, boolean b, Activation activation) ->
          activation == Activation.NONE
              ? x.size() < 3 ? null : biased(d, x, new Contract.MatMul(a, b, Activation.NONE))
              : d.activate(d.add(new Contract.MatMul(a, b, Activation.NONE), operands), activation);
      case Contract.Conv c ->
          c.activation() == Activation.NONE
              ? WindowCompositions.conv(d, c, x)
              : d.activate(
                  d.add(
                      new Contract.Conv(
                          c.strides(), c.padding(), c.dilations(), c.groups(), Activation.NONE),
                      operands),
                  c.activation());
      case Contract.DepthwiseConv c ->
          c.activation() == Activation.NONE
              ? WindowCompositions.depthwise(d, c, x)
              : d.activate(
                  d.add(
                      new Contract.DepthwiseConv(
                          c.strides(), c.padding(), c.dilations(), Activation.NONE),
                      operands),
                  c.activation());
      case Contract.ConvTranspose c ->
          c.activation() == Activation.NONE
              ? WindowCompositions.transposed(d, c, x, node)
              : d.activate(
                  d.add(
                      new Contract.ConvTranspose(
                          c.strides(), c.padding(), c.dilations(), c.spatial(), Activation.NONE),
                      operands),
                  c.activation());
      case Contract.Pool p -> pool(d, p, x.getFirst(), node);
      case Contract.PoolArgMax _ -> null;
      case Contract.Attention a -> attention(d, a, x);
    };
  }

  private static Value biased(GraphDraft d, List<Value> x, Contract.MatMul product) {
    return d.binary(BinaryKind.ADD, d.add(product, x.get(0), x.get(1)), x.get(2));
  }

  /// A pool with explicit padding is one of a padded picture: with minus infinity, or by sums that
  /// are divided by what counts.
  private static @Nullable Value pool(GraphDraft d, Contract.Pool p, Value x, Node node) {
    if (p.activation() != Activation.NONE) {
      Contract.Pool plain =
          new Contract.Pool(p.kind(), p.window(), p.strides(), p.padding(), Activation.NONE);
      return d.activate(d.add(plain, x), p.activation());
    }
    Shape shape = x.type().shape();
    if (p.padding().kind() != Padding.Kind.EXPLICIT || !shape.isKnown()) {
      return WindowCompositions.pool(d, p, x);
    }
    List<Integer> before = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    List<Integer> after = new ArrayList<>(before);
    for (int axis = 0; axis < p.window().size(); axis++) {
      before.set(axis + 1, p.padding().before().get(axis));
      after.set(axis + 1, p.padding().after().get(axis));
    }
    boolean greatest = p.kind() == Reduce.Kind.MAX;
    DType dtype = x.type().dtype();
    double none = !greatest ? 0 : dtype.isFloat() ? Double.NEGATIVE_INFINITY : dtype.min();
    Value wide = d.add(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, none), x);
    Contract.Pool inside =
        new Contract.Pool(p.kind(), p.window(), p.strides(), Padding.VALID, Activation.NONE);
    Value pooled = d.add(inside, wide);
    if (greatest) {
      return pooled;
    }
    if (!dtype.isFloat()) {
      throw new FormatException("a mean of integers with explicit padding");
    }
    Shape picture = shape.with(0, 1).with(-1, 1);
    Tensor ones = Tensor.allocate(new TensorType(dtype, picture));
    for (long i = 0; i < picture.size(); i++) {
      Elements.setDouble(ones.memory(), dtype, i, 1);
    }
    Shape result = node.outputs().getFirst().shape().with(0, 1).with(-1, 1);
    TensorType padded = new TensorType(dtype, wide.type().shape().with(0, 1).with(-1, 1));
    Tensor counts =
        ReferenceKernels.run(
                inside,
                ReferenceKernels.run(
                    new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0),
                    List.of(ones),
                    List.of(padded)),
                List.of(new TensorType(dtype, result)))
            .getFirst();
    return d.binary(BinaryKind.DIV, pooled, d.constant(counts));
  }

  private static Value attention(GraphDraft d, Contract.Attention op, List<Value> x) {
    Value scores = d.matmul(x.get(0), x.get(1), false, true);
    DType dtype = scores.type().dtype();
    int rows = scores.type().shape().dim(-2);
    int columns = scores.type().shape().dim(-1);
    Value masked = d.binary(BinaryKind.MUL, scores, op.scale());
    if (x.size() > 3) {
      masked = d.binary(BinaryKind.ADD, masked, x.get(3));
    }
    if (op.causal()) {
      if (columns < rows) {
        throw new FormatException("rows that see nothing, which the format gives no zeros for");
      }
      Tensor hidden = Tensor.zeros(TensorType.of(dtype, rows, columns));
      for (int i = 0; i < rows; i++) {
        for (int j = i + columns - rows + 1; j < columns; j++) {
          Elements.setDouble(hidden.memory(), dtype, (long) i * columns + j, -1e30);
        }
      }
      masked = d.binary(BinaryKind.ADD, masked, d.constant(hidden));
    }
    return d.matmul(d.add(new Structured.Softmax(-1, 1), masked), x.get(2), false, false);
  }

  private static @Nullable List<Value> index(GraphDraft d, Index op, List<Value> x) {
    return switch (op) {
      case Index.Iota(Shape shape, int axis, DType to) -> {
        if (!shape.isKnown()) {
          yield null;
        }
        Tensor numbers =
            ReferenceKernels.run(op, List.of(), List.of(new TensorType(to, shape))).getFirst();
        yield List.of(d.constant(numbers));
      }
      case Index.OneHot(int depth, int axis, DType to) -> {
        Value indices = x.getFirst();
        int rank = indices.type().shape().rank() + 1;
        int at = axis < 0 ? axis + rank : axis;
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[at] = depth;
        Tensor classes =
            Tensor.of(
                TensorType.of(indices.type().dtype(), dims),
                IntStream.range(0, depth).asDoubleStream().toArray());
        Value wide = d.reshape(indices, indices.type().shape().inserted(at, 1));
        yield List.of(d.cast(d.binary(BinaryKind.EQ, wide, d.constant(classes)), to));
      }
      case Index.Sort(int axis, boolean descending) -> {
        Value value = x.getFirst();
        Shape shape = value.type().shape();
        int last = shape.rank() - 1;
        int at = shape.axis(axis);
        int[] order = IntStream.rangeClosed(0, last).toArray();
        order[at] = last;
        order[last] = at;
        Value moved = d.transpose(value, order);
        Value keys = descending ? moved : d.mirrored(moved);
        List<Value> top = d.addAll(new Index.TopK(shape.dim(at)), List.of(keys));
        Value sorted = descending ? top.get(0) : d.mirrored(top.get(0));
        yield List.of(d.transpose(sorted, order), d.transpose(top.get(1), order));
      }
      case Index.Gather _,
          Index.GatherNd _,
          Index.ScatterNd _,
          Index.TopK _,
          Index.NonZero _,
          Index.ShapeOf _,
          Index.NonMaxSuppression _ ->
          null;
    };
  }

  private static @Nullable List<Value> structured(GraphDraft d, Structured op, List<Value> x) {
    return switch (op) {
      case Structured.Softmax(int axis, float beta, boolean wide) ->
          wide
              ? null
              : beta == 1
                  ? one(softmax(d, axis, x.getFirst()))
                  : List.of(
                      d.add(
                          new Structured.Softmax(axis, 1),
                          d.binary(BinaryKind.MUL, x.getFirst(), beta)));
      case Structured.LogSoftmax(int axis) -> List.of(logSoftmax(d, axis, x.getFirst()));
      case Structured.LayerNorm norm -> List.of(layerNorm(d, norm, x));
      case Structured.BatchNorm(float epsilon) -> {
        Value safe = d.binary(BinaryKind.ADD, x.get(2), epsilon);
        Value scale = d.binary(BinaryKind.MUL, d.unary(UnaryKind.RSQRT, safe), x.get(3));
        Value scaled =
            d.binary(BinaryKind.MUL, d.binary(BinaryKind.SUB, x.get(0), x.get(1)), scale);
        yield List.of(d.binary(BinaryKind.ADD, scaled, x.get(4)));
      }
      case Structured.L2Normalize(int axis, float epsilon) -> {
        Value squares = d.binary(BinaryKind.MUL, x.getFirst(), x.getFirst());
        Value sum = d.reduce(Reduce.Kind.SUM, squares, true, axis);
        Value norm = d.unary(UnaryKind.RSQRT, d.binary(BinaryKind.MAX, sum, epsilon));
        yield List.of(d.binary(BinaryKind.MUL, x.getFirst(), norm));
      }
      case Structured.LocalResponseNorm norm -> List.of(responseNorm(d, norm, x.getFirst()));
      case Structured.Lstm _ -> Recurrences.lstm(d, x);
      case Structured.Gru(boolean resetAfter) -> Recurrences.gru(d, resetAfter, x);
      case Structured.Call(Subgraph body) -> inline(d, body, x);
      case Structured.Fused(Subgraph body) -> inline(d, body, x);
      case Structured.Resize _,
          Structured.Svdf _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.If _,
          Structured.While _,
          Structured.Random _ ->
          null;
    };
  }

  /// Along the last axis, between transposes.
  private static @Nullable Value softmax(GraphDraft d, int axis, Value x) {
    int last = x.type().shape().rank() - 1;
    int at = x.type().shape().axis(axis);
    if (at == last) {
      return null;
    }
    int[] order = IntStream.rangeClosed(0, last).toArray();
    order[at] = last;
    order[last] = at;
    return d.transpose(d.add(new Structured.Softmax(last, 1), d.transpose(x, order)), order);
  }

  private static Value logSoftmax(GraphDraft d, int axis, Value x) {
    Value shifted = d.binary(BinaryKind.SUB, x, d.reduce(Reduce.Kind.MAX, x, true, axis));
    Value sum = d.reduce(Reduce.Kind.SUM, d.unary(UnaryKind.EXP, shifted), true, axis);
    return d.binary(BinaryKind.SUB, shifted, d.unary(UnaryKind.LOG, sum));
  }

  private static Value layerNorm(GraphDraft d, Structured.LayerNorm op, List<Value> x) {
    int rank = x.getFirst().type().shape().rank();
    int[] axes = IntStream.range(rank - op.axes(), rank).toArray();
    Value mean = d.reduce(Reduce.Kind.MEAN, x.get(0), true, axes);
    Value centered = d.binary(BinaryKind.SUB, x.get(0), mean);
    Value squares = d.binary(BinaryKind.MUL, centered, centered);
    Value variance = d.reduce(Reduce.Kind.MEAN, squares, true, axes);
    Value root = d.unary(UnaryKind.RSQRT, d.binary(BinaryKind.ADD, variance, op.epsilon()));
    Value scaled = d.binary(BinaryKind.MUL, d.binary(BinaryKind.MUL, centered, root), x.get(1));
    return d.binary(BinaryKind.ADD, scaled, x.get(2));
  }

  /// Sums over neighboring channels are a product with a matrix of ones around its diagonal.
  private static Value responseNorm(GraphDraft d, Structured.LocalResponseNorm op, Value x) {
    DType dtype = x.type().dtype();
    int channels = x.type().shape().dim(-1);
    Tensor near = Tensor.zeros(TensorType.of(dtype, channels, channels));
    for (int i = 0; i < channels; i++) {
      for (int j = Math.max(0, i - op.radius());
          j <= Math.min(channels - 1L, (long) i + op.radius());
          j++) {
        Elements.setDouble(near.memory(), dtype, (long) i * channels + j, 1);
      }
    }
    Value sums = d.matmul(d.binary(BinaryKind.MUL, x, x), d.constant(near), false, false);
    Value scaled = d.binary(BinaryKind.MUL, sums, op.alpha());
    Value base = d.binary(BinaryKind.ADD, scaled, op.bias());
    return d.binary(BinaryKind.MUL, x, d.binary(BinaryKind.POW, base, -op.beta()));
  }

  private static List<Value> inline(GraphDraft d, Subgraph body, List<Value> x) {
    if (!(body instanceof Graph graph)) {
      throw new FormatException("a subgraph of class " + body.getClass().getName());
    }
    return inline(d, graph.withTypes(x.stream().map(Value::type).toList()), x);
  }

  private static List<Value> inline(GraphDraft d, Graph graph, List<Value> x) {
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < x.size(); i++) {
      values.put(graph.inputs().get(i), x.get(i));
    }
    for (Node node : graph.nodes()) {
      List<Value> operands =
          node.inputs().stream().<Value>map(v -> values.getOrDefault(v, v)).toList();
      List<dev.tendril.core.@Nullable Quant> quants = new ArrayList<>();
      node.outputs().forEach(type -> quants.add(type.quant()));
      List<Value> results = d.addAll(node.name(), node.op(), operands, quants);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    return graph.outputs().stream().<Value>map(v -> values.getOrDefault(v, v)).toList();
  }
}
