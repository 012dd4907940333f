package dev.tendril.core.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs of floats and what they become.
class QuantizerTest {
  private static final String NET =
      """
      graph net (x: f32[1,4,4,2]) -> (y = p) {
        w = constant f32[3,1,1,2] {1, -0.5, 0.3, 2, -1, 0.25}
        b = constant f32[3] {0.1, -0.2, 0}
        v = constant f32[2,12] {
          0.1, -0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.9, -1, 1.1, 0.05,
          -0.3, 0.2, 0.1, 0.9, 0.5, -0.6, 0.4, 0.3, 0.2, -0.1, 0.6, 0.7
        }
        c = conv(x, w, b) strides=[1,1] padding=same dilations=[1,1] groups=1
        r = relu(c)
        m = max_pool(r) window=[2,2] strides=[2,2] padding=valid
        f = reshape(m) shape=[1,12]
        d = matmul(f, v) transpose_b=true
        p = softmax(d) axis=-1 beta=1
      }
      """;

  private static Graph parse(String body) {
    return Graph.parse(body);
  }

  private static List<List<Tensor>> samples(Graph graph, int count) {
    Random random = new Random(11);
    List<List<Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Tensor> sample = new ArrayList<>();
      for (TensorType type : graph.parameters()) {
        sample.add(Tensor.of(type, random.doubles(type.shape().size(), -1, 1).toArray()));
      }
      samples.add(sample);
    }
    return samples;
  }

  private static Quantized quantize(Graph graph, QuantizeOptions options) {
    return Quantizer.quantize(graph, samples(graph, 20), options);
  }

  private static Node node(Graph graph, String name) {
    return graph.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
  }

  private static Quant quant(Graph graph, String name) {
    Quant quant = node(graph, name).outputs().getFirst().quant();
    assertNotNull(quant, name);
    return quant;
  }

  private static List<String> ops(Graph graph) {
    return graph.nodes().stream().map(n -> n.op().name()).toList();
  }

  @Test
  void aNetBecomesIntegersFromEndToEnd() {
    Quantized quantized = quantize(parse(NET), QuantizeOptions.INT8);
    Graph graph = quantized.graph();
    assertEquals(
        List.of("quantize", "conv", "max_pool", "reshape", "matmul", "softmax", "dequantize"),
        ops(graph));
    assertTrue(quantized.kept().isEmpty());
    assertEquals(DType.F32, graph.parameters().getFirst().dtype());
    assertEquals(DType.F32, graph.outputTypes().getFirst().dtype());
    Quant conv = quant(graph, "r");
    assertEquals(-128, conv.zeroPoint());
    assertEquals(conv, quant(graph, "m"));
    assertEquals(conv, quant(graph, "f"));
    assertNotEquals(conv, quant(graph, "d"));
    assertEquals(Quant.of(1 / 256f, -128), quant(graph, "p"));
    Node product = node(graph, "r");
    Quant weights = product.inputs().get(1).type().quant();
    Quant bias = product.inputs().get(2).type().quant();
    Quant x = product.inputs().get(0).type().quant();
    assertNotNull(weights);
    assertNotNull(bias);
    assertNotNull(x);
    assertEquals(0, weights.axis());
    for (int c = 0; c < 3; c++) {
      assertEquals(x.scale() * weights.scales()[c], bias.scales()[c]);
    }
    Comparison.Outcome outcome = Comparison.of(quantized, samples(parse(NET), 20), null).outcome();
    assertTrue(outcome.error() < 0.01, () -> "" + outcome);
  }

  @Test
  void endsMayBeIntegers() {
    Graph graph = quantize(parse(NET), QuantizeOptions.INT8.withIntegerEnds(true)).graph();
    assertEquals(DType.I8, graph.parameters().getFirst().dtype());
    assertEquals(Quant.of(1 / 256f, -128), graph.outputTypes().getFirst().quant());
    assertFalse(ops(graph).contains("quantize"));
    assertFalse(ops(graph).contains("dequantize"));
  }

  @ParameterizedTest
  @EnumSource
  void everyModeIsCloseToTheFloats(QuantizeMode mode) {
    Graph graph = parse(NET);
    Quantized quantized = quantize(graph, QuantizeOptions.of(mode));
    double error = Comparison.of(quantized, samples(graph, 20), null).outcome().error();
    double limit =
        switch (mode) {
          case INT8 -> 0.01;
          case INT16X8 -> 0.005;
          case INT4 -> 0.05;
          case DYNAMIC -> 0.005;
          case FLOAT16 -> 1e-3;
        };
    assertTrue(error <= limit, () -> mode + ": " + error);
  }

  @Test
  void nodesAreKeptWithConversionsAround() {
    Graph graph = parse(NET);
    Quantized quantized = quantize(graph, QuantizeOptions.INT8.withKeep(Set.of("d")));
    assertEquals(
        List.of(
            "quantize",
            "conv",
            "max_pool",
            "reshape",
            "dequantize",
            "matmul",
            "quantize",
            "softmax",
            "dequantize"),
        ops(quantized.graph()));
    assertEquals(List.of(new Quantized.Decision("d", "matmul", "asked for")), quantized.kept());
    TensorException e =
        assertThrows(
            TensorException.class,
            () -> quantize(graph, QuantizeOptions.INT8.withKeep(Set.of("z"))));
    assertTrue(String.valueOf(e.getMessage()).contains("[z]"), e.getMessage());
  }

  @Test
  void opsWithoutIntegerKernelsStayInFloat() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y) {
              a = tanh(x)
              b = sin(a)
              y = add(a, b)
            }
            """);
    Quantized quantized = quantize(graph, QuantizeOptions.INT8);
    assertEquals(List.of("b"), quantized.kept().stream().map(Quantized.Decision::node).toList());
    assertEquals(
        List.of("quantize", "tanh", "dequantize", "sin", "quantize", "add", "dequantize"),
        ops(quantized.graph()));
    assertEquals(Quant.of(1 / 128f, 0), quant(quantized.graph(), "a"));
  }

  @Test
  void nodesWhoseValuesAreNotFiniteStayInFloat() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y) {
              a = relu(x)
              b = log(a)
              c = exp(b)
              y = add(a, c)
            }
            """);
    Set<String> kept =
        quantize(graph, QuantizeOptions.INT8).kept().stream()
            .map(Quantized.Decision::node)
            .collect(Collectors.toSet());
    assertEquals(Set.of("b", "c"), kept);
  }

  /// Parts of a concatenation are made with its scale where nobody else needs them; what has a
  /// fixed scale is brought to it.
  @Test
  void concatenationsHaveOneScale() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y, z) {
              a = mul(x, x)
              b = mul(x, constant f32 {10})
              y = concat(a, b) axis=1
              s = sigmoid(x)
              t = add(x, constant f32 {3})
              z = concat(s, t) axis=1
            }
            """);
    Graph made = quantize(graph, QuantizeOptions.INT8).graph();
    assertEquals(quant(made, "y"), quant(made, "a"));
    assertEquals(quant(made, "y"), quant(made, "b"));
    assertEquals(quant(made, "z"), quant(made, "t"));
    assertEquals(Quant.of(1 / 256f, -128), quant(made, "s"));
    Node again = node(made, "s/quantize");
    assertEquals(quant(made, "z"), again.outputs().getFirst().quant());
  }

  /// A part that others need too keeps its fine scale.
  @Test
  void partsThatOthersNeedKeepTheirScale() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y, z) {
              a = mul(x, x)
              b = mul(x, constant f32 {100})
              y = concat(a, b) axis=1
              z = mul(a, x)
            }
            """);
    Graph made = quantize(graph, QuantizeOptions.INT8).graph();
    assertTrue(quant(made, "a").scale() < quant(made, "y").scale() / 10);
    assertEquals(quant(made, "y"), quant(made, "a/quantize"));
  }

  @Test
  void siluAndActivationsAreWrittenInParts() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y) {
              w = constant f32[4,4] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7}
              a = matmul(x, w)
              b = tanh(a)
              y = silu(b)
            }
            """);
    assertEquals(
        List.of("quantize", "matmul", "tanh", "sigmoid", "mul", "dequantize"),
        ops(quantize(graph, QuantizeOptions.INT8).graph()));
  }

  @Test
  void wideValuesHaveNoZeroPointAndLongBiases() {
    Graph graph = quantize(parse(NET), QuantizeOptions.of(QuantizeMode.INT16X8)).graph();
    for (Node node : graph.nodes()) {
      Quant quant = node.outputs().getFirst().quant();
      if (quant != null) {
        assertEquals(DType.I16, node.outputs().getFirst().dtype());
        assertEquals(0, quant.zeroPoint());
      }
    }
    Node conv = node(graph, "r");
    assertEquals(DType.I8, conv.inputs().get(1).type().dtype());
    assertEquals(DType.I64, conv.inputs().get(2).type().dtype());
  }

  @Test
  void graphsOfAnyBatchStaySo() {
    Graph graph =
        parse(
            """
            graph g (x: f32[?,2]) -> (y) {
              w = constant f32[2,2] {1, 2, 3, 4}
              y = matmul(x, w)
            }
            """);
    List<List<Tensor>> samples = Samples.of(graph, Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    Graph made = Quantizer.quantize(graph, samples, QuantizeOptions.INT8).graph();
    assertEquals("f32[?,2]", made.parameters().getFirst().toString());
  }

  @Test
  void wrongSamplesAreRefused() {
    Graph graph = parse(NET);
    refused("none", graph, List.of());
    refused("expected f32[1,4,4,2]", graph, List.of(List.of(Tensor.vector(1f))));
    refused("0 tensors; expected 1", graph, List.of(List.of()));
    Tensor wrong = Tensor.zeros(TensorType.of(DType.F32, 1, 4, 4, 2)).copy();
    wrong.memory().set(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED, 12, Float.NaN);
    refused("element 3 is NaN", graph, List.of(List.of(wrong)));
    Graph again = quantize(graph, QuantizeOptions.INT8).graph();
    refused("quantized already", again, samples(graph, 1));
  }

  private static void refused(String what, Graph graph, List<List<Tensor>> samples) {
    TensorException e =
        assertThrows(
            TensorException.class, () -> Quantizer.quantize(graph, samples, QuantizeOptions.INT8));
    assertTrue(String.valueOf(e.getMessage()).contains(what), e.getMessage());
  }

  @Test
  void samplesAreSplit() {
    TensorType one = TensorType.of(DType.F32, 1, 2);
    Tensor rows = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    assertEquals(3, Samples.split(one, rows, "rows").size());
    assertEquals(4, Samples.split(one, rows, "rows").get(1).get(1));
    assertEquals(1, Samples.split(one, Tensor.vector(1f, 2f), "row").size());
    assertEquals(3, Samples.split(one, Tensor.of(new float[6], 3, 1, 2), "rows").size());
    assertThrows(
        TensorException.class, () -> Samples.split(one, Tensor.of(new float[9], 3, 3), "rows"));
    assertThrows(
        TensorException.class, () -> Samples.split(one, Tensor.of(new double[2], 1, 2), "rows"));
  }

  /// The layer whose range is far too wide for its values is found and kept.
  @Test
  void selectionKeepsTheLayerThatHurts() {
    Graph graph =
        parse(
            """
            graph g (x: f32[1,4]) -> (y) {
              a = tanh(x)
              b = mul(a, constant f32[4] {1000, 1, 1, 1})
              c = mul(b, constant f32[4] {0.001, 1, 1, 1})
              y = mul(c, constant f32 {2})
            }
            """);
    List<List<Tensor>> samples = samples(graph, 20);
    Quantizer quantizer = Quantizer.of(graph, samples, QuantizeOptions.INT8);
    Selection selection = Selection.search(quantizer, samples, null, 1, Set.of());
    assertTrue(selection.loss() <= 1, () -> "" + selection.loss());
    assertFalse(selection.kept().isEmpty());
    assertEquals(
        Set.of("b", "c"),
        selection.layers().subList(0, 2).stream()
            .map(Selection.Sensitivity::node)
            .collect(Collectors.toSet()));
    Selection easy = Selection.search(quantizer, samples, null, 99, Set.of());
    assertTrue(easy.kept().isEmpty());
  }
}
