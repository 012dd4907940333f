package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Writes a graph of floats as one of integers. A value has a form as integers, as floats, or both:
/// the second is made when the first node asks for it.
final class IntegerGraph {
  private final Graph graph;
  private final Scales scales;
  private final Calibrator.Statistics statistics;
  private final QuantizeMode mode;
  private final boolean integerEnds;
  private final Set<String> states;
  private final GraphBuilder builder;
  private final Map<Value, Value> reals = new HashMap<>();
  private final Map<Value, Value> integers = new HashMap<>();
  private final Map<Scaled, Value> scaled = new HashMap<>();
  private final Map<String, Value> made = new LinkedHashMap<>();

  /// A value as integers of a scale that is not its own.
  private record Scaled(Value value, Quant quant) {}

  private IntegerGraph(
      Graph graph, Scales scales, Calibrator.Statistics statistics, QuantizeOptions options) {
    this.statistics = statistics;
    this.graph = graph;
    this.scales = scales;
    this.mode = options.mode();
    this.integerEnds = options.integerEnds();
    this.states = Quantizer.states(graph);
    this.builder = Graph.builder(graph.name());
  }

  /// @param values gets what node's first results have become, by name
  static Graph write(
      Graph graph,
      Scales scales,
      Calibrator.Statistics statistics,
      QuantizeOptions options,
      Map<String, Value> values) {
    IntegerGraph written = new IntegerGraph(graph, scales, statistics, options);
    Graph result = written.write();
    values.putAll(written.made);
    return result;
  }

  private Graph write() {
    for (Value.Input input : graph.inputs()) {
      TensorType type = input.type();
      if (integerEnds && scales.isInteger(input) && !states.contains(input.name())) {
        TensorType integer = type.with(mode.activations()).with(scales.quant(input));
        integers.put(input, builder.input(input.name(), integer));
      } else {
        reals.put(input, builder.input(input.name(), type));
      }
    }
    for (Node node : graph.nodes()) {
      write(node);
      Value first = node.outputs().isEmpty() ? null : node.output();
      Value now = first == null ? null : integers.getOrDefault(first, reals.get(first));
      if (now != null) {
        made.put(node.name(), now);
      }
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value output = graph.outputs().get(i);
      String name = graph.outputNames().get(i);
      boolean integer = integerEnds && output.type().dtype() == DType.F32 && !isState(name);
      builder.output(name, integer && canBeInteger(output) ? own(output) : real(output));
    }
    graph.notes().forEach(builder::note);
    return builder.build();
  }

  private boolean isState(String output) {
    return graph.notes().entrySet().stream()
        .anyMatch(note -> note.getKey().startsWith("state ") && note.getValue().equals(output));
  }

  private boolean canBeInteger(Value value) {
    return !(value instanceof Value.Constant) && scales.hasRange(value);
  }

  private void write(Node node) {
    if (scales.isAbsorbed(node)) {
      Value before = integers.get(node.inputs().getFirst());
      if (before == null) {
        throw new IllegalStateException(node.name());
      }
      integers.put(node.output(), before);
      made.remove(node.inputs().getFirst().name());
      return;
    }
    switch (scales.treatment(node)) {
      case Treatment.Real _, Treatment.Plain _ -> {
        List<Value> operands = node.inputs().stream().map(this::real).toList();
        List<Value> results = builder.add(node.name(), node.op(), operands, List.of());
        for (int i = 0; i < results.size(); i++) {
          reals.put(node.output(i), results.get(i));
        }
      }
      case Treatment.Reads _ -> reals.put(node.output(), add(node, owned(node), null));
      case Treatment.Same _ -> integers.put(node.output(), add(node, owned(node), null));
      case Treatment.Fixed _, Treatment.Free _ -> result(node, owned(node));
      case Treatment.Joint _ -> {
        Quant quant = scales.quant(node.output());
        result(
            node,
            node.inputs().stream().map(v -> isFloat(v) ? integer(v, quant) : real(v)).toList());
      }
      case Treatment.Weighted(int axis, DType weights) ->
          result(node, weighted(node, axis, weights));
    }
  }

  private void result(Node node, List<Value> operands) {
    integers.put(node.output(), add(node, operands, scales.quant(node.output())));
  }

