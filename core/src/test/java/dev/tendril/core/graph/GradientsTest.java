package dev.tendril.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Gradients against central differences, `(f(x + h) - f(x - h)) / 2h`, of sums with random
/// weights, in 64 bits.
class GradientsTest {
  private static final double STEP = 1e-5;

  private static Graph parse(String inputs, String... statements) {
    return Graph.parse(
        "graph g (" + inputs + ") -> (y) {\n" + String.join("\n", statements) + "\n}");
  }

  /// The sum of all float outputs from the `first` on, each element times a random weight.
  private static Graph weighted(Graph graph, int first, Random random) {
    GraphBuilder builder = Graph.builder("weighted");
    List<Value> operands = new ArrayList<>();
    graph.inputs().forEach(input -> operands.add(builder.input(input.name(), input.type())));
    List<Value> results = builder.add(new Structured.Call(graph), operands);
    Value sum = builder.constant(Tensor.of(TensorType.of(DType.F64), 0));
    for (Value result : results.subList(first, results.size())) {
      if (result.type().dtype().isFloat()) {
        double[] weights = random.doubles(result.type().shape().size(), -1, 1).toArray();
        Value weight =
            builder.constant(Tensor.of(new TensorType(DType.F64, result.type().shape()), weights));
        Value product = builder.add(new Pointwise.Binary(BinaryKind.MUL), result, weight);
        Value part = builder.add(new Reduce.Reduction(Reduce.Kind.SUM, List.of(), false), product);
        sum = builder.add(new Pointwise.Binary(BinaryKind.ADD), sum, part);
      }
    }
    return builder.output("sum", sum).build();
  }

  private static void check(double low, double high, Graph graph) {
    check(low, high, graph, false);
  }

  private static void checkTwice(double low, double high, Graph graph) {
    check(low, high, graph, true);
  }

  private static void check(double low, double high, Graph graph, boolean twice) {
    for (long seed = 1; seed <= 2; seed++) {
      Random random = new Random(seed * 7919 + graph.toText().hashCode());
      List<Tensor> values = new ArrayList<>();
      List<Integer> asked = new ArrayList<>();
      for (int i = 0; i < graph.inputs().size(); i++) {
        TensorType type = graph.inputs().get(i).type();
        if (type.dtype().isFloat()) {
          asked.add(i);
          values.add(Tensor.of(type, random.doubles(type.shape().size(), low, high).toArray()));
        } else {
          int below = type.dtype() == DType.BOOL ? 2 : 3;
          values.add(
              Tensor.of(
                  type, random.ints(type.shape().size(), 0, below).asDoubleStream().toArray()));
        }
      }
      Graph sum = weighted(graph, 0, random);
      Graph gradients = compare("seed " + seed, sum, asked, values, random);
      if (twice) {
        compare("twice, seed " + seed, weighted(gradients, 1, random), asked, values, random);
      }
    }
  }

  private static Graph compare(
      String what, Graph sum, List<Integer> asked, List<Tensor> values, Random random) {
    Graph gradients = Gradients.of(sum, 0, asked);
    List<Tensor> found = gradients.evaluate(values);
    double value = sum.evaluate(values).getFirst().get(0);
    assertEquals(value, found.getFirst().get(0), 1e-9 * Math.max(1, Math.abs(value)), what);
    for (int j = 0; j < asked.size(); j++) {
      int input = asked.get(j);
      Tensor gradient = found.get(j + 1);
      assertEquals(values.get(input).type(), gradient.type(), what);
      int size = (int) gradient.shape().size();
      for (int n = 0; n < Math.min(size, 12); n++) {
        int i = size <= 12 ? n : random.nextInt(size);
        double expected =
            (moved(sum, values, input, i, STEP) - moved(sum, values, input, i, -STEP)) / (2 * STEP);
        String where = what + ": by element " + i + " of " + sum.inputs().get(input).name();
        assertEquals(expected, gradient.get(i), 2e-6 * Math.max(1, Math.abs(expected)), where);
      }
    }
    return gradients;
  }

  private static double moved(Graph sum, List<Tensor> values, int input, int i, double step) {
    List<Tensor> changed = new ArrayList<>(values);
    double[] elements = values.get(input).toDoubleArray();
    elements[i] += step;
    changed.set(input, Tensor.of(values.get(input).type(), elements));
    return sum.evaluate(changed).getFirst().get(0);
  }

  @ParameterizedTest
  @EnumSource
  void unary(UnaryKind kind) {
    if (kind == UnaryKind.NOT || kind.isTest()) {
      return;
    }
    Graph graph = parse("x: f64[2,3]", "y = " + kind.text() + "(x)");
    checkTwice(0.1, 0.9, graph);
    switch (kind) {
      case SQRT, RSQRT, LOG, LOG1P -> {}
      case ASIN, ACOS -> check(-0.9, 0.9, graph);
      default -> check(-5, 5, graph);
    }
  }

