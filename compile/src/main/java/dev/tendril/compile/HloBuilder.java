package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a program op by op, in the generic form of MLIR, which changes least from version to
/// version.
///
/// **Checks.** Some ops of Tendril refuse values, as a division by 0 or an index out of range. A
/// program cannot; so it gives a boolean more for each such place, and whoever runs it looks.
final class HloBuilder {
  private StringBuilder text = new StringBuilder();
  private final List<Hlo> checks = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Hlo> scalars = new HashMap<>();
  private int next;
  private int depth;

  /// The lines so far.
  String text() {
    return text.toString();
  }

  /// An op with attributes and regions as they are written.
  List<Hlo> op(
      String name,
      String attributes,
      List<Hlo> operands,
      List<String> regions,
      List<TensorType> results) {
    String id = "%" + next++;
    text.append("  ".repeat(depth + 2)).append(id);
    if (results.size() != 1) {
      text.append(':').append(results.size());
    }
    text.append(" = ");
    head(name, operands);
    if (!regions.isEmpty()) {
      text.append(" (").append(String.join(", ", regions)).append(')');
    }
    if (!attributes.isEmpty()) {
      text.append(" {").append(attributes).append('}');
    }
    text.append(" : ")
        .append(HloTypes.tensors(operands.stream().map(Hlo::type).toList()))
        .append(" -> ")
        .append(
            results.size() == 1 ? HloTypes.tensor(results.getFirst()) : HloTypes.tensors(results))
        .append('\n');
    return IntStream.range(0, results.size())
        .mapToObj(i -> new Hlo(results.size() == 1 ? id : id + "#" + i, results.get(i)))
        .toList();
  }

  private void head(String name, List<Hlo> operands) {
    text.append('"')
        .append(name.indexOf('.') < 0 ? "stablehlo." : "")
        .append(name)
        .append("\"(")
        .append(operands.stream().map(Hlo::id).collect(Collectors.joining(", ")))
        .append(')');
  }

  /// What ends a region or the program.
  void end(String name, List<Hlo> results) {
    text.append("  ".repeat(depth + 2));
    head(name, results);
    text.append(" : ")
        .append(HloTypes.tensors(results.stream().map(Hlo::type).toList()))
        .append(" -> ()\n");
  }

  Hlo op(String name, String attributes, TensorType result, Hlo... operands) {
    return op(name, attributes, List.of(operands), List.of(), List.of(result)).getFirst();
  }

  /// A region as it is written.
  ///
  /// @param parameters the types of its block's arguments
  /// @param body from arguments to results
  String region(List<TensorType> parameters, Function<List<Hlo>, List<Hlo>> body) {
    StringBuilder outer = text;
    Map<String, Hlo> known = Map.copyOf(scalars);
    scalars.clear();
    text = new StringBuilder("{\n");
    List<Hlo> arguments = parameters.stream().map(t -> new Hlo("%" + next++, t)).toList();
    if (!arguments.isEmpty()) {
      text.append("  ".repeat(depth + 2))
          .append("^bb0")
          .append(
              arguments.stream()
                  .map(a -> a.id() + ": " + HloTypes.tensor(a.type()))
                  .collect(Collectors.joining(", ", "(", ")")))
          .append(":\n");
    }
    depth++;
    try {
      end("stablehlo.return", body.apply(arguments));
      return text.append("  ".repeat(depth + 1)).append('}').toString();
    } finally {
      depth--;
      text = outer;
      scalars.clear();
      scalars.putAll(known);
    }
  }

  /// A condition on values; the program says whether it holds everywhere.
  ///
  /// @param message what is thrown when it does not
  void check(Hlo condition, String message) {
    if (depth > 0) {
      throw new Unlowered("in a loop or a branch, where nobody would hear of " + message);
    }
    Hlo all = condition;
    if (condition.rank() > 0) {
      all = reduce("and", condition, scalar(1, DType.BOOL), axes(condition.rank()));
    }
    checks.add(reshape(all, Shape.of(1)));
    failures.add(message);
  }