  private Value add(Node node, List<Value> operands, @Nullable Quant quant) {
    return builder.add(node.name(), node.op(), operands, Arrays.asList(quant)).getFirst();
  }

  private static boolean isFloat(Value value) {
    return value.type().dtype() == DType.F32;
  }

  private List<Value> owned(Node node) {
    return node.inputs().stream().map(v -> isFloat(v) ? own(v) : real(v)).toList();
  }

  private List<Value> weighted(Node node, int axis, DType dtype) {
    List<Value> operands = new ArrayList<>();
    Value x = own(node.inputs().getFirst());
    operands.add(x);
    Value.Constant filter = (Value.Constant) node.inputs().get(1);
    Value.@Nullable Constant bias =
        node.inputs().size() > 2 ? (Value.Constant) node.inputs().get(2) : null;
    Weights weights =
        Weights.of(
            filter.tensor(),
            axis,
            dtype,
            bias == null ? null : bias.tensor(),
            x.type().quant(),
            mode.bias(),
            partners(node, filter.type().shape()));
    operands.add(builder.constant(filter.name(), weights.weights()));
    if (weights.bias() != null) {
      operands.add(builder.constant(bias == null ? "bias" : bias.name(), weights.bias()));
    }
    return operands;
  }

  /// The means of the numbers that weights are multiplied with; empty where they are not known.
  private double[] partners(Node node, Shape shape) {
    double[] means = statistics.means().getOrDefault(node.inputs().getFirst(), new double[0]);
    int size = Math.toIntExact(shape.size());
    int last = shape.dim(-1);
    IntUnaryOperator channel =
        switch (node.op()) {
          case Contract.MatMul op -> op.transposeB() ? i -> i % last : i -> i / last;
          case Contract.Conv op -> {
            int ofGroup = size / shape.dim(0) * Math.ceilDiv(shape.dim(0), op.groups());
            yield i -> i % last + i / ofGroup * last;
          }
          case Contract.DepthwiseConv _ -> {
            int multiplier = last / Math.max(means.length, 1);
            yield i -> i % last / Math.max(multiplier, 1);
          }
          case Op _ -> i -> means.length;
        };
    double[] partners = new double[size];
    for (int i = 0; i < size; i++) {
      int c = channel.applyAsInt(i);
      if (c >= means.length) {
        return new double[0];
      }
      partners[i] = means[c];
    }
    return partners;
  }

  /// A value as integers of its own scale.
  private Value own(Value value) {
    return integer(value, scales.quant(value));
  }

  private Value integer(Value value, Quant quant) {
    Value known = integers.get(value);
    if (known != null && quant.equals(known.type().quant())) {
      return known;
    }
    Scaled key = new Scaled(value, quant);
    Value cached = scaled.get(key);
    if (cached != null) {
      return cached;
    }
    Value made = value instanceof Value.Constant c ? constant(c, quant) : quantize(value, quant);
    if (known == null && scales.isInteger(value)) {
      integers.put(value, made);
    }
    scaled.put(key, made);
    return made;
  }

  private Value quantize(Value value, Quant quant) {
    Value from = integers.getOrDefault(value, reals.get(value));
    if (from == null) {
      throw new IllegalStateException("no form of " + value.name());
    }
    Pointwise op = new Pointwise.Quantize(mode.activations());
    return builder.add(value.name() + "/quantize", op, List.of(from), List.of(quant)).getFirst();
  }

  private Value constant(Value.Constant constant, Quant quant) {
    TensorType type = constant.type().with(mode.activations()).with(quant);
    Tensor tensor =
        ReferenceKernels.run(
                new Pointwise.Quantize(mode.activations()),
                List.of(constant.tensor()),
                List.of(type))
            .getFirst();
    return builder.constant(constant.name(), tensor);
  }

  /// A value as floats, or as it is if it never was any.
  private Value real(Value value) {
    if (value instanceof Value.Constant) {
      return value;
    }
    Value known = reals.get(value);
    if (known == null) {
      Value integer = integers.get(value);
      if (integer == null) {
        throw new IllegalStateException("no form of " + value.name());
      }
      known =
          builder
              .add(
                  value.name() + "/dequantize",
                  new Pointwise.Dequantize(),
                  List.of(integer),
                  List.of())
              .getFirst();
      reals.put(value, known);
    }
    return known;
  }
}
