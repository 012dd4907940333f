package dev.tendril.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class PlannerTest {
  private static final PlanOptions INSIDE =
      PlanOptions.DEFAULT.withEnds(true, true).withAlignment(4);

  private static Plan plan(Graph graph, PlanOptions options) {
    Plan plan = Planner.plan(graph, options);
    PlanChecker.check(graph, plan, options);
    return plan;
  }

  private static Value square(Net net, Value x) {
    int n = x.type().shape().dim(0);
    return net.add(new Contract.MatMul(false, false, Activation.NONE), new int[] {n, n}, x, x);
  }

  @Test
  void chainTakesTheLargestPair() {
    Net net = new Net();
    Value x = net.input(1, 8, 8, 2);
    Graph graph = net.output(net.conv(net.conv(net.conv(x, 8, 1, 1), 4, 1, 1), 2, 1, 1)).build();
    Plan plan = plan(graph, INSIDE);
    assertEquals(8 * 8 * (8 + 4) * 4, plan.arenaBytes());
    assertEquals(1, plan.peak());
    assertEquals(8 * 8 * (8 + 4) * 4, plan(graph, PlanOptions.DEFAULT).arenaBytes());
  }

  @Test
  void pointwiseOverwritesWhatDies() {
    Net net = new Net();
    Value x = square(net, net.input(4, 4));
    Value y = net.relu(net.relu(x));
    Graph graph = net.output(square(net, net.sum(y, net.relu(y)))).build();
    assertEquals(3 * 64, plan(graph, INSIDE.withInPlace(InPlace.NEVER)).arenaBytes());
    assertEquals(2 * 64, plan(graph, INSIDE).arenaBytes());
    assertEquals(2 * 64, plan(graph, PlanOptions.DEFAULT.withAlignment(4)).arenaBytes());
  }

  @Test
  void callersInputsStay() {
    Net net = new Net();
    Value x = net.input(4, 4);
    Graph graph = net.output(net.relu(net.relu(net.relu(x)))).build();
    assertEquals(64, plan(graph, INSIDE).arenaBytes());
    assertEquals(0, plan(graph, PlanOptions.DEFAULT).arenaBytes());
  }

  @Test
  void reshapeSharesItsOperand() {
    Net net = new Net();
    Value x = net.input(4, 4);
    Value y = net.reshape(square(net, x), 1, 16);
    Value z = net.add(new Move.Transpose(List.of(1, 0)), new int[] {16, 1}, y);
    Graph graph = net.output(z).output(net.relu(y)).build();
    Plan plan = plan(graph, PlanOptions.DEFAULT);
    assertEquals(0, plan.arenaBytes());
    assertEquals(Step.Work.NOTHING, plan.steps().get(1).work());
    assertEquals(Step.Work.NOTHING, plan.steps().get(2).work());
  }

  @Test
  void concatOfRowsIsWrittenInPlace() {
    Net net = new Net();
    Value x = net.input(4, 4);
    Value joined = net.concat(0, square(net, x), x, net.relu(square(net, x)));
    Graph graph = net.output(net.mean(net.reshape(joined, 1, 4, 12, 1))).build();
    Plan plan = plan(graph, PlanOptions.DEFAULT.withAlignment(4));
    assertEquals(3 * 64, plan.arenaBytes());
    Step join = plan.steps().get(3);
    assertEquals(Step.Work.JOIN, join.work());
    assertEquals(List.of(1), join.operands());
  }

  @Test
  void nestedConcatsAreOneBuffer() {
    Net net = new Net();
    Value x = square(net, net.input(4, 4));
    Value a = net.concat(0, x, square(net, x));
    Value b = net.concat(0, a, square(net, x));
    Value c = net.concat(0, b, square(net, x));
    Graph graph = net.output(net.mean(net.reshape(c, 1, 16, 4, 1))).build();
    assertEquals(4 * 64, plan(graph, PlanOptions.DEFAULT.withAlignment(4)).arenaBytes());
  }

  @Test
  void viewOfAPartIsGivenUpWhereItCosts() {
    Net net = new Net();
    Value big = net.conv(net.input(16, 4, 4, 1), 4, 1, 1);
    Value small = net.rows(big, 3, 4);
    Value other = net.conv(net.input(16, 4, 4, 1), 4, 1, 1);
    Value sum = net.sum(net.rows(other, 5, 6), small);
    Graph graph = net.output(net.mean(sum)).build();
    Plan plan = plan(graph, PlanOptions.DEFAULT.withReorder(false));
    assertEquals(16 * 4 * 4 * 4 * 4 + 4 * 4 * 4 * 4, plan.arenaBytes());
  }

  @Test
  void branchesRunInTheBetterOrder() {
    Net net = new Net();
    Value x = net.input(1, 4, 4, 1);
    List<Value> wide = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wide.add(net.conv(x, 16, 1, 1));
    }
    List<Value> narrow = wide.stream().map(v -> net.conv(v, 1, 1, 1)).toList();
    Graph graph = net.output(net.concat(3, narrow.toArray(Value[]::new))).build();
    PlanOptions options = PlanOptions.DEFAULT.withAlignment(4);
    assertEquals(4 * 16 * 64 + 64, plan(graph, options.withReorder(false)).arenaBytes());
    assertEquals((16 + 4) * 64, plan(graph, options).arenaBytes());
  }

  @Test
  void workingMemoryIsPlanned() {
    Net net = new Net();
    Value x = net.input(4, 4);
    Graph graph = net.output(square(net, square(net, x))).build();
    Plan plan = plan(graph, PlanOptions.DEFAULT.withScratch(_ -> 100));
    assertEquals(64 + 128, plan.arenaBytes());
  }

  @Test
  void mobileNetMeetsItsBound() {
    Graph graph = Net.mobileNetV2(224);
    PlanOptions options = PlanOptions.DEFAULT;
    Plan plan = Planner.plan(graph, options);
    // The first expansion by 6, 112 x 112 x 96, and what is made of it, 56 x 56 x 96.
    assertEquals((112 * 112 + 56 * 56) * 96 * 4, plan.arenaBytes());
    assertEquals(plan.lowerBound(), plan.arenaBytes());
    assertTrue(plan.withoutReuse() > 4 * plan.arenaBytes(), plan.report());
    Graph tiny = Net.mobileNetV2(32);
    assertEquals((16 * 16 + 8 * 8) * 96 * 4, plan(tiny, INSIDE).arenaBytes());
  }

  @Test
  void reportNamesWhatIsAliveAtThePeak() {
    String report = Planner.plan(Net.mobileNetV2(224), PlanOptions.DEFAULT).report();
    assertTrue(report.startsWith("memory of net: 6,021,120 bytes\n"), report);
    assertTrue(report.contains("most is needed at step 4, depthwise_conv_4"), report);
    assertTrue(report.contains("  overwrites conv_"), report);
  }

  @Test
  void unknownExtentsAreSaid() {
    Net net = new Net();
    Value x = net.input(-1, 4);
    TensorException e =
        assertThrows(
            TensorException.class,
            () -> Planner.plan(net.output(net.relu(x)).build(), InPlace.NEVER, 64));
    assertTrue(e.getMessage().contains("x0 is f32[?,4]"), e.getMessage());
  }

  @Test
  void randomGraphsKeepTheirValues() {
    long seed = 20_260_101;
    long sum = 0;
    long bound = 0;
    for (int i = 0; i < 150; i++) {
      SplittableRandom random = new SplittableRandom(seed + i);
      Graph graph = random(random);
      PlanOptions options =
          PlanOptions.DEFAULT
              .withEnds(random.nextInt(2) == 0, random.nextInt(2) == 0)
              .withAlignment(1L << random.nextInt(7))
              .withScratch(node -> Math.floorMod(node.name().hashCode(), 3) == 0 ? 24 : 0);
      try {
        Plan given = plan(graph, options.withReorder(false));
        Plan plan = plan(graph, options);
        assertTrue(plan.arenaBytes() <= given.arenaBytes());
        assertEquals(plan, Planner.plan(graph, options));
        sum += plan.arenaBytes();
        bound += plan.lowerBound();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + (seed + i), e);
      }
    }
    assertTrue(sum < bound * 1.01, sum + " bytes against a bound of " + bound);
  }

  private static Graph random(SplittableRandom random) {
    Net net = new Net();
    List<Value> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      values.add(net.input(1 + random.nextInt(4), 2));
    }
    values.add(net.constant(2, 2));
    int count = 1 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      values.addAll(node(net, random, values));
    }
    int outputs = 1 + random.nextInt(3);
    for (int i = 0; i < outputs; i++) {
      net.output(values.get(random.nextInt(values.size())));
    }
    return net.build();
  }

  private static List<Value> node(Net net, SplittableRandom random, List<Value> values) {
    // Recent values are taken more often, so that some die.
    UnaryOperator<Value> recent =
        v ->
            random.nextInt(3) == 0
                ? v
                : values.get(values.size() - 1 - random.nextInt(Math.min(4, values.size())));
    Value x = recent.apply(values.get(random.nextInt(values.size())));
    Value y = recent.apply(values.get(random.nextInt(values.size())));
    int rows = x.type().shape().dim(0);
    return switch (rows > 40 ? 3 : random.nextInt(8)) {
      case 0 -> List.of(net.relu(x));
      case 1 -> List.of(net.sum(x, x.type().equals(y.type()) ? y : x));
      case 2 -> List.of(net.reshape(x, rows, 2));
      case 3 -> {
        int begin = random.nextInt(rows);
        yield List.of(net.rows(x, begin, begin + 1 + random.nextInt(rows - begin)));
      }
      case 4 -> List.of(net.concat(0, x, y));
      case 5 -> List.of(net.concat(0, y, x, recent.apply(x)));
      case 6 ->
          net.add(
              new Index.TopK(1),
              List.of(TensorType.of(DType.F32, rows, 2), TensorType.of(DType.I32, 3, 2)),
              x);
      default ->
          List.of(
              net.add(
                  new Contract.MatMul(false, false, Activation.NONE),
                  new int[] {1 + random.nextInt(6), 2},
                  x,
                  y));
    };
  }
}
