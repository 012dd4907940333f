package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.quantize.QuantizeMode;
import dev.tendril.core.quantize.QuantizeOptions;
import dev.tendril.core.quantize.Quantized;
import dev.tendril.core.quantize.Quantizer;
import dev.tendril.core.quantize.Samples;
import dev.tendril.formats.tflite.TfliteModel;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs that Tendril quantizes, written to files, give in the runtime of TensorFlow Lite, with its
/// reference kernels, what they give here: integers equal.
class QuantizedOracleTest {
  private static final long SEED = 20261124;
  private static final int GRAPHS = 200;

  @BeforeEach
  void natives() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(
        system.toLowerCase(Locale.ROOT).equals("linux amd64"),
        "the native libraries are those for Linux on x86-64; this is " + system);
  }

  @ParameterizedTest
  @EnumSource
  void randomGraphsAgree(QuantizeMode mode) {
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      agree(RandomGraphs.floats(seed), mode, seed);
    }
  }

  private static void agree(Graph floats, QuantizeMode mode, long seed) {
    TensorType type = floats.parameters().getFirst();
    List<List<Tensor>> samples =
        LongStream.range(seed, seed + 8)
            .mapToObj(s -> List.of(RandomGraphs.operand(type, s)))
            .toList();
    Quantized quantized =
        Quantizer.quantize(floats, samples, QuantizeOptions.of(mode).withIntegerEnds(true));
    Graph graph = quantized.graph();
    List<Tensor> operands = Samples.fit(graph, samples.getFirst());
    Tensor ours = graph.evaluate(operands).getFirst();
    byte[] file = TfliteModel.of(graph).toBytes();
    Tensor again = TfliteModel.of(file).graph().evaluate(operands).getFirst();
    Tensor theirs =
        TfliteRuntime.ofReference(file).run(operands, graph.outputTypes()).getFirst();
    String what = mode + ", seed " + seed + ": " + graph.nodes() + " of " + quantized.kept();
    compare(what + " as read again", ours, again, ours.dtype().isFloat() ? 1e-5 : 0);
    compare(what, ours, theirs, tolerance(mode, graph, ours));
  }

  /// Integers are equal, but where the runtime has no reference kernel: its fully connected layers
  /// round ties of the second step up. Floats on the way differ in their last bits, and so may the
  /// integers that they become.
  private static double tolerance(QuantizeMode mode, Graph graph, Tensor ours) {
    if (mode == QuantizeMode.DYNAMIC) {
      return 0.05;
    }
    if (ours.dtype().isFloat()) {
      return 1e-5;
    }
    boolean apart =
        graph.nodes().stream()
            .anyMatch(
                node ->
                    node.op() instanceof Contract.MatMul
                        || (node.op() instanceof Pointwise.Quantize
                            && node.inputs().getFirst().type().quant() == null));
    return apart ? 3 : 0;
  }

  private static void compare(String what, Tensor ours, Tensor theirs, double tolerance) {
    assertEquals(ours.type(), theirs.type(), what);
    double greatest = ours.dtype().isFloat() ? 1e-3 : 1;
    for (long i = 0; ours.dtype().isFloat() && i < ours.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(ours.get(i)));
    }
    double limit = tolerance * greatest;
    for (long i = 0; i < ours.shape().size(); i++) {
      double off = Math.abs(ours.get(i) - theirs.get(i));
      long place = i;
      assertTrue(
          off <= limit,
          () -> what + ", element " + place + ": " + ours.get(place) + ", " + theirs.get(place));
    }
  }
}
