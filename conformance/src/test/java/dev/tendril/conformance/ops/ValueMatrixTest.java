package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Structured;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.KernelProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kernel, every way to run a graph: the same as the reference on all cases of the catalogue.
class ValueMatrixTest {
  private static final int SHOWN = 5;
  private static final Map<OpCase, List<Tensor>> EXPECTED = new HashMap<>();

  /// Where a check notes what is wrong with a case.
  private interface Check extends BiConsumer<OpCase, List<String>> {}

  @Test
  void vectorsAreTriedWhereTheirModuleIs() {
    boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    List<String> names =
        Devices.kernels().stream()
            .filter(kernels -> kernels.support().isYes())
            .map(Devices.Kernels::name)
            .toList();
    assertEquals(module, names.contains("vector"), names.toString());
    assertTrue(names.contains("fused"), names.toString());
  }

  @TestFactory
  Stream<DynamicNode> kernelsAreEqualToTheReference() {
    return Providers.usable().stream()
        .map(
            provider ->
                dynamicContainer(
                    provider.name(), tests((one, problems) -> kernel(provider, one, problems))));
  }

  @TestFactory
  Stream<DynamicNode> executablesAreEqualToTheReference() {
    return tests(
        (one, problems) -> {
          executable(one, one.graph(0), one.operands(), problems);
          int rest = one.operands().size() - 1;
          if (rest > 0) {
            executable(one, one.graph(rest), one.operands().subList(0, 1), problems);
          }
        });
  }

  @TestFactory
  Stream<DynamicNode> graphsOfOpenExtentsAreEqualToTheReference() {
    return tests(
        (one, problems) -> {
          Graph graph = open(one);
          if (graph != null) {
            executable(one, graph, one.operands(), problems);
          }
        });
  }

  @TestFactory
  Stream<DynamicNode> textsOfGraphsMeanTheSame() {
    return tests(
        (one, problems) -> {
          if (one.op() instanceof Structured.TreeEnsemble) {
            return;
          }
          for (int constants : new int[] {0, one.usual() ? one.operands().size() : 0}) {
            Graph graph = one.graph(constants);
            Graph read = Graph.parse(graph.toText());
            List<Tensor> inputs = one.operands().subList(0, one.operands().size() - constants);
            List<Tensor> results = read.evaluate(inputs);
            if (!isSame(expected(one), results)) {
              problems.add(one + ": " + results + " of the text; expected " + expected(one));
            }
            if (!read.toText().equals(graph.toText())) {
              problems.add(one + ": the text " + read.toText() + "; expected " + graph.toText());
            }
          }
        });
  }

  /// A test for each op.
  private static Stream<DynamicNode> tests(Check check) {
    return OpCases.byName().entrySet().stream()
        .map(
            row ->
                dynamicTest(
                    row.getKey(),
                    () -> {
                      List<String> problems = new ArrayList<>();
                      for (OpCase one : row.getValue()) {
                        try {
                          check.accept(one, problems);
                        } catch (RuntimeException | Error e) {
                          throw new AssertionError("seed " + OpCases.SEED + ": " + one, e);
                        }
                      }
                      assertTrue(
                          problems.isEmpty(),
                          () ->
                              problems.size()
                                  + " problems, seed "
                                  + OpCases.SEED
                                  + ":\n"
                                  + String.join(
                                      "\n", problems.subList(0, Math.min(SHOWN, problems.size()))));
                    }));
  }

  private static List<Tensor> expected(OpCase one) {
    return EXPECTED.computeIfAbsent(one, OpCase::expected);
  }

  private static void kernel(KernelProvider provider, OpCase one, List<String> problems) {
    kernel(provider, one, one.node(0), problems);
    boolean packs = one.op() instanceof Contract || one.op() instanceof Structured.Fused;
    if (packs && one.operands().size() > 1) {
      kernel(provider, one, one.node(one.operands().size() - 1), problems);
    }
  }

  private static void kernel(
      KernelProvider provider, OpCase one, Node node, List<String> problems) {
    if (!provider.supports(node).isYes()) {
      return;
    }
    Tolerance tolerance = new Tolerance(one, expected(one));
    List<Tensor> alone = KernelRuns.plain(provider, node, one.operands(), 1);
    note(one, "one thread", tolerance.problem(alone), problems);
    List<Tensor> shared = KernelRuns.plain(provider, node, one.operands(), 3);
    if (!isSame(alone, shared)) {
      problems.add(one + ", three threads: " + shared + "; expected as of one, " + alone);
    }
    for (int operand : KernelRuns.overwritable(provider, node)) {
      List<Tensor> results = KernelRuns.inPlace(provider, node, one.operands(), operand, 1);
      note(one, "over operand " + operand, tolerance.problem(results), problems);
    }
  }

  private static void note(OpCase one, String way, String problem, List<String> problems) {
    if (problem != null) {
      problems.add(one + ", " + way + ": " + problem);
    }
  }

  private static void executable(
      OpCase one, Graph graph, List<Tensor> inputs, List<String> problems) {
    try (Executable executable =
        Devices.current().compile(graph, CompileOptions.DEFAULT.withThreads(2))) {
      List<Tensor> results = executable.run(inputs);
      note(one, "compiled", new Tolerance(one, expected(one)).problem(results), problems);
    }
  }

  /// The case as a graph that knows of no extent, or null where an op must know some.
  private static Graph open(OpCase one) {
    List<TensorType> types = new ArrayList<>();
    for (Tensor operand : one.operands()) {
      if (operand.type().quant() != null && !operand.type().quant().isPerTensor()) {
        return null;
      }
      int[] dims = operand.shape().dims();
      Arrays.fill(dims, Shape.ANY);
      types.add(operand.type().with(Shape.of(dims)));
    }
    try {
      return types.isEmpty() ? null : one.graph(types, 0);
    } catch (TensorException e) {
      return null;
    }
  }

  /// Whether all bits are equal, but those of what is not a number.
  private static boolean isSame(List<Tensor> a, List<Tensor> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = a.get(i).type().equals(b.get(i).type()) && isSame(a.get(i), b.get(i));
    }
    return same;
  }

  private static boolean isSame(Tensor a, Tensor b) {
    boolean same = a.memory().mismatch(b.memory()) < 0;
    if (!same && a.dtype().isFloat()) {
      return Arrays.equals(a.toDoubleArray(), b.toDoubleArray());
    }
    return same;
  }
}
