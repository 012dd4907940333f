package dev.tendril.compile.text;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ops that put elements elsewhere, or make them of places.
final class HloMoves {
  private HloMoves() {}

  /// From a place in the result to one in the operand.
  private interface Source {
    void of(int[] to, int[] from);
  }

  /// The result; null when the op is none of these.
  static @Nullable Tensor run(HloOp op, List<Tensor> x) {
    HloAttributes attributes = op.attributes();
    return switch (op.name()) {
      case "constant" -> HloLiteral.read(attributes.literal("value"), op.type());
      case "iota" -> iota(op, attributes.integer("iota_dimension"));
      case "reshape" -> {
        if (x.getFirst().shape().size() != op.type().shape().size()) {
          throw op.wrong(x.getFirst().type() + " to " + op.type());
        }
        yield x.getFirst().view(op.type());
      }
      case "broadcast_in_dim" -> {
        int[] places = attributes.array("broadcast_dimensions");
        Shape shape = x.getFirst().shape();
        yield move(
            op,
            x.getFirst(),
            (to, from) -> {
              for (int i = 0; i < from.length; i++) {
                from[i] = shape.dim(i) == 1 ? 0 : to[places[i]];
              }
            });
      }
      case "transpose" -> {
        int[] axes = attributes.array("permutation");
        yield move(
            op,
            x.getFirst(),
            (to, from) -> {
              for (int i = 0; i < axes.length; i++) {
                from[axes[i]] = to[i];
              }
            });
      }
      case "slice" -> {
        int[] begin = attributes.array("start_indices");
        int[] step = attributes.array("strides");
        yield move(
            op,
            x.getFirst(),
            (to, from) -> {
              for (int i = 0; i < from.length; i++) {
                from[i] = begin[i] + to[i] * step[i];
              }
            });
      }
      case "reverse" -> {
        int[] axes = attributes.array("dimensions");
        Shape shape = x.getFirst().shape();
        yield move(
            op,
            x.getFirst(),
            (to, from) -> {
              System.arraycopy(to, 0, from, 0, to.length);
              for (int axis : axes) {
                from[axis] = shape.dim(axis) - 1 - to[axis];
              }
            });
      }
      case "pad" -> pad(op, x.get(0), x.get(1));
      case "concatenate" -> concatenate(op, x);
      default -> null;
    };
  }

  private static Tensor move(HloOp op, Tensor x, Source source) {
    Tensor result = Tensor.allocate(op.type());
    int[] from = new int[x.shape().rank()];
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      source.of(to.at(), from);
      long index = Places.index(x.shape(), from);
      if (index < 0) {
        throw op.wrong("a place outside of " + x.type() + " for " + op.type());
      }
      HloElements.copy(x, index, result, i++);
    }
    return result;
  }

  private static Tensor iota(HloOp op, int axis) {
    Tensor result = Tensor.allocate(op.type());
    DType dtype = result.dtype();
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      Elements.setLong(result.memory(), dtype, i++, to.at()[axis]);
    }
    return result;
  }

  private static Tensor pad(HloOp op, Tensor x, Tensor value) {
    int[] before = op.attributes().array("edge_padding_low");
    for (int inside : op.attributes().array("interior_padding")) {
      if (inside != 0) {
        throw op.wrong("padding between elements");
      }
    }
    Tensor result = Tensor.allocate(op.type());
    int[] from = new int[before.length];
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      for (int axis = 0; axis < from.length; axis++) {
        from[axis] = to.at()[axis] - before[axis];
      }
      long index = Places.index(x.shape(), from);
      HloElements.copy(index < 0 ? value : x, Math.max(index, 0), result, i++);
    }
    return result;
  }

  private static Tensor concatenate(HloOp op, List<Tensor> x) {
    int axis = op.attributes().integer("dimension");
    TensorType type = op.type();
    Tensor result = Tensor.allocate(type);
    int first = 0;
    for (Tensor part : x) {
      long i = 0;
      for (Places from = new Places(part.shape()); from.more(); from.next()) {
        int[] to = from.at().clone();
        to[axis] += first;
        HloElements.copy(part, i++, result, Places.index(type.shape(), to));
      }
      first += part.shape().dim(axis);
    }
    if (first != type.shape().dim(axis)) {
      throw op.wrong("parts that come to " + first + " along axis " + axis + " of " + type);
    }
    return result;
  }
}
