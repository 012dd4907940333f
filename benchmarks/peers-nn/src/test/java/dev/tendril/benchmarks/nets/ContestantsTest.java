package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.benchmarks.GraphContestant;
import dev.tendril.benchmarks.Nets;
import dev.tendril.core.graph.Graph;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That the contestants compute the same thing.
class ContestantsTest {
  @BeforeEach
  void natives() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        system.toLowerCase(Locale.ROOT).equals("linux amd64"),
        "the native libraries are those for Linux on x86-64; this is " + system);
  }

  @Test
  void perceptron() throws Exception {
    agree(Nets.perceptron());
  }

  /// At 75 the windows of stride 2 begin at the border, at 64 beyond it.
  @ParameterizedTest
  @ValueSource(ints = {64, 75})
  void mobilenet(int size) throws Exception {
    agree(Nets.mobilenet(size));
  }

  private static void agree(Graph graph) throws Exception {
    float[] image = random((int) graph.parameters().getFirst().shape().size());
    float[] lite = answer(new TfliteContestant(), graph, image);
    float[] onnx = answer(new OnnxRuntimeContestant(), graph, image);
    assertArrayEquals(lite, onnx, 1e-5f);
  }

  private static float[] answer(GraphContestant contestant, Graph graph, float[] image)
      throws Exception {
    contestant.start(1);
    GraphContestant.Net net = contestant.net(graph);
    float[] output = new float[(int) graph.outputTypes().getFirst().shape().size()];
    net.run(net.arrange(image), output);
    return output;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void products(int n) throws Exception {
    float[] left = random(n * n);
    float[] right = random(n * n);
    float[] expected = new float[n * n];
    for (int i = 0; i < n * n; i++) {
      for (int k = 0; k < n; k++) {
        expected[i] += left[i / n * n + k] * right[k * n + i % n];
      }
    }
    for (GraphContestant contestant :
        new GraphContestant[] {new OneDnnContestant(), new OpenBlasContestant()}) {
      contestant.start(1);
      GraphContestant.Product product = contestant.product(n, left, right);
      product.run();
      assertArrayEquals(expected, product.result(), 1e-4f, contestant.name());
    }
  }

  private static float[] random(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }
}