  /// All checks in one vector; none when there are none.
  List<Hlo> checks() {
    return checks.isEmpty() ? List.of() : List.of(concat(0, checks));
  }

  /// What is wrong where a check does not hold.
  List<String> failures() {
    return List.copyOf(failures);
  }

  Hlo constant(Tensor tensor) {
    return op("constant", "value = " + HloTypes.dense(tensor), tensor.type());
  }

  Hlo scalar(double value, DType dtype) {
    return scalars.computeIfAbsent(
        dtype + " " + value, _ -> constant(Tensor.of(TensorType.of(dtype), value)));
  }

  Hlo whole(long value) {
    return constant(Tensor.of(new long[] {value}));
  }

  /// The same number everywhere.
  Hlo filled(double value, TensorType type) {
    return broadcast(scalar(value, type.dtype()), type.shape());
  }

  Hlo filledLike(double value, Hlo x) {
    return filled(value, x.type());
  }

  Hlo iota(Shape shape, int axis, DType dtype) {
    return op("iota", "iota_dimension = " + axis + " : i64", new TensorType(dtype, shape));
  }

  Hlo unary(String name, Hlo x) {
    return op(name, "", x.type(), x);
  }

  Hlo binary(String name, Hlo x, Hlo y) {
    Shape shape = Shape.broadcast(x.shape(), y.shape());
    Hlo a = broadcast(x, shape);
    return op(name, "", a.type(), a, broadcast(y, shape));
  }

  Hlo add(Hlo x, Hlo y) {
    return binary("add", x, y);
  }

  Hlo sub(Hlo x, Hlo y) {
    return binary("subtract", x, y);
  }

  Hlo mul(Hlo x, Hlo y) {
    return binary("multiply", x, y);
  }

  Hlo div(Hlo x, Hlo y) {
    return binary("divide", x, y);
  }

  Hlo max(Hlo x, Hlo y) {
    return binary("maximum", x, y);
  }

  Hlo min(Hlo x, Hlo y) {
    return binary("minimum", x, y);
  }

  Hlo and(Hlo x, Hlo y) {
    return binary("and", x, y);
  }

  Hlo add(Hlo x, double y) {
    return add(x, scalar(y, x.dtype()));
  }

  Hlo mul(Hlo x, double y) {
    return mul(x, scalar(y, x.dtype()));
  }

  Hlo div(Hlo x, double y) {
    return div(x, scalar(y, x.dtype()));
  }

  /// @param direction EQ, NE, LT, LE, GT or GE
  Hlo compare(String direction, Hlo x, Hlo y) {
    Shape shape = Shape.broadcast(x.shape(), y.shape());
    String kind = x.dtype().isFloat() ? "FLOAT" : x.dtype().isSigned() ? "SIGNED" : "UNSIGNED";
    return op(
        "compare",
        "comparison_direction = #stablehlo<comparison_direction "
            + direction
            + ">, compare_type = #stablehlo<comparison_type "
            + kind
            + ">",
        new TensorType(DType.BOOL, shape),
        broadcast(x, shape),
        broadcast(y, shape));
  }

  Hlo compare(String direction, Hlo x, double y) {
    return compare(direction, x, scalar(y, x.dtype()));
  }

  Hlo isNan(Hlo x) {
    return compare("NE", x, x);
  }

  Hlo select(Hlo condition, Hlo x, Hlo y) {
    Shape shape = Shape.broadcast(condition.shape(), Shape.broadcast(x.shape(), y.shape()));
    Hlo a = broadcast(x, shape);
    return op("select", "", a.type(), broadcast(condition, shape), a, broadcast(y, shape));
  }

  Hlo select(Hlo condition, Hlo x, double y) {
    return select(condition, x, scalar(y, x.dtype()));
  }

  Hlo select(Hlo condition, double x, Hlo y) {
    return select(condition, scalar(x, y.dtype()), y);
  }

