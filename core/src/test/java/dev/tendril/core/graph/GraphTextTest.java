package dev.tendril.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Trees;
import dev.tendril.core.op.UnaryKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphTextTest {
  private static final String MLP =
      """
      graph mlp (x: f32[?,4]) -> (y, logits = h) {
        note origin = "by \\"hand\\"\\n"
        w = constant f32[4,6] {
          0.1, -2, 3e10, inf, 0, 0,
          -0, 1.1754944e-38, 0, 0, 0, 0,
          nan, 7, 0, 0, 0, 0,
          1, 2, 3, 4, 5, 6
        }
        b = constant f32[6] {0, 1, 2, 3, 4, 5}
        h = matmul(x, w, b) activation=relu
        y = softmax(h) beta=0.5
        values, values:1 = top_k(h) k=2
        "odd name" = leaky_relu(values) alpha=0.1
        s = reduce_sum("odd name") axes=[0,-1] keep=true
        t = cast(values:1) to=f64
        u = slice(t) end=[end,1]
      }
      """;

  private static final String BRANCHES =
      """
      graph branches (c: bool[], a: f32[2]) -> (r) {
        r = if(c, a) then=graph yes (a: f32[2]) -> (b) {
          b = neg(a)
        } otherwise=graph no (a: f32[2]) -> (b) {
          one = constant f32[] {1}
          b = add(a, one)
        }
      }
      """;

  private static void assertStable(String text) {
    assertEquals(text, Graph.parse(text).toText());
  }

  @Test
  void readsWhatItWrites() {
    assertStable(MLP);
  }

  @Test
  void readsGraphsWithinGraphs() {
    assertStable(BRANCHES);
  }

  @Test
  void readsWhatPeopleWrite() {
    Graph graph =
        Graph.parse(
            """
            # names for further results, types to check, constants in place
            graph "two words"(x: f32[2,3], unused: i32) -> (places, "the values" = v) {
              h: f32[2,3] = add(x, constant f32 {1.5})   # a comment
              v, places = top_k(h) k=1
            }
            """);
    assertEquals(List.of("places", "the values"), graph.outputNames());
    assertEquals(TensorType.of(DType.I32, 2, 1), graph.outputTypes().getFirst());
    assertStable(graph.toText());
  }

  @ParameterizedTest
  @EnumSource
  void keepsEveryBitOfConstants(DType dtype) {
    long seed = 7L + dtype.text().hashCode();
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, 7, 16, 17, 256, 257, 1001}) {
      Tensor tensor = Tensor.allocate(TensorType.of(dtype, size));
      byte[] bytes = new byte[(int) tensor.type().bytes()];
      random.nextBytes(bytes);
      tensor.memory().copyFrom(java.lang.foreign.MemorySegment.ofArray(bytes));
      assertKept(tensor, seed);
      for (int i = 0; i < size; i++) {
        Elements.setDouble(tensor.memory(), dtype, i, random.nextGaussian() * 100);
      }
      assertKept(tensor, seed);
    }
  }

  private static void assertKept(Tensor tensor, long seed) {
    GraphBuilder builder = Graph.builder("g");
    Graph graph = builder.output("c", builder.constant(tensor)).build();
    String text = graph.toText();
    Graph again = Graph.parse(text);
    Tensor read = again.constants().iterator().next().tensor();
    assertEquals(tensor.type(), read.type(), "seed " + seed);
    assertEquals(-1, tensor.memory().mismatch(read.memory()), "seed " + seed + "\n" + text);
    assertEquals(text, again.toText(), "seed " + seed);
  }

  @Test
  void writesShortNumbers() {
    assertEquals("0.1", ConstantText.number(0.1f, DType.F32));
    assertEquals("0.1", ConstantText.number(0.0999755859375, DType.F16));
    assertEquals("0.1", ConstantText.number(0.10009765625, DType.BF16));
    assertEquals("65504", ConstantText.number(65504, DType.F16));
    assertEquals("1e-10", ConstantText.number(1e-10, DType.F64));
    assertEquals("-inf", ConstantText.number(Double.NEGATIVE_INFINITY, DType.F16));
    assertEquals("-0", ConstantText.number(-0.0, DType.BF16));
  }

  @Test
  void keepsQuantization() {
    Quant perAxis = new Quant(new float[] {0.5f, 1e-5f}, new int[] {0, -3}, 0);
    GraphBuilder builder = Graph.builder("q");
    TensorType type = TensorType.of(DType.I8, 2, 2);
    Value.Input x = builder.input("x", type.with(perAxis));
    Value c = builder.constant(Tensor.of(type.with(Quant.of(0.25f, 1)), 1, 2, 3, 4));
    Graph graph = builder.output("x", x).output("c", c).build();
    Graph again = Graph.parse(graph.toText());
    assertEquals(graph.outputTypes(), again.outputTypes());
    assertEquals(graph.toText(), again.toText());
  }

  @Test
  void keepsQuantizationOfResults() {
    assertStable(
        """
        graph g (x: f32[1,4]) -> (q) {
          q: i8[1,4] q(0.5,-3) = quantize(x)
        }
        """);
  }

  @Test
  void namesConstantsOnce() {
    Value.Constant one = new Value.Constant("c", Tensor.scalar(1f));
    Value.Constant two = new Value.Constant("c", Tensor.scalar(2f));
    Graph graph =
        new Graph("g", List.of(), List.of(one, two), List.of("a", "b"), List.of(), Map.of());
    assertTrue(graph.toText().contains("c_1 = constant f32[] {2}"), graph::toText);
    assertStable(graph.toText());
  }

  @Test
  void knowsEveryOp() {
    assertTrue(OpNames.names().size() > 100, () -> OpNames.names().toString());
    for (String name :
        List.of("relu", "floor_div", "reduce_sum", "max_pool", "arg_max", "cumulative_sum", "if")) {
      assertTrue(OpNames.names().contains(name), name);
    }
    OpNames.Form pool = OpNames.form("average_pool");
    assertEquals(Map.of("kind", Reduce.Kind.MEAN), pool == null ? null : pool.implied());
  }

  @Test
  void writesAttributesOfEveryKind() {
    assertAttributes("", new Contract.MatMul(false, false, Activation.NONE));
    assertAttributes(
        "transpose_b=true activation=relu_n1_to_1",
        new Contract.MatMul(false, true, Activation.RELU_N1_TO_1));
    assertAttributes(
        "strides=[2,1] padding=explicit([1,0],[0,2])",
        new Contract.Conv(
            List.of(2, 1),
            Padding.explicit(List.of(1, 0), List.of(0, 2)),
            List.of(1, 1),
            1,
            Activation.NONE));
    assertAttributes(
        "padding=same",
        new Contract.Conv(List.of(1, 1), Padding.SAME, List.of(1, 1), 1, Activation.NONE));
    assertAttributes("low=-inf high=6", new Pointwise.Clamp(Double.NEGATIVE_INFINITY, 6));
    assertAttributes("shape=[2,?]", new Move.Reshape(Shape.of(2, Shape.ANY)));
    assertAttributes(
        "window=[2,2]",
        new Contract.Pool(
            Reduce.Kind.MAX, List.of(2, 2), List.of(2, 2), Padding.VALID, Activation.NONE));
    assertAttributes(
        "op=\"swirl\" attributes={\"a b\"=\"1\\n\", c=\"\"}",
        new Custom("swirl", Map.of("c", "", "a b", "1\n")));
    assertAttributes("depth=3 to=i8", new Index.OneHot(3, -1, DType.I8));
    assertAttributes(
        "distribution=normal shape=[2,3]",
        new Structured.Random(Structured.Random.Distribution.NORMAL, List.of(2, 3)));
  }

  private static void assertAttributes(String expected, Op op) {
    List<TensorType> operands = List.of(TensorType.of(DType.F32, 1, 4, 4, 3));
    assertEquals(expected, String.join(" ", GraphText.attributes(op, operands)));
  }

  @Test
  void saysThatTreesAreNotInTexts() {
    Trees trees =
        new Trees() {
          @Override
          public int features() {
            return 4;
          }

          @Override
          public int outputs() {
            return 1;
          }

          @Override
          public int trees() {
            return 100;
          }

          @Override
          public void predict(float[] rows, int count, float[] out) {}
        };
    Value.Input x = new Value.Input("x", TensorType.of(DType.F32, 2, 4));
    Node node =
        new Node(
            "y",
            new Structured.TreeEnsemble(trees),
            List.of(x),
            List.of(TensorType.of(DType.F32, 2, 1)));
    Graph graph =
        new Graph("g", List.of(x), List.of(node.output()), List.of("y"), List.of(node), Map.of());
    assertEquals(
        """
        graph g (x: f32[2,4]) -> (y) {
          y = tree_ensemble(x) trees=<trees: 100, features: 4, outputs: 1>
        }
        """,
        graph.toText());
    GraphSyntaxException e =
        assertThrows(GraphSyntaxException.class, () -> Graph.parse(graph.toText()));
    assertEquals(2, e.line());
    assertTrue(e.getMessage().contains("cannot hold it"), e::getMessage);
  }

  private static void assertError(String expected, String text) {
    GraphSyntaxException e =
        assertThrows(GraphSyntaxException.class, () -> Graph.parse(text), text);
    assertTrue(
        e.getMessage().startsWith(expected),
        () -> "expected: " + expected + "\nfound:    " + e.getMessage());
  }

  private static String body(String... statements) {
    return "graph g (x: f32[2,3]) -> () {\n" + String.join("\n", statements) + "\n}\n";
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertError("line 1, column 1: 'grph'; expected 'graph'", "grph g () -> () {}");
    assertError("line 2, column 5: unknown op rellu (did you mean relu?)", body("y = rellu(x)"));
    assertError(
        "line 2, column 16: unknown attribute aplha of leaky_relu (did you mean alpha?); expected"
            + " alpha",
        body("y=leaky_relu(x)aplha=2"));
    assertError("line 2, column 5: top_k without the attribute k", body("y = top_k(x)"));
    assertError("line 2, column 9: undefined value z", body("y = neg(z)"));
    assertError("line 2, column 9: undefined value xx (did you mean x?)", body("y = neg(xx)"));
    assertError(
        "line 3, column 1: the name y occurs twice; line 2 defines it",
        body("y = neg(x)", "y = neg(x)"));
    assertError("line 2, column 1: the name x occurs twice", body("x = neg(x)"));
    assertError(
        "line 2, column 1: neg gives f32[2,3]; the text says that it is f32[3]",
        body("y: f32[3] = neg(x)"));
    assertError("line 2, column 10: '('", body("y = neg(x()"));
    assertError("line 2, column 12: '3' in a graph; expected a name", body("y = neg(x) 3"));
    assertError(
        "line 2, column 12: unknown attribute z of neg; expected none", body("y = neg(x) z=1"));
    assertError(
        "line 2, column 24: 'off' in keep; expected one of false, true",
        body("y = reduce_sum(x) keep=off"));
    assertError("line 2, column 22: 'x' in a constant of i8", body("y = constant i8[2] { x, 1}"));
    assertError(
        "line 2, column 21: '300' in a constant of i8", body("y = constant i8[2] {300, 1}"));
    assertError(
        "line 2, column 5: a constant of type i8[2] with 1 elements",
        body("y = constant i8[2] {3}"));
    assertError(
        "line 2, column 24: a constant of type i8[1] with more than 1",
        body("y = constant i8[1] {3, 4}"));
    assertError(
        "line 2, column 5: a constant of type f32[1000000000] with 3 bytes; expected 4000000000",
        body("y = constant f32[1000000000] base64 {\"AAAA\"}"));
    assertError(
        "line 2, column 28: base64 that cannot be read",
        body("y = constant f32[1] base64 {\"A*\"}"));
    assertError("line 2, column 5: a constant of type f32[?]", body("y = constant f32[?] {}"));
    assertError("line 2, column 14: 'f33' in a type", body("y = constant f33[?] {}"));
    assertError("line 2, column 5: clamp from 2.0 to 1.0", body("y = clamp(x) low=2 high=1"));
    assertError("line 2, column 12: a string that does not end", body("note key = \"text"));
    assertError("line 2, column 5: the output z occurs twice", "graph g () ->\n(z, z) {}");
    assertError("line 4, column 1: the end of the text", "graph g () -> () {\n\n\n");
    assertError("line 1, column 20: 'x' after the graph", "graph g () -> () {}x");
    assertError("line 1, column 18: undefined value y", "graph g () -> (z=y) {}");
  }

  @Test
  void limitsDepth() {
    String text = "graph g () -> () { y = call() body=".repeat(100_000) + "graph g () -> () {}";
    assertError("line 1, column 1156: graphs nested deeper than 32", text);
  }

  @Test
  void saysShapeErrorsWithTheirPlace() {
    assertError(
        "line 3, column 5: matmul", body("c = constant f32[2,2] {1,2,3,4}", "y = matmul(x, c)"));
  }

  @Test
  void survivesDamage() {
    long seed = 20260;
    Random random = new Random(seed);
    List<String> texts = List.of(MLP, BRANCHES);
    String marks = "()[]{}<>,:=?\"#-9 \nqeax_";
    for (int i = 0; i < 4000; i++) {
      StringBuilder text = new StringBuilder(texts.get(i % texts.size()));
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, marks.charAt(random.nextInt(marks.length())));
          default -> {
            int end = Math.min(text.length(), at + random.nextInt(30));
            text.insert(random.nextInt(text.length()), text.substring(at, end));
          }
        }
      }
      try {
        Graph graph = Graph.parse(text.toString());
        assertEquals(graph.toText(), Graph.parse(graph.toText()).toText());
      } catch (TensorException e) {
        assertTrue(e.getMessage().startsWith("line "), e.getMessage());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", text " + i + ":\n" + text, e);
      }
    }
  }

  @Test
  void readsTheManual() throws IOException {
    Matcher blocks =
        Pattern.compile("```tendril\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/graph-text.md")));
    int count = 0;
    for (; blocks.find(); count++) {
      String text = Graph.parse(blocks.group(1)).toText();
      assertStable(text);
    }
    assertEquals(3, count);
  }

  @Test
  void namesUnaryOpsAfterTheirKind() {
    TreeSet<String> missing = new TreeSet<>();
    for (UnaryKind kind : UnaryKind.values()) {
      OpNames.Form form = OpNames.form(kind.text());
      if (form == null || form.record() != Pointwise.Unary.class) {
        missing.add(kind.text());
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }
}
