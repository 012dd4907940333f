package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Gradients;
import dev.tendril.core.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// Derived graphs against central differences, on the cases of 64-bit floats: of the sum of all
/// results times random weights, along single elements and along a random direction.
class GradientMatrixTest {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 2e-6;
  private static final int ELEMENTS = 5;

  @TestFactory
  Stream<DynamicNode> gradientsAreCentralDifferences() {
    return OpCases.byName().entrySet().stream()
        .filter(row -> row.getValue().stream().anyMatch(Weighted::isDerivable))
        .map(row -> dynamicTest(row.getKey(), () -> check(row.getValue())));
  }

  private static void check(List<OpCase> cases) {
    List<String> problems = new ArrayList<>();
    for (OpCase one : cases) {
      if (Weighted.isDerivable(one)) {
        try {
          check(one, problems);
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + OpCases.SEED + ": " + one, e);
        }
      }
    }
    assertTrue(
        problems.isEmpty(),
        () -> problems.size() + " problems, seed " + OpCases.SEED + ":\n" + problems.getFirst());
  }

  private static void check(OpCase one, List<String> problems) {
    SplittableRandom random = new SplittableRandom(OpCases.SEED);
    Weighted weighted = Weighted.of(one);
    List<Integer> inputs = weighted.floats();
    Graph derived;
    try {
      derived = Gradients.of(weighted.graph(), 0, inputs);
    } catch (TensorException e) {
      return; // The table of ops says so.
    }
    List<Tensor> results = derived.evaluate(one.operands());
    for (int i = 0; i < inputs.size(); i++) {
      Tensor operand = one.operands().get(inputs.get(i));
      Tensor gradient = results.get(i + 1);
      int size = Math.toIntExact(operand.shape().size());
      if (!gradient.type().equals(operand.type())) {
        problems.add(one + ": a gradient of type " + gradient.type());
        continue;
      }
      for (int k = 0; k < Math.min(size, ELEMENTS); k++) {
        double[] direction = new double[size];
        direction[size <= ELEMENTS ? k : random.nextInt(size)] = 1;
        compare(one, weighted.graph(), inputs.get(i), direction, gradient, problems);
      }
      if (size > 1) {
        double[] direction = random.doubles(size, -1, 1).toArray();
        compare(one, weighted.graph(), inputs.get(i), direction, gradient, problems);
      }
    }
  }

  private static void compare(
      OpCase one,
      Graph graph,
      int input,
      double[] direction,
      Tensor gradient,
      List<String> problems) {
    double expected =
        (value(one, graph, input, direction, STEP) - value(one, graph, input, direction, -STEP))
            / (2 * STEP);
    double actual = 0;
    double scale = 1;
    for (int i = 0; i < direction.length; i++) {
      actual += direction[i] == 0 ? 0 : direction[i] * gradient.get(i);
      scale += Math.abs(direction[i] * gradient.get(i));
    }
    if (!(Math.abs(actual - expected) <= TOLERANCE * scale)) {
      problems.add(one + ": by operand " + input + ": " + actual + "; expected about " + expected);
    }
  }

  private static double value(OpCase one, Graph graph, int input, double[] direction, double step) {
    List<Tensor> operands = new ArrayList<>(one.operands());
    Tensor from = operands.get(input);
    Tensor moved = Tensor.allocate(from.type());
    for (int i = 0; i < direction.length; i++) {
      Elements.setDouble(moved.memory(), DType.F64, i, from.get(i) + step * direction[i]);
    }
    operands.set(input, moved);
    return graph.evaluate(operands).getFirst().get(0);
  }
}
