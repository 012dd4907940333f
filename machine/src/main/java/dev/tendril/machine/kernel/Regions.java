package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Elementwise;
import dev.tendril.machine.gen.Elementwise.Kind;
import dev.tendril.machine.gen.Elementwise.Operation;
import dev.tendril.machine.host.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Pointwise ops on 32-bit floats, and regions of them, whose operands have the shape of the result
/// or are one number.
final class Regions {
  /// Elements that are worth a thread, in products.
  private static final int EACH = 10;

  /// Floats that fill vectors of any width.
  private static final int WIDEST = 16;

  private Regions() {}

  static Support supports(Node node) {
    Graph body = body(node);
    if (body == null) {
      return Support.no("not a region of pointwise ops with one result");
    }
    TensorType result = node.outputs().getFirst();
    if (result.dtype() != DType.F32) {
      return Support.no("a result of " + result.dtype().text());
    }
    int dense = 0;
    for (TensorType type : node.inputTypes()) {
      boolean whole = type.shape().equals(result.shape());
      if (!whole && type.shape().size() != 1) {
        return Support.no("operands of several shapes");
      }
      dense += whole ? 1 : 0;
    }
    if (dense == 0 || dense > Elementwise.MOST_DENSE) {
      return Support.no(dense + " operands of the result's shape");
    }
    for (Node each : body.nodes()) {
      if (each.outputs().getFirst().dtype() != DType.F32 || operation(each, 0, 0) == null) {
        return Support.no("no machine code for " + each.op().name());
      }
    }
    for (Value.Constant constant : body.constants()) {
      if (constant.type().dtype() != DType.F32 || constant.type().shape().size() != 1) {
        return Support.no("the constant " + constant.type() + " within");
      }
    }
    int values = body.inputs().size() + body.constants().size() + body.nodes().size();
    return values > Elementwise.MOST_VALUES ? Support.no(values + " values") : Support.YES;
  }

  /// The graph of a region, or of one pointwise op; null of other nodes.
  private static @Nullable Graph body(Node node) {
    if (node.op() instanceof Structured.Fused fused) {
      return fused.body() instanceof Graph graph
              && graph.outputs().size() == 1
              && graph.nodes().stream().allMatch(each -> each.op() instanceof Pointwise)
              && !graph.nodes().isEmpty()
              && graph.outputs().getFirst().equals(graph.nodes().getLast().output())
          ? graph
          : null;
    }
    if (!(node.op() instanceof Pointwise)) {
      return null;
    }
    GraphBuilder builder = Graph.builder(node.name());
    List<Value> inputs = new ArrayList<>();
    for (TensorType type : node.inputTypes()) {
      inputs.add(builder.input("x" + inputs.size(), type));
    }
    builder.output("y", builder.add(node.op(), inputs).getFirst());
    return builder.build();
  }

  /// The operation of a node on values of these numbers; null when there is none.
  private static @Nullable Operation operation(Node node, int a, int b) {
    float none = Float.POSITIVE_INFINITY;
    return switch ((Pointwise) node.op()) {
      case Pointwise.Binary binary ->
          switch (binary.kind()) {
            case ADD -> new Operation(Kind.ADD, a, b, -none, none);
            case SUB -> new Operation(Kind.SUB, a, b, -none, none);
            case MUL -> new Operation(Kind.MUL, a, b, -none, none);
            case DIV -> new Operation(Kind.DIV, a, b, -none, none);
            case SQUARED_DIFFERENCE -> new Operation(Kind.SQUARED_DIFFERENCE, a, b, -none, none);
            default -> null;
          };
      case Pointwise.Unary unary ->
          switch (unary.kind()) {
            case SQUARE -> new Operation(Kind.MUL, a, a, -none, none);
            case SQRT -> new Operation(Kind.SQRT, a, a, -none, none);
            case RELU -> new Operation(Kind.CUT, a, a, 0, none);
            default -> null;
          };
      case Pointwise.Clamp clamp ->
          new Operation(Kind.CUT, a, a, (float) clamp.low(), (float) clamp.high());
      default -> null;
    };
  }

  static Kernel kernel(Machine machine, Node node, int threads) {
    Graph body = Objects.requireNonNull(body(node));
    TensorType result = node.outputs().getFirst();
    long size = result.shape().size();
    Map<Value, Integer> numbers = new HashMap<>();
    List<Boolean> spread = new ArrayList<>();
    Set<Integer> dense = new HashSet<>();
    for (int i = 0; i < body.inputs().size(); i++) {
      numbers.put(body.inputs().get(i), i);
      boolean whole = node.inputTypes().get(i).shape().equals(result.shape());
      spread.add(!whole);
      if (whole) {
        dense.add(i);
      }
    }
    List<Float> constants = new ArrayList<>();
    for (Value.Constant constant : body.constants()) {
      numbers.put(constant, numbers.size());
      constants.add((float) constant.tensor().get(0));
    }
    List<Operation> operations = new ArrayList<>();
    for (Node each : body.nodes()) {
      int a = Objects.requireNonNull(numbers.get(each.inputs().getFirst()));
      int b = Objects.requireNonNull(numbers.get(each.inputs().getLast()));
      operations.add(Objects.requireNonNull(operation(each, a, b)));
      numbers.put(each.output(), numbers.size());
    }
    int lanes = machine.target(WIDEST).lanes();
    long vectors = size / lanes;
    int parts = Math.clamp(vectors, 1, QuantizedProducts.wanted(threads, EACH * size));
    List<List<Step.Call>> calls = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      long begin = vectors * part / parts;
      long end = vectors * (part + 1) / parts;
      int rest = part == parts - 1 ? (int) (size % lanes) : 0;
      Elementwise shape = new Elementwise(spread, constants, operations, rest);
      Code code = machine.code(shape, it -> it.write(machine.target(WIDEST)));
      List<Argument> arguments = new ArrayList<>();
      long at = 4 * begin * lanes;
      for (int i = 0; i < spread.size(); i++) {
        arguments.add(new Argument.Input(i, spread.get(i) ? 0 : at));
      }
      arguments.add(new Argument.Output(0, at));
      arguments.add(new Argument.Count(end - begin));
      calls.add(List.of(new Step.Call(code, arguments)));
    }
    return new StepKernel(List.of(new Step(calls, calls.size())), 0, dense);
  }
}
