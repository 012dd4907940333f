package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.quantize.QuantizeMode;
import dev.tendril.core.quantize.QuantizeOptions;
import dev.tendril.core.quantize.Quantized;
import dev.tendril.core.quantize.Quantizer;
import dev.tendril.core.quantize.Samples;
import dev.tendril.core.run.Function;
import dev.tendril.formats.tflite.TfliteModel;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs that Tendril quantizes, written to files, give in the runtime of TensorFlow Lite, with
/// its reference kernels, what they give here: integers equal.
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

  /// A published detector of poses as integers: every element of both outputs is equal.
  @Test
  void aPublishedModelAgrees() {
    Graph floats =
        TfliteModel.read(TfliteOracleTest.shared("pose/models/pose_detection.tflite")).graph();
    TensorType type = floats.parameters().getFirst();
    List<List<Tensor>> samples =
        LongStream.range(SEED, SEED + 2)
            .mapToObj(s -> List.of(RandomGraphs.operand(type, s)))
            .toList();
    Graph graph =
        Quantizer.quantize(floats, samples, QuantizeOptions.INT8.withIntegerEnds(true)).graph();
    List<Tensor> operands = Samples.fit(graph, samples.getFirst());
    List<Tensor> ours = Function.of(graph).callAll(operands);
    List<Tensor> theirs =
        TfliteRuntime.ofReference(TfliteModel.of(graph).toBytes())
            .run(operands, graph.outputTypes());
    for (int i = 0; i < ours.size(); i++) {
      compare("output " + i, ours.get(i), theirs.get(i), 0);
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
    // The reference kernel of sums takes integers as they are, whatever their scales.
    TfliteRuntime runtime =
        has(graph, node -> isSum(node.op()))
            ? new TfliteRuntime(file)
            : TfliteRuntime.ofReference(file);
    Tensor theirs = runtime.run(operands, graph.outputTypes()).getFirst();
    String what = mode + ", seed " + seed + ": " + graph.nodes() + " of " + quantized.kept();
    compare(what + " as read again", ours, again, ours.dtype().isFloat() ? 1e-5 : 0);
    compare(what, ours, theirs, tolerance(mode, graph, ours, runtime.isReference()));
  }

  /// Integers are equal, but for three: fully connected layers (and, with the built-in kernels,
  /// convolutions) round ties of the second step up; functions of 16 bits are interpolated in a
  /// table there; floats on the way differ in their last bits, and so may the integers that they
  /// become; then they are close on average. Weights of 8 bits with floats are multiplied with
  /// floats that are quantized then.
  private static double tolerance(
      QuantizeMode mode, Graph graph, Tensor ours, boolean reference) {
    if (ours.dtype().isFloat()) {
      return mode == QuantizeMode.DYNAMIC ? 0.05 : 1e-5;
    }
    boolean apart =
        !reference
            || has(
            graph,
            node ->
                (ours.dtype() == DType.I16 && isTabled(node.op()))
                    || node.op() instanceof Contract.MatMul
                    || (node.op() instanceof Pointwise.Quantize
                        && node.inputs().getFirst().type().quant() == null));
    return !apart ? 0 : ours.dtype() == DType.I16 ? 16 : 2;
  }

  private static boolean has(Graph graph, Predicate<Node> which) {
    return graph.nodes().stream().anyMatch(which);
  }

  private static boolean isSum(Op op) {
    return op instanceof Reduce.Reduction sum && sum.kind() == Reduce.Kind.SUM;
  }

  private static boolean isTabled(Op op) {
    return op instanceof Pointwise.Unary(UnaryKind kind)
        && (kind == UnaryKind.TANH || kind == UnaryKind.SIGMOID);
  }

  private static void compare(String what, Tensor ours, Tensor theirs, double tolerance) {
    assertEquals(ours.type(), theirs.type(), what);
    double greatest = ours.dtype().isFloat() ? 1e-3 : 1;
    for (long i = 0; ours.dtype().isFloat() && i < ours.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(ours.get(i)));
    }
    double limit = tolerance * greatest;
    if (!ours.dtype().isFloat() && tolerance > 0) {
      double sum = 0;
      for (long i = 0; i < ours.shape().size(); i++) {
        sum += Math.abs(ours.get(i) - theirs.get(i));
      }
      double mean = sum / ours.shape().size();
      assertTrue(mean <= tolerance, () -> what + ": off by " + mean + " on average");
      return;
    }
    for (long i = 0; i < ours.shape().size(); i++) {
      double off = Math.abs(ours.get(i) - theirs.get(i));
      long place = i;
      assertTrue(
          off <= limit,
          () -> what + ", element " + place + ": " + ours.get(place) + ", " + theirs.get(place));
    }
  }
}
