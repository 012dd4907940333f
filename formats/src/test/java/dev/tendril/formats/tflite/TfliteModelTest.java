package dev.tendril.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfliteModelTest {
  private static final long SEED = 7;

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadAgain() {
    Graph graph = Networks.network();
    Path file = folder.resolve("network.tflite");
    TfliteModel.of(graph).write(file);
    Graph again = TfliteModel.read(file).graph();
    assertEquals(graph.parameters(), again.parameters());
    assertEquals(List.of("probabilities", "best", "z"), again.outputNames());
    Tensor x = Networks.random(graph.parameters().getFirst(), new Random(SEED));
    List<Tensor> expected = graph.evaluate(List.of(x));
    List<Tensor> found = again.evaluate(List.of(x));
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).type(), found.get(i).type());
      for (long k = 0; k < expected.get(i).shape().size(); k++) {
        assertEquals(expected.get(i).get(k), found.get(i).get(k), 1e-6);
      }
    }
  }

  @Test
  void quantizedOpsKeepTheirScales() {
    GraphBuilder b = Graph.builder("quantized");
    TensorType type = TensorType.of(DType.I8, 2, 6).with(Quant.of(0.5f, 3));
    Value x = b.input("x", type);
    Random random = new Random(SEED);
    TensorType rows = TensorType.of(DType.I8, 4, 6).with(Quant.of(0.25f, 0));
    Value weights = b.constant("w", Networks.random(rows, random));
    Value bias = b.constant("b", Networks.random(TensorType.of(DType.I32, 4), random));
    Value y =
        b.addQuantized(
            new Contract.MatMul(false, true, Activation.RELU), Quant.of(2, -128), x, weights, bias);
    Graph graph = b.output("y", y).build();
    Graph again = TfliteModel.of(TfliteModel.of(graph).toBytes()).graph();
    Tensor input = Networks.random(type, random);
    assertEquals(
        graph.evaluate(List.of(input)).getFirst().toString(),
        again.evaluate(List.of(input)).getFirst().toString());
  }

  @Test
  void statesAreKeptFromRunToRun() {
    GraphBuilder b = Graph.builder("filter");
    Random random = new Random(SEED);
    Value x = b.input("x", TensorType.of(DType.F32, 1, 3));
    Value state = b.input("memory", TensorType.of(DType.F32, 1, 8));
    List<Value> results =
        b.add(
            new Structured.Svdf(1, Activation.NONE),
            List.of(
                x,
                b.constant(Networks.random(TensorType.of(DType.F32, 2, 3), random)),
                b.constant(Networks.random(TensorType.of(DType.F32, 2, 4), random)),
                b.constant(Networks.random(TensorType.of(DType.F32, 2), random)),
                state));
    Graph graph =
        b.output("y", results.get(0))
            .output("memory/next", results.get(1))
            .note("state memory", "memory/next")
            .build();
    TfliteModel model = TfliteModel.of(TfliteModel.of(graph).toBytes());
    Graph again = model.graph();
    assertEquals(1, model.states().size());
    List<Tensor> kept = new ArrayList<>(model.states());
    List<Tensor> expected = new ArrayList<>(model.states());
    for (int step = 0; step < 3; step++) {
      Tensor input = Networks.random(TensorType.of(DType.F32, 1, 3), random);
      List<Tensor> a = graph.evaluate(List.of(input, expected.getFirst()));
      List<Tensor> c = again.evaluate(List.of(input, kept.getFirst()));
      assertEquals(a.toString(), c.toString());
      expected.set(0, a.get(1));
      kept.set(0, c.get(1));
    }
  }

  @Test
  void loopsAndBranchesAreSubgraphs() {
    Graph graph =
        Graph.parse(
            """
            graph loops (x: f32[3]) -> (y) {
              zero = constant f32[] {0}
              total = reduce_sum(x)
              flag = gt(total, zero)
              y = abs(x)
            }
            """);
    GraphBuilder b = Graph.builder("branches");
    Value x = b.input("x", TensorType.of(DType.F32, 3));
    Value flag = b.input("flag", TensorType.of(DType.BOOL));
    Graph negative = Graph.parse("graph negative (x: f32[3]) -> (y) {\n  y = neg(x)\n}\n");
    Value y = b.add(new Structured.If(graph, negative), flag, x);
    Graph both = b.output("y", y).build();
    TfliteModel model = TfliteModel.of(TfliteModel.of(both).toBytes());
    assertEquals(3, model.subgraphs());
    Tensor operand = Tensor.vector(1f, -2f, 3f);
    for (boolean taken : new boolean[] {true, false}) {
      Tensor condition = Tensor.of(new boolean[] {taken});
      assertEquals(
          both.evaluate(List.of(operand, condition)).toString(),
          model.graph().evaluate(List.of(operand, condition)).toString());
    }
  }

  @Test
  void inputsOfOtherShapesMakeAnotherGraph() {
    GraphBuilder b = Graph.builder("rows");
    Value x = b.input("x", TensorType.of(DType.F32, 1, 4));
    Value y = b.add(new Structured.Softmax(-1, 1), x);
    TfliteModel model = TfliteModel.of(TfliteModel.of(b.output("y", y).build()).toBytes());
    Graph wide = model.graph(List.of(TensorType.of(DType.F32, 7, 4)));
    assertEquals("[f32[7,4]]", wide.outputTypes().toString());
  }

  @Test
  void whatTheFormatHasNotIsRefusedByNodeAndReason() {
    GraphBuilder b = Graph.builder("strange");
    Value x = b.input("x", TensorType.of(DType.F32, 3));
    Value y = b.add("edge", new Pointwise.Unary(UnaryKind.ERF), List.of(x), List.of()).getFirst();
    FormatException refused =
        assertThrows(
            FormatException.class, () -> TfliteModel.of(b.output("y", y).build()).toBytes());
    assertTrue(refused.getMessage().contains("node edge (erf)"), refused::getMessage);
  }

  @Test
  void customOperatorsKeepTheirOptions() {
    Custom op = new Custom("Own", Map.of("options", "0102ff"));
    TensorType type = TensorType.of(DType.F32, 2);
    Value.Input x = new Value.Input("x", type);
    dev.tendril.core.graph.Node node =
        new dev.tendril.core.graph.Node("own", op, List.of(x), List.of(type));
    Graph graph =
        new Graph(
            "custom", List.of(x), List.of(node.output()), List.of("y"), List.of(node), Map.of());
    Graph again = TfliteModel.of(TfliteModel.of(graph).toBytes()).graph();
    assertEquals(op, again.nodes().getFirst().op());
  }

  @Test
  void filesOfAnotherKindAreRefusedByTheirByte() {
    FormatException refused =
        assertThrows(FormatException.class, () -> TfliteModel.of(new byte[100]));
    assertEquals(4, refused.offset());
  }
}