  /// Kept to a range; NaN stays.
  Hlo clamp(double low, Hlo x, double high) {
    return op("clamp", "", x.type(), scalar(low, x.dtype()), x, scalar(high, x.dtype()));
  }

  Hlo convert(Hlo x, DType to) {
    return x.dtype() == to ? x : op("convert", "", x.type().with(to), x);
  }

  /// In 32 bits where it has fewer: what is made of several ops is to be rounded once.
  Hlo wide(Hlo x) {
    return x.dtype() == DType.F16 || x.dtype() == DType.BF16 ? convert(x, DType.F32) : x;
  }

  Hlo reshape(Hlo x, Shape shape) {
    return x.shape().equals(shape) ? x : op("reshape", "", x.type().with(shape), x);
  }

  Hlo reshape(Hlo x, int... dims) {
    return reshape(x, Shape.of(dims));
  }

  /// Stretched as [Shape#broadcast] does it.
  Hlo broadcast(Hlo x, Shape shape) {
    int added = shape.rank() - x.rank();
    return broadcast(x, shape, IntStream.range(added, shape.rank()).toArray());
  }

  /// Its axes at other places of a shape.
  Hlo broadcast(Hlo x, Shape shape, int... places) {
    return x.shape().equals(shape)
        ? x
        : op(
            "broadcast_in_dim",
            "broadcast_dimensions = " + HloTypes.array(places),
            x.type().with(shape),
            x);
  }

  Hlo transpose(Hlo x, List<Integer> axes) {
    if (axes.equals(IntStream.range(0, axes.size()).boxed().toList())) {
      return x;
    }
    Shape shape = Shape.of(axes.stream().map(x::dim).toList());
    return op("transpose", "permutation = " + HloTypes.array(axes), x.type().with(shape), x);
  }

  Hlo slice(Hlo x, int[] begin, int[] end, int[] step) {
    int[] dims = new int[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Math.max(0, Math.ceilDiv(end[i] - begin[i], step[i]));
    }
    return op(
        "slice",
        "start_indices = "
            + HloTypes.array(begin)
            + ", limit_indices = "
            + HloTypes.array(end)
            + ", strides = "
            + HloTypes.array(step),
        x.type().with(Shape.of(dims)),
        x);
  }

  /// The elements from `begin` to `end` along an axis.
  Hlo slice(Hlo x, int axis, int begin, int end) {
    int[] begins = new int[x.rank()];
    int[] ends = x.shape().dims();
    int[] steps = new int[x.rank()];
    Arrays.fill(steps, 1);
    begins[axis] = begin;
    ends[axis] = end;
    return slice(x, begins, ends, steps);
  }

  /// One place along an axis, which goes.
  Hlo at(Hlo x, int axis, int place) {
    return reshape(slice(x, axis, place, place + 1), x.shape().without(axis));
  }

