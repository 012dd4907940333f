package dev.tendril.formats.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
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
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A graph while it is made: formulas in Java become nodes.
///
/// Files have many things as tensors that are attributes of Tendril's ops: shapes, axes, paddings.
/// So what follows from constants is computed at once, as long as it is small, or only moves or
/// converts what is there and the budget for that lasts; the rest becomes nodes.
public final class GraphDraft {
  private static final long SMALL = 4096;
  private static final long MOST = 1 << 20;

  private final List<Value.Input> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private String label = "";
  private long budget;

  /// @param budget the bytes that constants may take which are computed of larger ones
  public GraphDraft(long budget) {
    this.budget = budget;
  }

  /// What the next nodes are called; empty for the names of their ops.
  public void label(String wanted) {
    label = wanted;
  }

  /// @param wanted its name, made unique by a number where it is taken
  public Value.Input input(String wanted, TensorType type) {
    return adopt(new Value.Input(free(wanted), type));
  }

  /// An input of another graph, with its name, which is free.
  public Value.Input adopt(Value.Input input) {
    names.add(input.name());
    inputs.add(input);
    return input;
  }

  public List<Value.Input> inputs() {
    return inputs;
  }

  /// Nodes, or constants where the results follow from such.
  public List<Value> addAll(
      String name, Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    List<TensorType> types =
        ShapeRules.infer(op, operands.stream().map(Value::type).toList(), quants);
    List<Tensor> tensors = tensors(operands);
    if (tensors != null && isFolded(op, tensors, types)) {
      List<Value> results = new ArrayList<>();
      for (Tensor result : ReferenceKernels.run(op, tensors, types)) {
        results.add(new Value.Constant(name, result));
      }
      return results;
    }
    Node node = new Node(free(name.isEmpty() ? op.name() : name), op, operands, types);
    nodes.add(node);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      results.add(node.output(i));
    }
    return results;
  }

  public List<Value> addAll(Op op, List<Value> operands) {
    return addAll(label, op, operands, List.of());
  }

  public Value add(Op op, Value... operands) {
    return addAll(op, List.of(operands)).getFirst();
  }

  public Value addQuantized(Op op, Quant quant, Value... operands) {
    return addAll(label, op, List.of(operands), List.of(quant)).getFirst();
  }

  private static @Nullable List<Tensor> tensors(List<Value> operands) {
    List<Tensor> tensors = new ArrayList<>();
    for (Value operand : operands) {
      if (!(operand instanceof Value.Constant(_, Tensor tensor))) {
        return null;
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private boolean isFolded(Op op, List<Tensor> operands, List<TensorType> types) {
    if (op instanceof Structured
        || op instanceof Custom
        || !types.stream().allMatch(type -> type.shape().isKnown())) {
      return false;
    }
    long bytes = types.stream().mapToLong(TensorType::bytes).sum();
    if (bytes <= SMALL && operands.stream().allMatch(tensor -> tensor.type().bytes() <= SMALL)) {
      return true;
    }
    boolean cheap =
        switch (op) {
          case Move.Reshape _, Move.Transpose _, Move.Reverse _, Move.Concat _ -> true;
          case Pointwise.Cast _, Pointwise.Dequantize _, Pointwise.Quantize _ -> true;
          case Move _, Pointwise _, Reduce _, Contract _ -> false;
          case Index _, Structured _, Custom _ -> false;
        };
    if (!cheap || bytes > budget) {
      return false;
    }
    budget -= bytes;
    return true;
  }

  private String free(String wanted) {
    String found = wanted;
    while (!names.add(found)) {
      found = wanted + "_" + counts.merge(wanted, 1, Integer::sum);
    }
    return found;
  }

  /// The graph of all nodes so far.
  public Graph build(String name, Map<String, Value> outputs, Map<String, String> notes) {
    return new Graph(
        name, inputs, List.copyOf(outputs.values()), List.copyOf(outputs.keySet()), nodes, notes);
  }

  /// The values of a constant; null where they are computed.
  public static @Nullable Tensor tensorOrNull(Value value) {
    return value instanceof Value.Constant(_, Tensor tensor) ? tensor : null;
  }

  /// The values of a constant.
  ///
  /// @throws FormatException when they are computed
  public static Tensor tensor(Value value, String what) {
    Tensor tensor = tensorOrNull(value);
    if (tensor == null) {
      throw new FormatException(
          what
              + " is computed when the model runs ("
              + value.name()
              + "); expected a constant, or what follows from shapes");
    }
    return tensor;
  }

  /// The integers of a constant, those beyond 32 bits as the nearest.
  public static int[] ints(Value value, String what) {
    Tensor tensor = tensor(value, what);
    if (tensor.dtype().isFloat() || tensor.shape().size() > MOST) {
      throw new FormatException(what + " of type " + tensor.type() + "; expected a few integers");
    }
    return Arrays.stream(tensor.toLongArray())
        .mapToInt(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .toArray();
  }

  /// The one number of a constant.
  public static double real(Value value, String what) {
    Tensor tensor = tensor(value, what);
    if (tensor.shape().size() != 1) {
      throw new FormatException(what + " of type " + tensor.type() + "; expected one number");
    }
    return tensor.get(0);
  }

  /// The one integer of a constant.
  public static int one(Value value, String what) {
    int[] values = ints(value, what);
    if (values.length != 1) {
      throw new FormatException(what + " of " + values.length + " integers; expected one");
    }
    return values[0];
  }

  public static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  public Value constant(Tensor tensor) {
    return new Value.Constant(label.isEmpty() ? "c" : label + "/c", tensor);
  }

  /// A number as a scalar.
  public Value number(double value, DType dtype) {
    return constant(Tensor.of(TensorType.of(dtype), value));
  }

  public Value unary(UnaryKind kind, Value x) {
    return add(new Pointwise.Unary(kind), x);
  }

  public Value binary(BinaryKind kind, Value x, Value y) {
    return add(new Pointwise.Binary(kind), x, y);
  }

  public Value binary(BinaryKind kind, Value x, double y) {
    return binary(kind, x, number(y, x.type().dtype()));
  }

  public Value binary(BinaryKind kind, double x, Value y) {
    return binary(kind, number(x, y.type().dtype()), y);
  }

  /// Numbers in the opposite order, and back: those that were the least are the greatest. Of
  /// integers all fit again.
  public Value mirrored(Value x) {
    DType dtype = x.type().dtype();
    return dtype.isFloat()
        ? unary(UnaryKind.NEG, x)
        : binary(BinaryKind.SUB, dtype.isSigned() ? -1.0 : (double) dtype.max(), x);
  }

  public Value select(Value condition, Value x, Value y) {
    return add(new Pointwise.Select(), condition, x, y);
  }

  public Value cast(Value x, DType to) {
    return x.type().dtype() == to ? x : add(new Pointwise.Cast(to), x);
  }

  public Value reshape(Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : add(new Move.Reshape(shape), x);
  }

  public Value reshape(Value x, int... dims) {
    return reshape(x, Shape.of(dims));
  }

  public Value broadcast(Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : add(new Move.Broadcast(shape), x);
  }

  public Value transpose(Value x, int... axes) {
    boolean same = Arrays.equals(axes, IntStream.range(0, axes.length).toArray());
    return same ? x : add(new Move.Transpose(list(axes)), x);
  }

  /// `[n, c, spatial...]` as `[n, spatial..., c]`.
  public Value channelsLast(Value x) {
    return transpose(x, Layouts.toLast(x.type().shape().rank()));
  }

  /// `[n, spatial..., c]` as `[n, c, spatial...]`.
  public Value channelsFirst(Value x) {
    return transpose(x, Layouts.toFirst(x.type().shape().rank()));
  }

  /// The elements from `begin` to `end` along an axis.
  public Value slice(Value x, int axis, int begin, int end) {
    int rank = x.type().shape().rank();
    int[] begins = new int[rank];
    int[] ends = new int[rank];
    Arrays.fill(ends, Move.Slice.END);
    begins[axis] = begin;
    ends[axis] = end;
    return add(new Move.Slice(list(begins), list(ends), Collections.nCopies(rank, 1)), x);
  }

  /// Without axes of extent 1.
  ///
  /// @param axes which; null for all of them
  public Value squeeze(Value x, int @Nullable [] axes) {
    Shape shape = x.type().shape();
    boolean[] gone = new boolean[shape.rank()];
    for (int i = 0; i < gone.length; i++) {
      gone[i] = axes == null && shape.dim(i) == 1;
    }
    for (int axis : axes == null ? new int[0] : axes) {
      if (shape.dim(axis) != 1) {
        throw new FormatException("axis " + axis + " of " + shape + "; expected an extent of 1");
      }
      gone[shape.axis(axis)] = true;
    }
    return reshape(
        x, IntStream.range(0, gone.length).filter(i -> !gone[i]).map(shape::dim).toArray());
  }

  /// The numbers from `start` to `limit`, exclusively, all of them constants.
  public Value range(Value start, Value limit, Value step) {
    double first = real(start, "the start");
    double by = real(step, "the step");
    double count = Math.max(Math.ceil((real(limit, "the limit") - first) / by), 0);
    if (!(count <= MOST)) {
      throw new FormatException("a range of " + count + " numbers; expected at most " + MOST);
    }
    double[] values = IntStream.range(0, (int) count).mapToDouble(i -> first + i * by).toArray();
    return constant(Tensor.of(TensorType.of(start.type().dtype(), values.length), values));
  }

  /// Parts along an axis, one after the other.
  public List<Value> split(Value x, int axis, int... extents) {
    Shape shape = x.type().shape();
    int at = shape.axis(axis);
    List<Value> parts = new ArrayList<>();
    long begin = 0;
    for (int extent : extents) {
      if (extent < 0 || begin + extent > shape.dim(at)) {
        throw new FormatException(
            "parts of " + Arrays.toString(extents) + " of an extent of " + shape.dim(at));
      }
      parts.add(slice(x, at, (int) begin, (int) begin + extent));
      begin += extent;
    }
    return parts;
  }

  public Value concat(int axis, List<Value> parts) {
    return addAll(new Move.Concat(axis), parts).getFirst();
  }

  public Value reduce(Reduce.Kind kind, Value x, boolean keep, int... axes) {
    return add(new Reduce.Reduction(kind, list(axes), keep), x);
  }

  public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    return add(new Contract.MatMul(transposeA, transposeB, Activation.NONE), a, b);
  }

  /// A value with an activation after it.
  public Value activate(Value x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> unary(UnaryKind.RELU, x);
      case RELU6, RELU_N1_TO_1 -> add(new Pointwise.Clamp(activation.low(), activation.high()), x);
      case TANH -> unary(UnaryKind.TANH, x);
      case SIGMOID -> unary(UnaryKind.SIGMOID, x);
    };
  }
}
