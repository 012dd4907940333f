package dev.tendril.core.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Gradients;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Trees;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForestKernelTest {
  /// Three stumps: sums and products that depend on the row and on which column is which.
  private static final Trees STUMPS =
      new Trees() {
        @Override
        public int features() {
          return 3;
        }

        @Override
        public int outputs() {
          return 2;
        }

        @Override
        public int trees() {
          return 3;
        }

        @Override
        public void predict(float[] rows, int count, float[] out) {
          for (int row = 0; row < count; row++) {
            float sum = 0;
            for (int i = 0; i < 3; i++) {
              sum += rows[3 * row + i] >= 0.25f * i ? (float) (i + 1) / 3 : -0.1f;
            }
            out[2 * row] = sum;
            out[2 * row + 1] = rows[3 * row] * 7;
          }
        }
      };

  private static Graph graph() {
    GraphBuilder builder = Graph.builder("stumps");
    return builder
        .output(
            "y",
            builder.add(
                new Structured.TreeEnsemble(STUMPS),
                builder.input("x", TensorType.of(DType.F32, Shape.ANY, 3))))
        .build();
  }

  @Test
  void anyNumberOfThreadsGivesTheBitsOfTheTrees() {
    SplittableRandom random = new SplittableRandom(5);
    for (int rows : new int[] {0, 1, 255, 256, 257, 2000, 5001}) {
      float[] x = new float[3 * rows];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextDouble(-1, 1);
      }
      float[] expected = new float[2 * rows];
      STUMPS.predict(x, rows, expected);
      for (int threads : new int[] {1, 2, 3, 16}) {
        try (Executable executable =
            Devices.current().compile(graph(), CompileOptions.DEFAULT.withThreads(threads))) {
          for (int run = 0; run < 2; run++) {
            Tensor y = executable.run(List.of(Tensor.of(x, rows, 3))).getFirst();
            assertArrayEquals(expected, y.toFloatArray(), rows + " rows, threads " + threads);
          }
          assertTrue(executable.report().contains("forest "), executable.report());
        }
      }
    }
  }

  @Test
  void theReferenceGivesTheSame() {
    Tensor x = Tensor.of(new float[] {0, 1, 2, -1, 0.1f, Float.NaN}, 2, 3);
    float[] expected = new float[4];
    STUMPS.predict(x.toFloatArray(), 2, expected);
    assertArrayEquals(expected, graph().evaluate(List.of(x)).getFirst().toFloatArray());
  }

  @Test
  void thereIsNoGradient() {
    GraphBuilder builder = Graph.builder("mean");
    var y = builder.inline(graph(), List.of(builder.input("x", TensorType.of(DType.F32, 4, 3))));
    Graph mean =
        builder
            .output(
                "mean",
                builder.add(
                    new Reduce.Reduction(Reduce.Kind.MEAN, List.of(0, 1), false), y.getFirst()))
            .build();
    TensorException refusal =
        assertThrows(TensorException.class, () -> Gradients.of(mean, 0, List.of(0)));
    assertEquals(
        "gradients: node tree_ensemble: tree_ensemble has no derivative", refusal.getMessage());
  }
}
