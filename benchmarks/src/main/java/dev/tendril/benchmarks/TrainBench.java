package dev.tendril.benchmarks;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Gradients;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A step of training as one graph: a perceptron of 784, 512 and 10 units on 128 examples, its
/// cross entropy, the gradients by all parameters, and parameters that are moved against them.
/// Steps take turns between two sets of parameters. Tendril alone.
final class TrainBench {
  private static final int EXAMPLES = 128;
  private static final int INPUTS = 784;
  private static final int HIDDEN = 512;
  private static final int CLASSES = 10;
  private static final float RATE = 0.01f;

  private TrainBench() {}

  static void measure(int threads, Result result) throws Exception {
    Graph graph = step();
    Tensor x = numbers(5, 1, EXAMPLES, INPUTS);
    Tensor targets = Tensor.zeros(TensorType.of(DType.F32, EXAMPLES, CLASSES));
    for (int i = 0; i < EXAMPLES; i++) {
      targets.memory().setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * CLASSES + i % CLASSES, 1);
    }
    Tensor loss = Tensor.scalar(0f);
    List<Tensor> even = parameters(0.05f);
    List<Tensor> odd = parameters(0);
    try (Executable executable =
        Devices.current().compile(graph, CompileOptions.DEFAULT.withThreads(threads))) {
      List<List<Tensor>> inputs =
          List.of(join(List.of(x, targets), even), join(List.of(x, targets), odd));
      List<List<Tensor>> outputs = List.of(join(List.of(loss), odd), join(List.of(loss), even));
      executable.run(inputs.get(0), outputs.get(0));
      executable.run(inputs.get(1), outputs.get(1));
      double first = loss.get(0);
      Timing timing =
          Timing.ofMuch(
              () -> {
                executable.run(inputs.get(0), outputs.get(0));
                executable.run(inputs.get(1), outputs.get(1));
              });
      double flops = graph.nodes().stream().mapToLong(node -> Cost.of(node).flops()).sum();
      System.out.println(
          result
              .put("cpu_ns", timing.cpuNanos() / 2)
              .put("wall_ns", timing.wallNanos() / 2)
              .put("median_ns", timing.medianNanos() / 2)
              .put("gflops", 2 * flops / timing.wallNanos())
              .put("loss_first", first)
              .put("loss_last", loss.get(0)));
    }
  }

  private static List<Tensor> join(List<Tensor> a, List<Tensor> b) {
    List<Tensor> all = new ArrayList<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }

  private static List<Tensor> parameters(float scale) {
    return List.of(
        numbers(6, scale, INPUTS, HIDDEN),
        numbers(7, scale, HIDDEN),
        numbers(8, scale, HIDDEN, CLASSES),
        numbers(9, scale, CLASSES));
  }

  private static Tensor numbers(long seed, float scale, int... dims) {
    float[] values = Numbers.random(seed, (int) Shape.of(dims).size());
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return Tensor.of(values, dims);
  }

  /// The loss and the new parameters.
  private static Graph step() {
    GraphBuilder forward = Graph.builder("forward");
    List<Value> inputs = inputs(forward);
    Value hidden =
        forward.add(
            new Contract.MatMul(false, false, Activation.RELU),
            inputs.get(0),
            inputs.get(2),
            inputs.get(3));
    Value logits =
        forward.add(
            new Contract.MatMul(false, false, Activation.NONE),
            hidden,
            inputs.get(4),
            inputs.get(5));
    Value logs = forward.add(new Structured.LogSoftmax(-1), logits);
    Value chosen = forward.add(new Pointwise.Binary(BinaryKind.MUL), logs, inputs.get(1));
    Value sum = forward.add(new Reduce.Reduction(Reduce.Kind.SUM, List.of(0, 1), false), chosen);
    Value loss =
        forward.add(
            new Pointwise.Binary(BinaryKind.MUL),
            sum,
            forward.constant("scale", Tensor.scalar(-1f / EXAMPLES)));
    Graph derived = Gradients.of(forward.output("loss", loss).build(), 0, List.of(2, 3, 4, 5));
    GraphBuilder step = Graph.builder("step");
    List<Value> operands = inputs(step);
    List<Value> results = step.inline(derived, operands);
    Value rate = step.constant("rate", Tensor.scalar(RATE));
    step.output("loss", results.getFirst());
    for (int i = 1; i < results.size(); i++) {
      Value change = step.add(new Pointwise.Binary(BinaryKind.MUL), results.get(i), rate);
      Value parameter = operands.get(i + 1);
      step.output("p" + i, step.add(new Pointwise.Binary(BinaryKind.SUB), parameter, change));
    }
    return step.build();
  }

  private static List<Value> inputs(GraphBuilder builder) {
    return List.of(
        builder.input("x", TensorType.of(DType.F32, EXAMPLES, INPUTS)),
        builder.input("targets", TensorType.of(DType.F32, EXAMPLES, CLASSES)),
        builder.input("w1", TensorType.of(DType.F32, INPUTS, HIDDEN)),
        builder.input("b1", TensorType.of(DType.F32, HIDDEN)),
        builder.input("w2", TensorType.of(DType.F32, HIDDEN, CLASSES)),
        builder.input("b2", TensorType.of(DType.F32, CLASSES)));
  }
}
