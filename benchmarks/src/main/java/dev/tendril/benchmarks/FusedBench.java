package dev.tendril.benchmarks;

import static dev.tendril.core.run.Ops.add;
import static dev.tendril.core.run.Ops.mul;
import static dev.tendril.core.run.Ops.relu;
import static dev.tendril.core.run.Ops.sub;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.run.Function;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.util.List;

/// A chain of pointwise ops on eight million numbers, `relu(x · a + b) · c - x`: traced and
/// compiled as one function, and op by op. Beside them the copying of as many numbers, the least
/// that either has to do.
final class FusedBench {
  private static final int COUNT = 1 << 23;

  private FusedBench() {}

  static void measure(int threads, Result result) throws Exception {
    Tensor x = Tensor.of(Numbers.random(4, COUNT), COUNT);
    Tensor y = Tensor.allocate(x.type());
    Tensor a = Tensor.scalar(1.25f);
    Tensor b = Tensor.scalar(0.5f);
    Tensor c = Tensor.scalar(-0.75f);
    Executable traced =
        Function.trace("chain", operand -> chain(operand, a, b, c))
            .with(CompileOptions.DEFAULT.withThreads(threads))
            .executable(List.of(x.type()));
    List<Tensor> inputs = List.of(x);
    List<Tensor> outputs = List.of(y);
    Timing fused = Timing.of(() -> traced.run(inputs, outputs));
    double distance;
    try (TensorScope _ = TensorScope.open()) {
      distance = Numbers.distance(y.toFloatArray(), chain(x, a, b, c).toFloatArray());
    }
    Timing single =
        Timing.of(
            () -> {
              try (TensorScope _ = TensorScope.open()) {
                Tensor _ = chain(x, a, b, c);
              }
            });
    Timing copy = Timing.of(() -> y.memory().copyFrom(x.memory()));
    System.out.println(
        fused
            .into(result.put("n", COUNT))
            .put("single_ns", single.wallNanos())
            .put("copy_ns", copy.wallNanos())
            .put("relerr", distance));
  }

  private static Tensor chain(Tensor x, Tensor a, Tensor b, Tensor c) {
    return sub(mul(relu(add(mul(x, a), b)), c), x);
  }
}
