package dev.tendril.benchmarks;

import static dev.tendril.core.run.Ops.add;
import static dev.tendril.core.run.Ops.matmul;

import dev.tendril.core.Tensor;
import dev.tendril.core.run.Function;
import java.util.List;

/// What a small op costs from Java: adding two vectors of 16 numbers and multiplying matrices of 16
/// by 16, each result closed. Beside them the making of such a tensor alone, and the sum as a
/// traced function.
final class EagerBench {
  private static final int COUNT = 16;

  private EagerBench() {}

  static void measure(Result result) throws Exception {
    Tensor x = Tensor.of(Numbers.random(5, COUNT), COUNT);
    Tensor y = Tensor.of(Numbers.random(6, COUNT), COUNT);
    Tensor a = Tensor.of(Numbers.random(7, COUNT * COUNT), COUNT, COUNT);
    Tensor b = Tensor.of(Numbers.random(8, COUNT * COUNT), COUNT, COUNT);
    Function sum = Function.trace("sum", (p, q) -> add(p, q));
    List<Tensor> operands = List.of(x, y);
    Timing alone = Timing.of(() -> Tensor.allocate(x.type()).close());
    Timing traced = Timing.of(() -> sum.callAll(operands).getFirst().close());
    Timing product = Timing.of(() -> matmul(a, b).close());
    Timing eager = Timing.of(() -> add(x, y).close());
    System.out.println(
        eager
            .into(result.put("n", COUNT))
            .put("product_ns", product.wallNanos())
            .put("traced_ns", traced.wallNanos())
            .put("tensor_ns", alone.wallNanos()));
  }
}
