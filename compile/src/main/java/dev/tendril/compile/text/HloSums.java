package dev.tendril.compile.text;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/// Ops that join many elements: reductions, windows, products, convolutions. Floats are summed in
/// 64 bits and rounded once.
final class HloSums {
  private HloSums() {}

  /// The result; null when the op is none of these.
  static @Nullable Tensor run(HloOp op, List<Tensor> x) {
    return switch (op.name()) {
      case "reduce" -> reduce(op, x);
      case "reduce_window" -> reduceWindow(op, x);
      case "dot_general" -> dot(op, x.get(0), x.get(1));
      case "convolution" -> convolution(op, x.get(0), x.get(1));
      default -> null;
    };
  }

  /// A place of a result, to which elements are joined.
  static final class Joint {
    private final DType dtype;
    private final @Nullable DoubleBinaryOperator real;
    private final @Nullable LongBinaryOperator whole;
    private double reals;
    private long wholes;

    Joint(HloOp op, DType dtype) {
      this(op, op.regions().getFirst().joinedBy(), dtype);
    }

    private Joint(HloOp op, String name, DType dtype) {
      this.dtype = dtype;
      this.real = dtype.isFloat() ? HloScalars.reals(name) : null;
      this.whole = dtype.isFloat() ? null : HloScalars.wholes(name, dtype);
      if (real == null && whole == null) {
        throw op.wrong("a region that is not one op of two arguments");
      }
    }

    void start(Tensor tensor, long i) {
      reals = dtype.isFloat() ? tensor.get(i) : 0;
      wholes = dtype.isFloat() ? 0 : tensor.getLong(i);
    }

    void join(Tensor tensor, long i) {
      if (real != null) {
        reals = real.applyAsDouble(reals, tensor.get(i));
      } else if (whole != null) {
        wholes = whole.applyAsLong(wholes, tensor.getLong(i));
      }
    }

    void store(Tensor tensor, long i) {
      if (dtype.isFloat()) {
        Elements.setDouble(tensor.memory(), tensor.dtype(), i, reals);
      } else {
        Elements.setLong(tensor.memory(), tensor.dtype(), i, wholes);
      }
    }
  }

  private static void single(HloOp op, List<Tensor> x) {
    if (x.size() != 2 || op.types().size() != 1) {
      throw op.wrong("of several values at once");
    }
  }

  private static Tensor reduce(HloOp op, List<Tensor> x) {
    single(op, x);
    int[] axes = op.attributes().array("dimensions");
    Shape shape = x.getFirst().shape();
    int[] kept = shape.dims();
    int[] gone = new int[shape.rank()];
    Arrays.fill(gone, 1);
    for (int axis : axes) {
      gone[axis] = kept[axis];
      kept[axis] = 1;
    }
    Tensor result = Tensor.allocate(op.type());
    Joint joint = new Joint(op, result.dtype());
    int[] place = new int[shape.rank()];
    long i = 0;
    for (Places to = new Places(kept); to.more(); to.next()) {
      joint.start(x.get(1), 0);
      for (Places from = new Places(gone); from.more(); from.next()) {
        for (int axis = 0; axis < place.length; axis++) {
          place[axis] = to.at()[axis] + from.at()[axis];
        }
        joint.join(x.getFirst(), Places.index(shape, place));
      }
      joint.store(result, i++);
    }
    return result;
  }

