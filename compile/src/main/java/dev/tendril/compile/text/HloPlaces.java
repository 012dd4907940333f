package dev.tendril.compile.text;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Ops that read, write or order elements by numbers.
final class HloPlaces {
  private HloPlaces() {}

  private static Set<Integer> set(int... values) {
    return Arrays.stream(values).boxed().collect(Collectors.toSet());
  }

  /// The tuple of indices at a place of the other axes.
  private static int[] tuple(Tensor indices, int vectorAxis, int[] place, int length) {
    Shape shape = indices.shape();
    int[] at = new int[shape.rank()];
    for (int axis = 0, from = 0; axis < at.length; axis++) {
      at[axis] = axis == vectorAxis ? 0 : place[from++];
    }
    int[] tuple = new int[length];
    for (int i = 0; i < length; i++) {
      if (vectorAxis < at.length) {
        at[vectorAxis] = i;
      }
      long value = indices.getLong(Places.index(shape, at));
      tuple[i] = Math.clamp(value, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2);
    }
    return tuple;
  }

  /// Indices out of range are moved into it, as the specification says.
  static Tensor gather(HloOp op, Tensor data, Tensor indices) {
    String name = "dimension_numbers";
    HloAttributes attributes = op.attributes();
    int[] offsets = attributes.array(name, "offset_dims");
    Set<Integer> collapsed = set(attributes.array(name, "collapsed_slice_dims"));
    int[] map = attributes.array(name, "start_index_map");
    int vectorAxis = attributes.array(name, "index_vector_dim")[0];
    int[] sizes = attributes.array("slice_sizes");
    int[] kept = IntStream.range(0, sizes.length).filter(a -> !collapsed.contains(a)).toArray();
    Tensor result = Tensor.allocate(op.type());
    Set<Integer> isOffset = set(offsets);
    int[] outer =
        IntStream.range(0, result.shape().rank()).filter(a -> !isOffset.contains(a)).toArray();
    long i = 0;
    for (Places to = new Places(result.shape()); to.more(); to.next()) {
      int[] place = Arrays.stream(outer).map(axis -> to.at()[axis]).toArray();
      int[] tuple = tuple(indices, vectorAxis, place, map.length);
      int[] from = new int[sizes.length];
      for (int j = 0; j < map.length; j++) {
        int most = data.shape().dim(map[j]) - sizes[map[j]];
        from[map[j]] = Math.clamp(tuple[j], 0, Math.max(0, most));
      }
      for (int j = 0; j < kept.length; j++) {
        from[kept[j]] += to.at()[offsets[j]];
      }
      long index = Places.index(data.shape(), from);
      if (index < 0) {
        throw op.wrong("a place outside of " + data.type());
      }
      HloElements.copy(data, index, result, i++);
    }
    return result;
  }

  /// Updates out of range are left out, as the specification says.
  static Tensor scatter(HloOp op, Tensor data, Tensor indices, Tensor updates) {
    String name = "scatter_dimension_numbers";
    HloAttributes attributes = op.attributes();
    int[] windowAxes = attributes.array(name, "update_window_dims");
    Set<Integer> inserted = set(attributes.array(name, "inserted_window_dims"));
    int[] map = attributes.array(name, "scatter_dims_to_operand_dims");
    int vectorAxis = attributes.array(name, "index_vector_dim")[0];
    Tensor result = data.copy();
    HloSums.Joint joint = new HloSums.Joint(op, data.dtype());
    Set<Integer> isWindow = set(windowAxes);
    int[] kept =
        IntStream.range(0, data.shape().rank()).filter(a -> !inserted.contains(a)).toArray();
    int[] outer =
        IntStream.range(0, updates.shape().rank()).filter(a -> !isWindow.contains(a)).toArray();
    long i = 0;
    for (Places from = new Places(updates.shape()); from.more(); from.next()) {
      int[] place = Arrays.stream(outer).map(axis -> from.at()[axis]).toArray();
      int[] tuple = tuple(indices, vectorAxis, place, map.length);
      int[] to = new int[data.shape().rank()];
      for (int j = 0; j < map.length; j++) {
        to[map[j]] = tuple[j];
      }
      for (int j = 0; j < kept.length; j++) {
        to[kept[j]] += from.at()[windowAxes[j]];
      }
      long index = Places.index(data.shape(), to);
      if (index >= 0) {
        joint.start(result, index);
        joint.join(updates, i);
        joint.store(result, index);
      }
      i++;
    }
    return result;
  }

  /// Sorts values along an axis by what the region says of the scalars of two places.
  static List<Tensor> sort(HloOp op, List<Tensor> x, HloInterpreter interpreter) {
    int axis = op.attributes().integer("dimension");
    Shape shape = x.getFirst().shape();
    List<Tensor> results = x.stream().map(operand -> Tensor.allocate(operand.type())).toList();
    HloRegion region = op.regions().getFirst();
    int[] lines = shape.dims();
    int length = lines[axis];
    lines[axis] = Math.min(1, length);
    long step = shape.strides()[axis];
    for (Places line = new Places(lines); line.more(); line.next()) {
      long first = Places.index(shape, line.at());
      Integer[] order = IntStream.range(0, length).boxed().toArray(Integer[]::new);
      Arrays.sort(
          order,
          (i, j) -> {
            boolean before = isBefore(interpreter, region, x, first + i * step, first + j * step);
            boolean after = isBefore(interpreter, region, x, first + j * step, first + i * step);
            return before ? -1 : after ? 1 : 0;
          });
      for (int i = 0; i < length; i++) {
        for (int j = 0; j < x.size(); j++) {
          HloElements.copy(x.get(j), first + order[i] * step, results.get(j), first + i * step);
        }
      }
    }
    return results;
  }

  private static boolean isBefore(
      HloInterpreter interpreter, HloRegion region, List<Tensor> x, long i, long j) {
    try (TensorScope _ = TensorScope.open()) {
      List<Tensor> scalars =
          x.stream()
              .flatMap(
                  tensor ->
                      IntStream.of(0, 1).mapToObj(which -> scalar(tensor, which == 0 ? i : j)))
              .toList();
      return interpreter.run(region, scalars).getFirst().getLong(0) != 0;
    }
  }

  private static Tensor scalar(Tensor tensor, long i) {
    Tensor scalar = Tensor.allocate(TensorType.of(tensor.dtype()));
    HloElements.copy(tensor, i, scalar, 0);
    return scalar;
  }
}
