package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.List;

/// The types of results of ops that run subgraphs.
final class BodyShapes {
  private BodyShapes() {}

  static List<TensorType> infer(Structured.Body op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 0, Integer.MAX_VALUE, "what the subgraph takes");
    return switch (op) {
      case Structured.If branches -> branches(branches, operands, types);
      case Structured.While loop -> loop(loop, operands, types);
      case Structured.Call call -> results(call.body(), operands, types);
      case Structured.Fused fused -> results(fused.body(), operands, types);
    };
  }

  private static List<TensorType> branches(
      Structured.If op, Operands operands, List<TensorType> types) {
    if (types.isEmpty()) {
      throw operands.misfit("no operands; expected a boolean scalar first");
    }
    flag(operands, types.getFirst(), "a condition");
    List<TensorType> rest = types.subList(1, types.size());
    return join(
        operands,
        results(op.then(), operands, rest),
        results(op.otherwise(), operands, rest),
        "the branches give");
  }

  private static List<TensorType> loop(
      Structured.While op, Operands operands, List<TensorType> types) {
    List<TensorType> state = types;
    while (true) {
      List<TensorType> next = results(op.body(), operands, state);
      List<TensorType> joined = join(operands, state, next, "the loop has and its body gives");
      if (joined.equals(state)) {
        break;
      }
      state = joined;
    }
    List<TensorType> condition = results(op.condition(), operands, state);
    if (condition.size() != 1) {
      throw operands.misfit("a condition of " + condition.size() + " results; expected one");
    }
    flag(operands, condition.getFirst(), "a condition");
    return state;
  }

  private static void flag(Operands operands, TensorType type, String name) {
    boolean one = true;
    for (int dim : type.shape().dims()) {
      one &= dim == 1 || dim == Shape.ANY;
    }
    if (type.dtype() != DType.BOOL || !one) {
      throw operands.mistype(name + " of type " + type + "; expected one boolean");
    }
  }

  private static List<TensorType> results(
      Subgraph body, Operands operands, List<TensorType> types) {
    if (body.parameters().size() != types.size()) {
      throw operands.misfit(
          types.size()
              + " operands for the subgraph "
              + body.name()
              + "; expected "
              + body.parameters().size());
    }
    return body.results(types);
  }

  /// What admits both: extents that differ become unknown.
  private static List<TensorType> join(
      Operands operands, List<TensorType> a, List<TensorType> b, String what) {
    if (a.size() != b.size()) {
      throw operands.misfit(
          what + " " + a.size() + " and " + b.size() + " values; expected as many");
    }
    List<TensorType> joined = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      TensorType x = a.get(i);
      TensorType y = b.get(i);
      Shape shape = x.shape();
      if (shape.rank() != y.shape().rank() || !x.equals(y.with(shape))) {
        throw operands.mistype(what + " " + x + " and " + y + "; expected the same type");
      }
      int[] dims = shape.dims();
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] = dims[axis] == y.shape().dim(axis) ? dims[axis] : Shape.ANY;
      }
      joined.add(x.with(Shape.of(dims)));
    }
    return joined;
  }
}