  private static Tensor reduceWindow(HloOp op, List<Tensor> x) {
    single(op, x);
    Tensor operand = x.getFirst();
    HloAttributes attributes = op.attributes();
    int[] window = attributes.array("window_dimensions");
    int[] strides = attributes.array("window_strides");
    int[] padding = attributes.array("padding");
    Tensor result = Tensor.allocate(op.type());
    Joint joint = new Joint(op, result.dtype());
    int[] place = new int[window.length];
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      joint.start(x.get(1), 0);
      for (Places in = new Places(window); in.more(); in.next()) {
        for (int axis = 0; axis < place.length; axis++) {
          place[axis] = to.at()[axis] * strides[axis] + in.at()[axis] - padding[2 * axis];
        }
        long index = Places.index(operand.shape(), place);
        if (index >= 0) {
          joint.join(operand, index);
        }
      }
      joint.store(result, i++);
    }
    return result;
  }

  /// The sum of products, as a result's element.
  private static final class Product {
    private final Tensor x;
    private final Tensor y;
    private double real;
    private long whole;

    Product(Tensor x, Tensor y) {
      this.x = x;
      this.y = y;
    }

    void add(long i, long j) {
      if (x.dtype().isFloat()) {
        real += x.get(i) * y.get(j);
      } else {
        whole += x.getLong(i) * y.getLong(j);
      }
    }

    void store(Tensor result, long i) {
      if (x.dtype().isFloat()) {
        Elements.setDouble(result.memory(), result.dtype(), i, real);
      } else {
        Elements.setLong(result.memory(), result.dtype(), i, whole);
      }
      real = 0;
      whole = 0;
    }
  }

  private static int[] others(int rank, int[]... taken) {
    return java.util.stream.IntStream.range(0, rank)
        .filter(
            axis -> Arrays.stream(taken).noneMatch(t -> Arrays.stream(t).anyMatch(a -> a == axis)))
        .toArray();
  }

  private static Tensor dot(HloOp op, Tensor x, Tensor y) {
    String name = "dot_dimension_numbers";
    int[] xBatch = op.attributes().array(name, "lhs_batching_dimensions");
    int[] yBatch = op.attributes().array(name, "rhs_batching_dimensions");
    int[] xSum = op.attributes().array(name, "lhs_contracting_dimensions");
    int[] ySum = op.attributes().array(name, "rhs_contracting_dimensions");
    int[] xFree = others(x.shape().rank(), xBatch, xSum);
    int[] yFree = others(y.shape().rank(), yBatch, ySum);
    int[] sums = Arrays.stream(xSum).map(x.shape()::dim).toArray();
    if (!Arrays.equals(sums, Arrays.stream(ySum).map(y.shape()::dim).toArray())) {
      throw op.wrong("products of " + x.type() + " and " + y.type());
    }
    Tensor result = Tensor.allocate(op.type());
    Product product = new Product(x, y);
    int[] xAt = new int[x.shape().rank()];
    int[] yAt = new int[y.shape().rank()];
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      int axis = 0;
      for (int j = 0; j < xBatch.length; j++, axis++) {
        xAt[xBatch[j]] = to.at()[axis];
        yAt[yBatch[j]] = to.at()[axis];
      }
      for (int free : xFree) {
        xAt[free] = to.at()[axis++];
      }
      for (int free : yFree) {
        yAt[free] = to.at()[axis++];
      }
      for (Places in = new Places(sums); in.more(); in.next()) {
        for (int j = 0; j < sums.length; j++) {
          xAt[xSum[j]] = in.at()[j];
          yAt[ySum[j]] = in.at()[j];
        }
        product.add(Places.index(x.shape(), xAt), Places.index(y.shape(), yAt));
      }
      product.store(result, i++);
    }
    return result;
  }

  /// Where batch, features and spatial axes of a value are.
  private record Layout(int first, int last, int[] spatial) {
    static Layout of(String[] places, String first, String last) {
      List<String> names = List.of(places);
      int[] spatial = new int[places.length - 2];
      for (int i = 0; i < spatial.length; i++) {
        spatial[i] = names.indexOf(Integer.toString(i));
      }
      return new Layout(names.indexOf(first), names.indexOf(last), spatial);
    }
  }

  private static Tensor convolution(HloOp op, Tensor x, Tensor filter) {
    HloAttributes attributes = op.attributes();
    String[][] places = attributes.places("dimension_numbers");
    Layout in = Layout.of(places[0], "b", "f");
    Layout window = Layout.of(places[1], "o", "i");
    Layout out = Layout.of(places[2], "b", "f");
    int[] strides = attributes.array("window_strides");
    int[] padding = attributes.array("padding");
    int[] spread = attributes.array("lhs_dilation");
    int[] dilations = attributes.array("rhs_dilation");
    int groups = attributes.integer("feature_group_count");
    int depth = filter.shape().dim(window.last);
    int ofGroup = filter.shape().dim(window.first) / groups;
    if (depth * groups != x.shape().dim(in.last)) {
      throw op.wrong(x.type() + " by filters of " + filter.type() + " in " + groups + " groups");
    }
    int[] sizes = Arrays.stream(window.spatial).map(filter.shape()::dim).toArray();
    Tensor result = Tensor.allocate(op.type());
    Product product = new Product(x, filter);
    int[] xAt = new int[x.shape().rank()];
    int[] wAt = new int[filter.shape().rank()];
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      xAt[in.first] = to.at()[out.first];
      wAt[window.first] = to.at()[out.last];
      int group = to.at()[out.last] / Math.max(1, ofGroup);
      for (Places at = new Places(sizes); at.more(); at.next()) {
        boolean inside = true;
        for (int axis = 0; axis < sizes.length; axis++) {
          int place =
              to.at()[out.spatial[axis]] * strides[axis]
                  + at.at()[axis] * dilations[axis]
                  - padding[2 * axis];
          inside &= place >= 0 && place % spread[axis] == 0;
          xAt[in.spatial[axis]] = place / spread[axis];
          wAt[window.spatial[axis]] = at.at()[axis];
        }
        for (int c = 0; inside && c < depth; c++) {
          xAt[in.last] = group * depth + c;
          wAt[window.last] = c;
          long from = Places.index(x.shape(), xAt);
          if (from >= 0) {
            product.add(from, Places.index(filter.shape(), wAt));
          }
        }
      }
      product.store(result, i++);
    }
    return result;
  }
}