  /// More elements before and after; fewer where the numbers are negative.
  Hlo pad(Hlo x, Hlo value, int[] before, int[] after) {
    int[] dims = x.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] += before[i] + after[i];
    }
    return op(
        "pad",
        "edge_padding_low = "
            + HloTypes.array(before)
            + ", edge_padding_high = "
            + HloTypes.array(after)
            + ", interior_padding = "
            + HloTypes.array(new int[dims.length]),
        x.type().with(Shape.of(dims)),
        x,
        value);
  }

  /// The same along one axis.
  Hlo pad(Hlo x, Hlo value, int axis, int before, int after) {
    int[] befores = new int[x.rank()];
    int[] afters = new int[x.rank()];
    befores[axis] = before;
    afters[axis] = after;
    return pad(x, value, befores, afters);
  }

  Hlo concat(int axis, List<Hlo> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    int extent = parts.stream().mapToInt(part -> part.dim(axis)).sum();
    TensorType type = parts.getFirst().type();
    return op(
            "concatenate",
            "dimension = " + axis + " : i64",
            parts,
            List.of(),
            List.of(type.with(type.shape().with(axis, extent))))
        .getFirst();
  }

  Hlo reverse(Hlo x, List<Integer> axes) {
    return axes.isEmpty() ? x : op("reverse", "dimensions = " + HloTypes.array(axes), x.type(), x);
  }

  static int[] axes(int rank) {
    return IntStream.range(0, rank).toArray();
  }

  /// A region of one op of two scalars.
  private String join(String name, DType dtype) {
    TensorType type = TensorType.of(dtype);
    return region(List.of(type, type), x -> List.of(op(name, "", type, x.get(0), x.get(1))));
  }

  /// All along axes joined by an op; the axes go.
  Hlo reduce(String name, Hlo x, Hlo first, int... axes) {
    Shape shape = x.shape();
    for (int axis : IntStream.of(axes).boxed().sorted(Collections.reverseOrder()).toList()) {
      shape = shape.without(axis);
    }
    return op(
            "reduce",
            "dimensions = " + HloTypes.array(axes),
            List.of(x, first),
            List.of(join(name, x.dtype())),
            List.of(x.type().with(shape)))
        .getFirst();
  }

  /// The same, with extents of 1 in place of the axes.
  Hlo reduceKept(String name, Hlo x, Hlo first, int... axes) {
    Shape shape = x.shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return reshape(reduce(name, x, first, axes), shape);
  }

  Hlo sumKept(Hlo x, int... axes) {
    return reduceKept("add", x, scalar(0, x.dtype()), axes);
  }

  Hlo maxKept(Hlo x, int... axes) {
    return reduceKept("maximum", x, scalar(Double.NEGATIVE_INFINITY, x.dtype()), axes);
  }

  /// All elements of a window joined by an op, at each of its places.
  Hlo reduceWindow(
      String name, Hlo x, Hlo first, int[] window, int[] strides, int[] before, int[] after) {
    int[] dims = x.shape().dims();
    int[] ones = new int[dims.length];
    Arrays.fill(ones, 1);
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Math.floorDiv(dims[i] + before[i] + after[i] - window[i], strides[i]) + 1;
    }
    return op(
            "reduce_window",
            "window_dimensions = "
                + HloTypes.array(window)
                + ", window_strides = "
                + HloTypes.array(strides)
                + ", base_dilations = "
                + HloTypes.array(ones)
                + ", window_dilations = "
                + HloTypes.array(ones)
                + ", padding = "
                + padding(before, after),
            List.of(x, first),
            List.of(join(name, x.dtype())),
            List.of(x.type().with(Shape.of(dims))))
        .getFirst();
  }

  /// Such as `dense<[[0, 1], [0, 0]]> : tensor<2x2xi64>`.
  static String padding(int[] before, int[] after) {
    return IntStream.range(0, before.length)
            .mapToObj(i -> "[" + before[i] + ", " + after[i] + "]")
            .collect(Collectors.joining(", ", "dense<[", "]>"))
        + " : tensor<"
        + before.length
        + "x2xi64>";
  }

  /// Products summed over an axis of each.
  ///
  /// @param batches the number of first axes that both share
  Hlo dot(Hlo x, Hlo y, int batches, int xAxis, int yAxis) {
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (i != xAxis) {
        dims.add(x.dim(i));
      }
    }
    for (int i = batches; i < y.rank(); i++) {
      if (i != yAxis) {
        dims.add(y.dim(i));
      }
    }
    String shared = HloTypes.list(IntStream.range(0, batches).boxed().toList());
    return op(
        "dot_general",
        "dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = "
            + shared
            + ", rhs_batching_dimensions = "
            + shared
            + ", lhs_contracting_dimensions = ["
            + xAxis
            + "], rhs_contracting_dimensions = ["
            + yAxis
            + "]>, "
            + PRECISION,
        new TensorType(sums(x.dtype()), Shape.of(dims)),
        x,
        y);
  }

  /// As many bits as the operands have: some devices would take fewer.
  static final String PRECISION =
      "precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]";

  /// The type of sums of products.
  static DType sums(DType dtype) {
    return dtype == DType.F16 || dtype == DType.BF16 ? DType.F32 : dtype;
  }
}
