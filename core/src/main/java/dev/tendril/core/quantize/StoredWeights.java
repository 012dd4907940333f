package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes a graph of floats with constants that are stored short. With [QuantizeMode#DYNAMIC],
/// weights are integers with scales of their channels and products are of floats times those; with
/// [QuantizeMode#FLOAT16], constants are 16-bit floats that are widened first.
final class StoredWeights {
  /// Constants of fewer elements stay as they are: nothing is gained.
  private static final int LEAST_WEIGHTS = 1024;

  private static final int LEAST_HALVES = 16;

  /// The greatest number of 16-bit floats.
  private static final double GREATEST_HALF = 65504;

  private final QuantizeOptions options;
  private final GraphBuilder builder;
  private final Map<Value, Value> values = new HashMap<>();

  private StoredWeights(Graph graph, QuantizeOptions options) {
    this.options = options;
    this.builder = Graph.builder(graph.name());
  }

  static Graph write(
      Graph graph,
      QuantizeOptions options,
      Map<String, Value> made,
      List<Quantized.Decision> decisions) {
    StoredWeights written = new StoredWeights(graph, options);
    for (Value.Input input : graph.inputs()) {
      written.values.put(input, written.builder.input(input.name(), input.type()));
    }
    for (Node node : graph.nodes()) {
      written.add(node, made, decisions);
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value output = graph.outputs().get(i);
      written.builder.output(
          graph.outputNames().get(i), written.values.getOrDefault(output, output));
    }
    graph.notes().forEach(written.builder::note);
    return written.builder.build();
  }

  private void add(Node node, Map<String, Value> made, List<Quantized.Decision> decisions) {
    List<Value> operands = new ArrayList<>();
    boolean kept = options.keep().contains(node.name());
    boolean weighs = false;
    boolean stored = false;
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.inputs().get(i);
      if (!(operand instanceof Value.Constant constant) || constant.type().dtype() != DType.F32) {
        operands.add(values.getOrDefault(operand, operand));
        continue;
      }
      long size = constant.type().shape().size();
      boolean half = options.mode() == QuantizeMode.FLOAT16;
      boolean large = size >= (half ? LEAST_HALVES : LEAST_WEIGHTS);
      weighs |= large;
      Value shorter =
          kept || !large ? constant : half ? half(constant) : weights(node, i, constant);
      stored |= !shorter.equals(constant);
      operands.add(shorter);
    }
    List<Value> results = builder.add(node.name(), node.op(), operands, List.of());
    for (int i = 0; i < results.size(); i++) {
      values.put(node.output(i), results.get(i));
    }
    if (!results.isEmpty()) {
      made.put(node.name(), results.getFirst());
    }
    if (weighs) {
      String reason = stored ? "" : kept ? "asked for" : "no kernel for such weights";
      decisions.add(new Quantized.Decision(node.name(), node.op().name(), reason));
    }
  }

  private Value half(Value.Constant constant) {
    Range range = Range.of(constant.tensor());
    if (range == null || range.width() > GREATEST_HALF) {
      return constant;
    }
    return values.computeIfAbsent(
        constant,
        _ -> {
          Tensor tensor = constant.tensor();
          TensorType type = constant.type().with(DType.F16);
          Value stored = builder.constant(constant.name(), Tensor.of(type, tensor.toDoubleArray()));
          return builder
              .add(
                  constant.name() + "/dequantize",
                  new Pointwise.Dequantize(),
                  List.of(stored),
                  List.of())
              .getFirst();
        });
  }

  /// Weights of products that runtimes have kernels for.
  private Value weights(Node node, int operand, Value.Constant constant) {
    if (operand != 1 || !(node.op() instanceof Contract contract)) {
      return constant;
    }
    int axis =
        switch (contract) {
          case Contract.MatMul op ->
              constant.type().shape().rank() == 2 && !op.transposeA()
                  ? op.transposeB() ? 0 : 1
                  : -1;
          case Contract.Conv op -> op.strides().size() <= 2 && op.groups() == 1 ? 0 : -1;
          case Contract.DepthwiseConv _ -> 2;
          case Contract.ConvTranspose _,
              Contract.Pool _,
              Contract.PoolArgMax _,
              Contract.Attention _ ->
              -1;
        };
    return axis < 0 || Range.of(constant.tensor()) == null
        ? constant
        : builder.constant(
            constant.name(),
            Weights.of(constant.tensor(), axis, DType.I8, null, null, DType.I32, new double[0])
                .weights());
  }
}
