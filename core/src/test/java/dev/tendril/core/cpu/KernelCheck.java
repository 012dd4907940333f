package dev.tendril.core.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;

/// Runs kernels of providers on random operands and compares them.
final class KernelCheck {
  private KernelCheck() {}

  /// Those of the providers of these names that work here.
  static List<KernelProvider> providers(String... names) {
    List<KernelProvider> found =
        ServiceLoader.load(KernelProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.available().isYes())
            .toList();
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertEquals(vectors, found.stream().anyMatch(provider -> provider.name().equals("vector")));
    return found.stream().filter(provider -> List.of(names).contains(provider.name())).toList();
  }

  /// Numbers of [-1, 1).
  static Tensor random(Random random, TensorType type) {
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return Tensor.of(type, values);
  }

  /// What a provider's kernel makes of operands.
  ///
  /// @param constants the number of last operands that the kernel may see before
  static List<Tensor> run(
      KernelProvider provider,
      Op op,
      List<Tensor> operands,
      List<TensorType> types,
      int constants,
      int threads) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(
          i >= operands.size() - constants
              ? new Value.Constant("c" + i, operands.get(i))
              : new Value.Input("x" + i, operands.get(i).type()));
    }
    Node node = new Node("node", op, values, types);
    assertEquals(Support.YES, provider.supports(node), provider.name() + " of " + op);
    Kernel kernel = provider.prepare(node, threads);
    MemorySegment scratch =
        Arena.ofAuto().allocate(Math.max(64, kernel.scratchBytes()), 64).fill((byte) 0x7f);
    List<Tensor> results = types.stream().map(Tensor::allocate).toList();
    results.forEach(result -> result.memory().fill((byte) 0x7f));
    Runnable bound =
        kernel.bind(
            operands.stream().map(Tensor::memory).toList(),
            results.stream().map(Tensor::memory).toList(),
            scratch.asSlice(0, kernel.scratchBytes()));
    bound.run();
    bound.run();
    return results;
  }

  /// Fails where values differ by more than a tolerance for each, and by what it is relative to.
  static void close(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(expected.type(), actual.type(), what);
    for (long i = 0; i < expected.shape().size(); i++) {
      double e = expected.get(i);
      double a = actual.get(i);
      boolean same = Double.compare(e, a) == 0 || Math.abs(e - a) <= tolerance;
      long at = i;
      assertTrue(same, () -> what + ": element " + at + ": expected " + e + ", got " + a);
    }
  }

  /// Fails where values differ by more than a share of them, or of the operand.
  static void closeEach(
      Tensor expected,
      Tensor actual,
      double share,
      Tensor operand,
      boolean ofOperand,
      String what) {
    assertEquals(expected.type(), actual.type(), what);
    for (long i = 0; i < expected.shape().size(); i++) {
      double e = expected.get(i);
      double a = actual.get(i);
      double x = operand.shape().size() > i ? operand.get(i) : 0;
      double size = Math.max(ofOperand ? Math.abs(x) : Math.abs(e), 1e-6);
      boolean same = e == a || Double.compare(e, a) == 0 || Math.abs(e - a) <= share * size;
      assertTrue(same, () -> what + ": of " + x + ": expected " + e + ", got " + a);
    }
  }
}
