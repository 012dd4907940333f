package dev.tendril.conformance.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tendril.compile.StableHloEmitter;
import dev.tendril.compile.StableHloProgram;
import dev.tendril.compile.text.StableHloModule;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What graphs are as StableHLO means what they mean: every case of the catalogue that can be
/// written is written, read and run op by op as the specification of StableHLO has it.
class StableHloMatrixTest {
  private static final int SHOWN = 5;

  /// Functions are made of several ops, each of which rounds.
  private static final double ROUNDINGS = 64;

  /// Ops of which no case can be written, and why that is so.
  private static final Set<String> NEVER =
      Set.of(
          "custom",
          "linear_filter",
          "non_max_suppression",
          "non_zero",
          "pool_arg_max",
          "quantize",
          "tree_ensemble");

  @TestFactory
  Stream<DynamicNode> programsMeanWhatGraphsMean() {
    return OpCases.byName().entrySet().stream()
        .map(row -> dynamicTest(row.getKey(), () -> check(row.getValue())));
  }

  private static void check(List<OpCase> cases) {
    List<String> problems = new ArrayList<>();
    for (OpCase one : cases) {
      Support support = StableHloEmitter.supports(one.node(0));
      if (support.isYes()) {
        for (int constants : new int[] {0, one.operands().size()}) {
          String problem = problem(one, constants);
          if (problem != null) {
            problems.add(one + ": " + problem);
          }
        }
      } else {
        assertTrue(support.reason() != null && !support.reason().isBlank(), one.toString());
      }
    }
    assertTrue(
        problems.isEmpty(),
        () ->
            problems.size()
                + " problems, seed "
                + OpCases.SEED
                + ":\n"
                + String.join("\n", problems.subList(0, Math.min(SHOWN, problems.size()))));
  }

  private static String problem(OpCase one, int constants) {
    Graph graph = one.graph(constants);
    StableHloProgram program = StableHloEmitter.emit(graph);
    List<Tensor> operands =
        new ArrayList<>(one.operands().subList(0, one.operands().size() - constants));
    program.constants().stream().map(Value.Constant::tensor).forEach(operands::add);
    try {
      List<Tensor> results = StableHloModule.parse(program.text()).run(operands);
      String failure = failure(program, results);
      if (failure != null) {
        return failure;
      }
      int outputs = program.outputs().size();
      return new Tolerance(one, one.expected(), ROUNDINGS).problem(results.subList(0, outputs));
    } catch (TensorException e) {
      return e.getMessage() + "\n" + program.text();
    }
  }

  private static String failure(StableHloProgram program, List<Tensor> results) {
    for (int i = 0; i < program.failures().size(); i++) {
      if (results.getLast().getLong(i) == 0) {
        return program.failures().get(i);
      }
    }
    return null;
  }

  @Test
  void allOpsCanBeWrittenButThoseThatCannot() {
    Set<String> never = new TreeSet<>();
    OpCases.byName()
        .forEach(
            (name, cases) -> {
              if (cases.stream().noneMatch(c -> StableHloEmitter.supports(c.node(0)).isYes())) {
                never.add(name);
              }
            });
    assertTrue(NEVER.equals(never), never.toString());
  }
}
