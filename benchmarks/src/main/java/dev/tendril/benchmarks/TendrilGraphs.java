package dev.tendril.benchmarks;

import dev.tendril.core.DType;
import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.formats.tflite.TfliteModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// Tendril, by the default device.
public class TendrilGraphs implements GraphContestant {
  private final Rounding rounding;
  private CompileOptions options = CompileOptions.DEFAULT;

  public TendrilGraphs() {
    this(Rounding.EXACT);
  }

  TendrilGraphs(Rounding rounding) {
    this.rounding = rounding;
  }

  @Override
  public String name() {
    return "tendril";
  }

  @Override
  public String version() {
    return "tendril 0.1.0";
  }

  @Override
  public void start(int threads) {
    options = CompileOptions.DEFAULT.withThreads(threads).withRounding(rounding);
  }

  @Override
  public Product product(int n, float[] left, float[] right) {
    GraphBuilder builder = Graph.builder("product");
    Value x = builder.input("x", TensorType.of(DType.F32, n, n));
    Value weights = builder.constant("weights", Tensor.of(right, n, n));
    Contract.MatMul op = new Contract.MatMul(false, false, Activation.NONE);
    Executable executable =
        Devices.current()
            .compile(builder.output("y", builder.add(op, x, weights)).build(), options);
    List<Tensor> inputs = List.of(Tensor.of(left, n, n));
    List<Tensor> outputs = List.of(Tensor.allocate(TensorType.of(DType.F32, n, n)));
    return new Product() {
      @Override
      public void run() {
        executable.run(inputs, outputs);
      }

      @Override
      public float[] result() {
        return outputs.getFirst().toFloatArray();
      }
    };
  }

  @Override
  public Net net(Graph graph) {
    Executable executable = Devices.current().compile(graph, options);
    List<Tensor> inputs = executable.inputs().stream().map(Tensor::allocate).toList();
    List<Tensor> outputs = executable.outputs().stream().map(Tensor::allocate).toList();
    MemorySegment in = inputs.getFirst().memory();
    MemorySegment out = outputs.getFirst().memory();
    return (input, output) -> {
      MemorySegment.copy(input, 0, in, ValueLayout.JAVA_FLOAT, 0, input.length);
      executable.run(inputs, outputs);
      MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, 0, output, 0, output.length);
    };
  }

  @Override
  public Model model(Path file) {
    Executable executable = Devices.current().compile(TfliteModel.read(file).graph(), options);
    List<Tensor> inputs = executable.inputs().stream().map(Tensor::allocate).toList();
    List<Tensor> outputs = executable.outputs().stream().map(Tensor::allocate).toList();
    MemorySegment in = inputs.getFirst().memory();
    MemorySegment out = outputs.getFirst().memory();
    return (input, output) -> {
      MemorySegment.copy(input, 0, in, ValueLayout.JAVA_BYTE, 0, input.length);
      executable.run(inputs, outputs);
      MemorySegment.copy(out, ValueLayout.JAVA_BYTE, 0, output, 0, output.length);
    };
  }
}