  @ParameterizedTest
  @EnumSource
  void binary(BinaryKind kind) {
    if (kind.isComparison() || kind.isBitwise()) {
      return;
    }
    checkTwice(0.4, 3, parse("a: f64[2,1,3], b: f64[4,1]", "y = " + kind.text() + "(a, b)"));
    if (kind != BinaryKind.POW) {
      check(-3, 3, parse("a: f64[3], b: f64[2,3]", "y = " + kind.text() + "(a, b)"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clamp(x) low=-1 high=1.5",
        "leaky_relu(x) alpha=0.3",
        "elu(x) alpha=0.7",
        "gelu(x)",
        "gelu(x) approximate=true",
        "cast(x) to=f64",
        "reshape(x) shape=[4,6]",
        "transpose(x) axes=[2,0,1]",
        "broadcast(x) shape=[2,2,3,4]",
        "slice(x) begin=[0,1,1] end=[end,3,end] step=[1,1,2]",
        "slice(x) begin=[1,0,0] step=[1,2,3]",
        "pad(x) before=[1,0,2] after=[0,1,0]",
        "pad(x) before=[1,2,2] after=[0,1,3] mode=edge",
        "pad(x) before=[1,2,2] after=[0,1,3] mode=reflect",
        "pad(x) before=[1,2,2] after=[0,3,4] mode=symmetric",
        "concat(x, x, x) axis=1",
        "reverse(x) axes=[0,2]",
        "tile(x) repeats=[2,1,3]",
        "reduce_sum(x)",
        "reduce_sum(x) axes=[0,2] keep=true",
        "reduce_mean(x) axes=[1]",
        "reduce_prod(x) axes=[0,1]",
        "reduce_max(x) axes=[2]",
        "reduce_min(x) axes=[-1,0]",
        "cumulative_sum(x) axis=1",
        "cumulative_sum(x) axis=2 exclusive=true reverse=true",
        "cumulative_prod(x) axis=1 reverse=true",
        "top_k(x) k=2",
        "sort(x) axis=1",
        "sort(x) axis=0 descending=true",
        "softmax(x) axis=1 beta=0.5",
        "log_softmax(x)",
        "l2_normalize(x) axis=1 epsilon=1e-6",
        "l2_normalize(x) epsilon=100",
        "local_response_norm(x) radius=1 bias=1 alpha=0.5 beta=0.75",
      })
  void ofOneOperand(String formula) {
    Graph graph = parse("x: f64[2,3,4]", "y = " + formula);
    check(-3, 3, graph);
    checkTwice(0.2, 2, graph);
  }

  @Test
  void select() {
    check(-1, 1, parse("c: bool[2,3], a: f64[3], b: f64[4,1,1]", "y = select(c, a, b)"));
  }

  @Test
  void spaceToDepth() {
    check(-1, 1, parse("x: f64[1,4,6,2]", "y = space_to_depth(x) block=2"));
    check(-1, 1, parse("x: f64[1,2,3,8]", "y = space_to_depth(x) block=2 inverse=true"));
  }

  @Test
  void productsWithZeros() {
    Graph graph = parse("x: f64[3]", "z = mul(x, constant f64[3] {0, 1, 1})", "y = reduce_prod(z)");
    check(0.5, 2, graph);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "relu", "relu6", "relu_n1_to_1", "tanh", "sigmoid"})
  void matmul(String activation) {
    String end = " activation=" + activation;
    checkTwice(-1, 1, parse("a: f64[3,4], b: f64[4,2], c: f64[2]", "y = matmul(a, b, c)" + end));
  }

  @Test
  void matmulOfTransposed() {
    check(-1, 1, parse("a: f64[2,1,4,3], b: f64[5,4,2]", "y = matmul(a, b) transpose_a=true"));
    check(-1, 1, parse("a: f64[3,4], b: f64[5,2,4]", "y = matmul(a, b) transpose_b=true"));
    checkTwice(
        -1,
        1,
        parse("a: f64[5,4,3], b: f64[2,4]", "y = matmul(a, b) transpose_a=true transpose_b=true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "padding=same",
        "strides=[2,1]",
        "strides=[2,3] padding=same dilations=[1,2]",
        "strides=[3,2] padding=explicit([1,0],[2,1])",
        "groups=2 padding=same activation=sigmoid",
        "dilations=[2,1] padding=same activation=tanh",
      })
  void conv(String attributes) {
    int channels = attributes.contains("groups") ? 1 : 2;
    check(
        -1,
        1,
        parse(
            "x: f64[2,7,6,2], w: f64[4,3,2," + channels + "], b: f64[4]",
            "y = conv(x, w, b) " + attributes));
  }

  @Test
  void convOfOneAndThreeAxes() {
    checkTwice(
        -1, 1, parse("x: f64[2,7,3], w: f64[2,3,3]", "y = conv(x, w) strides=[2] padding=same"));
    check(-1, 1, parse("x: f64[1,4,3,5,2], w: f64[2,2,2,3,2]", "y = conv(x, w) strides=[1,1,2]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "padding=same",
        "strides=[2,2] activation=tanh",
        "strides=[1,2] padding=same dilations=[2,1]",
        "strides=[3,2] padding=explicit([1,2],[0,1])",
      })
  void depthwiseConv(String attributes) {
    check(
        -1,
        1,
        parse(
            "x: f64[2,6,5,2], w: f64[3,2,4], b: f64[4]",
            "y = depthwise_conv(x, w, b) " + attributes));
  }

  @Test
  void convTranspose() {
    check(
        -1,
        1,
        parse(
            "x: f64[2,3,3,2], w: f64[3,3,2,2], b: f64[3]",
            "y = conv_transpose(x, w, b) strides=[2,1] padding=same spatial=[6,3]"));
    check(
        -1,
        1,
        parse(
            "x: f64[1,3,4], w: f64[2,3,4]",
            "y = conv_transpose(x, w) strides=[3] spatial=[10] activation=sigmoid"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "window=[2,2]",
        "window=[3,2] strides=[1,2] padding=same",
        "window=[3,3] strides=[2,2] padding=explicit([1,2],[2,1])",
        "window=[2,2] activation=relu6",
      })
  void pool(String attributes) {
    Graph average = parse("x: f64[2,5,6,3]", "y = average_pool(x) " + attributes);
    Graph greatest = parse("x: f64[2,5,6,3]", "y = max_pool(x) " + attributes);
    check(-3, 3, average);
    check(-3, 3, greatest);
    check(0.1, 1, parse("x: f64[2,7,3]", "y = average_pool(x) window=[3] padding=same"));
  }

  @Test
  void attention() {
    checkTwice(
        -1,
        1,
        parse("q: f64[2,3,4], k: f64[5,4], v: f64[2,5,2]", "y = attention(q, k, v) scale=0.5"));
    check(
        -1,
        1,
        parse(
            "q: f64[3,4], k: f64[5,4], v: f64[2,5,2], m: f64[3,1]",
            "y = attention(q, k, v, m) scale=0.5 causal=true"));
  }

  @Test
  void gather() {
    check(-1, 1, parse("x: f64[2,3,4], i: i32[2,2]", "y = gather(x, i) axis=1"));
    checkTwice(-1, 1, parse("x: f64[3,4], i: i64[5]", "y = gather(x, i)"));
    check(-1, 1, parse("x: f64[2,5,3,4], i: i32[2,2]", "y = gather(x, i) axis=2 batch=1"));
    check(-1, 1, parse("x: f64[3,4], i: i32[]", "y = gather(x, i) axis=-1"));
    check(-1, 1, parse("x: f64[3,4,2], i: i32[5,2]", "y = gather_nd(x, i)"));
    check(-1, 1, parse("x: f64[2,3,4], i: i32[2,5,1]", "y = gather_nd(x, i) batch=1"));
  }

  @Test
  void scatter() {
    String operands = "x: f64[3,4,2], i: i32[5,2], u: f64[5,2]";
    checkTwice(-1, 1, parse(operands, "y = scatter_nd(x, i, u) combine=add"));
    check(-1, 1, parse(operands, "y = scatter_nd(x, i, u)"));
    check(-1, 1, parse("x: f64[3], i: i32[6,1], u: f64[6]", "y = scatter_nd(x, i, u)"));
  }

  @Test
  void normalizations() {
    checkTwice(
        -1,
        1,
        parse("x: f64[3,2,4], g: f64[2,4], b: f64[2,4]", "y=layer_norm(x,g,b) axes=2 epsilon=0.1"));
    check(
        0.2,
        1,
        parse(
            "x: f64[3,2,4], m: f64[4], v: f64[4], g: f64[4], b: f64[4]",
            "y = batch_norm(x, m, v, g, b) epsilon=1e-3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "method=bilinear height=7 width=3",
        "method=bilinear height=7 width=3 align_corners=true",
        "method=bilinear height=2 width=9 half_pixel_centers=true",
        "method=nearest height=7 width=3",
        "method=nearest height=2 width=9 half_pixel_centers=true",
      })
  void resize(String attributes) {
    check(-1, 1, parse("x: f64[2,4,5,2]", "y = resize(x) " + attributes));
  }

  @Test
  void recurrences() {
    check(
        -1,
        1,
        Graph.parse(
            """
            graph g (x: f64[3,2,4], w: f64[12,4], r: f64[12,3], b: f64[12], h: f64[2,3], c: f64[2,3])
                -> (y, y:1, y:2) {
              y, y:1, y:2 = lstm(x, w, r, b, h, c)
            }
            """));
    for (String reset : List.of("true", "false")) {
      check(
          -1,
          1,
          Graph.parse(
              """
              graph g (x: f64[3,2,4], w: f64[9,4], r: f64[9,3], b: f64[18], h: f64[2,3])
                  -> (y, y:1) {
                y, y:1 = gru(x, w, r, b, h) reset_after=RESET
              }
              """
                  .replace("RESET", reset)));
    }
  }

  @Test
  void spectra() {
    checkTwice(-1, 1, parse("x: f64[2,6,2]", "y = fft(x)"));
    check(-1, 1, parse("x: f64[2,5,2]", "y = fft(x) inverse=true"));
    for (int length : new int[] {4, 6, 7, 9}) {
      check(-1, 1, parse("x: f64[2,7]", "y = real_fft(x) length=" + length));
      int half = length / 2 + 1;
      check(
          -1,
          1,
          parse("x: f64[2," + half + ",2]", "y = real_fft(x) inverse=true length=" + length));
    }
  }

  @Test
  void linearFilter() {
    check(
        -1,
        1,
        parse(
            "x: f64[2,6,3]",
            "y = linear_filter(x, constant f64[3] {1, 0.5, -0.2}, constant f64[2] {2, 0.3}) axis=1"));
  }

  @Test
  void branches() {
    checkTwice(
        0.2,
        1,
        parse(
            "c: bool[], a: f64[3], b: f64[3]",
            "y = if(c, a, b) then=graph yes (a: f64[?], b: f64[?]) -> (z) {",
            "z = mul(a, b)",
            "} otherwise=graph no (a: f64[?], d_0: f64[?]) -> (z) {",
            "z = exp(a)",
            "}"));
  }

  @Test
  void calls() {
    check(
        0.2,
        1,
        parse(
            "a: f64[3], b: f64[]",
            "u = call(a, b) body=graph f (p: f64[3], q: f64[]) -> (z) {",
            "z = pow(p, q)",
            "}",
            "y = fused(u, a) body=graph f (p: f64[3], q: f64[3]) -> (z) {",
            "s = mul(p, q)",
            "z = tanh(s)",
            "}"));
  }

  @Test
  void whatHasNoGradientIsZero() {
    Graph graph =
        Gradients.of(
            Graph.parse(
                """
                graph g (x: f32[3], unused: f32[2]) -> (loss) {
                  places = arg_max(x)
                  p = cast(places) to=f32
                  c = gt(x, constant f32 {0})
                  i = cast(c) to=f32
                  s = add(p, i)
                  loss = reduce_sum(s)
                }
                """),
            0,
            List.of(1, 0));
    assertEquals(List.of("loss", "d_unused", "d_x"), graph.outputNames());
    List<Tensor> found = graph.evaluate(List.of(Tensor.vector(1f, 3f, 2f), Tensor.vector(1f, 1f)));
    assertEquals(6, found.getFirst().get(0));
    assertTrue(IntStream.range(0, 3).allMatch(i -> found.get(2).get(i) == 0));
    assertEquals(Shape.of(2), found.get(1).shape());
  }

  private static void assertRefused(String message, Graph graph, int... inputs) {
    TensorException e =
        assertThrows(
            TensorException.class,
            () -> Gradients.of(graph, 0, IntStream.of(inputs).boxed().toList()));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @Test
  void saysWhatItCannotDerive() {
    assertRefused(
        "x is f32[?]; expected known extents", parse("x: f32[?]", "y = reduce_sum(x)"), 0);
    assertRefused("output y is f32[2]; expected one float", parse("x: f32[2]", "y = neg(x)"), 0);
    assertRefused("input i is i32[]", parse("i: i32[], x: f32[]", "y = neg(x)"), 0);
    assertRefused(
        "node y: while has no derivative",
        parse(
            "x: f32[]",
            "y = while(x) condition=graph c (x: f32[]) -> (b) {",
            "b = lt(x, constant f32 {9})",
            "} body=graph b (x: f32[]) -> (z) {",
            "z = mul(x, constant f32 {2})",
            "}"),
        0);
    assertRefused(
        "linear_filter has no derivative by its coefficients",
        parse(
            "x: f32[4], b: f32[2]",
            "h = linear_filter(x, b, constant f32[1] {1})",
            "y = reduce_sum(h)"),
        1);
  }
}
