package dev.tendril.core.run;

import static dev.tendril.core.run.Ops.add;
import static dev.tendril.core.run.Ops.dense;
import static dev.tendril.core.run.Ops.matmul;
import static dev.tendril.core.run.Ops.relu;
import static dev.tendril.core.run.Ops.softmax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FunctionTest {
  private static final Tensor W1 = random(1, 16, 32);
  private static final Tensor B1 = random(2, 32);
  private static final Tensor W2 = random(3, 32, 4);
  private static final Tensor B2 = random(4, 4);

  private static Tensor random(long seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values, dims);
  }

  private static Tensor mlp(Tensor x) {
    Tensor hidden = relu(add(matmul(x, W1), B1));
    return softmax(dense(hidden, W2, B2, Activation.NONE), -1);
  }

  @Test
  void tracedAndEagerAgree() {
    Function traced = Function.trace("mlp", FunctionTest::mlp);
    for (int batch : new int[] {1, 5, 1, 33}) {
      Tensor x = random(batch, batch, 16);
      assertArrayEquals(mlp(x).toFloatArray(), traced.call(x).toFloatArray(), 1e-6f);
    }
  }

  @Test
  void theGraphIsThatOfTheCode() {
    Graph graph =
        Function.trace("mlp", FunctionTest::mlp).graph(TensorType.of(DType.F32, Shape.ANY, 16));
    assertEquals(
        List.of("matmul", "add", "relu", "matmul", "softmax"),
        graph.nodes().stream().map(node -> node.op().name()).toList());
    assertEquals(List.of(TensorType.of(DType.F32, Shape.ANY, 4)), graph.outputTypes());
    assertEquals(4, graph.constants().size());
  }

  @Test
  void graphsOfUnknownExtentsRun() {
    Graph graph =
        Function.trace("mlp", FunctionTest::mlp).graph(TensorType.of(DType.F32, Shape.ANY, 16));
    try (Executable executable = Devices.current().compile(graph, CompileOptions.DEFAULT)) {
      Tensor x = random(9, 7, 16);
      assertArrayEquals(
          mlp(x).toFloatArray(), executable.run(List.of(x)).getFirst().toFloatArray(), 1e-6f);
    }
  }

  @Test
  void functionsWithinFunctionsBecomePartOfThem() {
    Function inner = Function.trace("inner", x -> add(x, x));
    Function outer = Function.trace("outer", x -> relu(inner.call(x)));
    assertEquals(2, outer.graph(TensorType.of(DType.F32, 2)).nodes().size());
    assertArrayEquals(new float[] {0, 6}, outer.call(Tensor.vector(-1f, 3f)).toFloatArray());
  }

  @Test
  void threadsGetTheAnswersOfOne() throws InterruptedException {
    Function traced = Function.trace("mlp", FunctionTest::mlp);
    Tensor x = random(5, 3, 16);
    float[] expected = traced.call(x).toFloatArray();
    ConcurrentLinkedQueue<float[]> wrong = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int i = 0; i < 500; i++) {
                                float[] got = traced.call(x).toFloatArray();
                                if (!Arrays.equals(expected, got)) {
                                  wrong.add(got);
                                }
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(wrong.isEmpty());
  }

  @Test
  void profilesSayWhatNodesTake() {
    Function traced =
        Function.trace("mlp", FunctionTest::mlp)
            .with(CompileOptions.DEFAULT.withProfile(true).withRewrite(false));
    Tensor x = random(5, 3, 16);
    traced.call(x);
    traced.call(x);
    Profile profile = traced.executable(List.of(x.type())).profile();
    assertEquals(2, profile.runs());
    assertEquals(5, profile.entries().size());
    Profile.Entry product = profile.entries().getFirst();
    assertEquals("f32[3,16], f32[16,32] -> f32[3,32]", product.types());
    assertEquals(2L * 3 * 16 * 32, product.flops());
    assertEquals(4L * (3 * 16 + 16 * 32 + 3 * 32), product.bytes());
    assertTrue(product.nanos() > 0);
  }

  @Test
  void scopesDoNotCloseWhatFunctionsKeep() {
    Function traced =
        Function.trace("f", x -> add(relu(x), Ops.mul(Tensor.vector(1f, 2f), Tensor.scalar(3f))));
    Tensor x = Tensor.vector(1f, -1f);
    try (TensorScope scope = TensorScope.open()) {
      assertArrayEquals(new float[] {4, 6}, traced.call(x).toFloatArray());
      scope.keep(x);
    }
    assertArrayEquals(new float[] {4, 6}, traced.call(x).toFloatArray());
  }

  @Test
  void scopesDoNotCloseWhatReferenceKernelsAreTiedTo() {
    Function traced =
        Function.trace("f", x -> Ops.linearFilter(x, Tensor.vector(1f, 1f), Tensor.vector(1f), -1));
    Tensor x = Tensor.vector(1f, 2f, 3f);
    for (int i = 0; i < 3; i++) {
      try (TensorScope scope = TensorScope.open()) {
        assertArrayEquals(new float[] {1, 3, 5}, traced.call(x).toFloatArray());
        scope.keep(x);
      }
    }
  }

  @Test
  void closedConstantsAreAnError() {
    Tensor kept = Tensor.vector(1f, 2f);
    Function traced = Function.trace("f", x -> add(relu(x), kept));
    Tensor x = Tensor.vector(1f, -1f);
    traced.call(x);
    kept.close();
    assertThrows(ClosedTensorException.class, () -> traced.call(x));
  }

  @Test
  void resultsAreNeverOperandsOrConstants() {
    Tensor constant = Tensor.vector(1f, 2f);
    Graph graph =
        Function.traceAll("f", in -> List.of(in.getFirst(), constant, Ops.nonZero(in.getFirst())))
            .graph(TensorType.of(DType.F32, 2));
    Tensor x = Tensor.vector(0f, 5f);
    try (Executable executable = Devices.current().compile(graph, CompileOptions.DEFAULT)) {
      executable.run(List.of(x)).forEach(Tensor::close);
      assertArrayEquals(new float[] {1, 2}, executable.run(List.of(x)).get(1).toFloatArray());
    }
    assertFalse(x.isClosed() || constant.isClosed());
  }

  @Test
  void misuseIsSaidInOneLine() {
    Function traced = Function.trace("mlp", FunctionTest::mlp);
    Tensor closed = random(1, 3, 16);
    closed.close();
    assertThrows(ClosedTensorException.class, () -> traced.call(closed));
    Tensor[] leaked = new Tensor[1];
    Function.trace(
            "leak",
            x -> {
              leaked[0] = relu(x);
              return leaked[0];
            })
        .graph(TensorType.of(DType.F32, 2));
    assertThrows(TensorException.class, () -> relu(leaked[0]));
    assertThrows(TensorException.class, leaked[0]::memory);
    String message =
        assertThrows(TensorException.class, () -> traced.call(random(1, 3, 15))).getMessage();
    assertTrue(message.contains(" (at "), message);
  }

  /// A graph whose operands and results are large enough to be used where they are: `y = relu(x) +
  /// 1`, `x` itself, and `z = y · 2`.
  private static Graph large() {
    return Graph.parse(
        """
        graph large (x: f32[200,100], s: f32[3]) -> (y, again, x2, z, t) {
          r = relu(x)
          y = add(r, constant f32 {1})
          z = mul(y, constant f32 {2})
          t = exp(s)
          again = add(y, constant f32 {0.5})
          x2 = neg(x)
        }
        """);
  }

  private static void checkLarge(Tensor x, List<Tensor> results) {
    for (int i = 0; i < 20_000; i += 977) {
      float y = Math.max(x.toFloatArray()[i], 0) + 1;
      assertEquals(y, results.get(0).get(i));
      assertEquals(y + 0.5f, results.get(1).get(i));
      assertEquals(-x.toFloatArray()[i], results.get(2).get(i));
      assertEquals(2 * y, results.get(3).get(i));
    }
  }

  @Test
  void largeOperandsAndResultsAreUsedWhereTheyAre() {
    try (Executable executable =
        Devices.current().compile(large(), CompileOptions.DEFAULT.withThreads(2))) {
      Tensor s = random(5, 3);
      for (int run = 0; run < 6; run++) {
        Tensor x = random(run % 3, 200, 100);
        float[] before = x.toFloatArray();
        List<Tensor> results = executable.run(List.of(x, s));
        checkLarge(x, results);
        assertArrayEquals(before, x.toFloatArray(), "the operand stays as it was");
        results.getFirst().close();
      }
    }
  }

  @Test
  void resultsMayOverlapOperands() {
    Graph graph =
        Graph.parse(
            """
            graph g (a: f32[100,200], b: f32[100,200]) -> (s, d) {
              s = add(a, b)
              d = sub(a, b)
            }
            """);
    try (Executable executable = Devices.current().compile(graph, CompileOptions.DEFAULT)) {
      Tensor a = random(1, 100, 200);
      Tensor b = random(2, 100, 200);
      for (int run = 0; run < 3; run++) {
        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        executable.run(List.of(a, b), run == 1 ? List.of(a, b) : List.of(b, a));
        for (int i = 0; i < x.length; i += 331) {
          assertEquals(x[i] + y[i], (run == 1 ? a : b).get(i));
          assertEquals(x[i] - y[i], (run == 1 ? b : a).get(i));
        }
      }
    }
  }

  @Test
  void operandsOfOneThreadAreCopied() {
    try (Arena arena = Arena.ofConfined();
        Executable executable =
            Devices.current().compile(large(), CompileOptions.DEFAULT.withThreads(2))) {
      Tensor x = random(7, 200, 100);
      Tensor confined = Tensor.wrap(arena.allocate(80_000, 4).copyFrom(x.memory()), x.type());
      checkLarge(x, executable.run(List.of(confined, random(5, 3))));
    }
  }
}
