package dev.tendril.formats.tensorflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.Networks;
import dev.tendril.formats.tensorflow.proto.FunctionDef;
import dev.tendril.formats.tensorflow.proto.GraphDef;
import dev.tendril.formats.tensorflow.proto.MetaGraphDef;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.OpDef;
import dev.tendril.formats.tensorflow.proto.SignatureDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Folders of TensorFlow.js and saved models.
class TensorflowModelsTest {
  @TempDir private Path folder;

  private static double distance(Graph graph, Graph again) {
    Random random = new Random(3);
    List<Tensor> operands =
        graph.parameters().stream().map(type -> Networks.random(type, random)).toList();
    List<Tensor> expected = graph.evaluate(operands);
    List<Tensor> found = again.evaluate(operands);
    double distance = 0;
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).shape(), found.get(i).shape());
      for (long k = 0; k < expected.get(i).shape().size(); k++) {
        distance = Math.max(distance, Math.abs(expected.get(i).get(k) - found.get(i).get(k)));
      }
    }
    return distance;
  }

  @Test
  void savedModelsMeanTheSame() {
    Graph graph = Networks.network();
    Path saved = folder.resolve("saved");
    SavedModel.of(graph).write(saved);
    SavedModel again = SavedModel.read(saved);
    assertEquals(List.of("x"), again.inputs());
    assertTrue(distance(graph, again.graph()) < 1e-5);
  }

  @ParameterizedTest
  @EnumSource(TfjsModel.Weights.class)
  void foldersMeanTheSame(TfjsModel.Weights weights) {
    Graph graph = Networks.network();
    Path web = folder.resolve("web");
    TfjsModel.of(graph).write(web, weights);
    double distance = distance(graph, TfjsModel.read(web).graph());
    double limit =
        switch (weights) {
          case EXACT -> 1e-5;
          case UINT16 -> 1e-3;
          case FLOAT16 -> 1e-2;
          case UINT8 -> 0.3;
        };
    assertTrue(distance < limit, weights + ": " + distance);
  }

  private static Graph added(float... values) {
    GraphBuilder b = Graph.builder("added");
    Value x = b.input("x", TensorType.of(DType.F32, values.length));
    Value w = b.constant("w", Tensor.of(values, values.length));
    return b.output("y", b.add(new Pointwise.Binary(BinaryKind.ADD), x, w)).build();
  }

  /// The steps that the converter of TensorFlow.js takes for these numbers.
  @Test
  void weightsAreQuantizedAsByTheirConverter() throws IOException {
    Path web = folder.resolve("web");
    TfjsModel.of(added(0, -0.1f, 1.2f)).write(web, TfjsModel.Weights.UINT8);
    byte[] bytes = Files.readAllBytes(web.resolve("group1-shard1of1.bin"));
    assertArrayEquals(new byte[] {20, 0, (byte) 255}, bytes);
    String json = Files.readString(web.resolve("model.json"));
    assertTrue(json.contains("\"min\":-0.1019607881"), json);
    assertTrue(json.contains("\"scale\":0.0050980394"), json);
  }

  @Test
  void weightsAreCutIntoFilesOfFourMegabytes() throws IOException {
    int count = (1 << 20) + 3;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    Path web = folder.resolve("web");
    Graph graph = added(values);
    TfjsModel.of(graph).write(web);
    assertEquals(1 << 22, Files.size(web.resolve("group1-shard1of2.bin")));
    assertEquals(12, Files.size(web.resolve("group1-shard2of2.bin")));
    Tensor zeros = Tensor.zeros(graph.parameters().getFirst());
    Tensor found = TfjsModel.read(web).graph().evaluate(List.of(zeros)).getFirst();
    assertArrayEquals(values, found.toFloatArray());
  }

  @Test
  void filesElsewhereAreNotRead() throws IOException {
    Path web = folder.resolve("web");
    TfjsModel.of(added(1, 2)).write(web);
    Files.write(folder.resolve("outside.bin"), new byte[8]);
    Path model = web.resolve("model.json");
    String json = Files.readString(model);
    for (String wrong : List.of("../outside.bin", "/etc/hostname", "none.bin", ".")) {
      Files.writeString(model, json.replace("group1-shard1of1.bin", wrong));
      Throwable e = assertThrows(FormatException.class, () -> TfjsModel.read(web));
      assertTrue(String.valueOf(e.getMessage()).contains("weightsManifest"), e.getMessage());
    }
  }

  @Test
  void modelsOfLayersAreRefused() throws IOException {
    Path file = folder.resolve("model.json");
    Files.writeString(file, "{\"format\":\"layers-model\",\"modelTopology\":{}}");
    Throwable e = assertThrows(FormatException.class, () -> TfjsModel.read(folder));
    assertEquals(
        file
            + ": a model of the kind layers-model; expected a graph-model: convert it to one first",
        e.getMessage());
  }

  @Test
  void folderOfOthersStay() throws IOException {
    Files.writeString(folder.resolve("diary.txt"), "today");
    assertThrows(TensorException.class, () -> TfjsModel.of(added(1)).write(folder));
    assertThrows(TensorException.class, () -> SavedModel.of(added(1)).write(folder));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void modelsAreReplaced() {
    Path web = folder.resolve("web");
    TfjsModel.of(added(1)).write(web);
    TfjsModel.of(added(2)).write(web);
    Tensor x = Tensor.vector(0f);
    assertEquals(2, TfjsModel.read(web).graph().evaluate(List.of(x)).getFirst().get(0));
    assertEquals(1, String.valueOf(folder.toFile().list().length).length());
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs));
  }

  /// What TensorFlow writes for a function that squares and adds: a call of a function.
  @Test
  void functionsBecomePartOfTheGraph() {
    FunctionDef function =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("f")
                    .addInputArg(OpDef.ArgDef.newBuilder().setName("a"))
                    .addOutputArg(OpDef.ArgDef.newBuilder().setName("identity")))
            .addNodeDef(node("sum", "AddV2", "square:y:0", "a"))
            .addNodeDef(node("square", "Square", "a"))
            .putRet("identity", "sum:z:0")
            .build();
    NodeDef x =
        node("x", "Placeholder").putAllAttr(TfAttributes.of("dtype", DType.F32).values()).build();
    NodeDef call =
        node("call", "StatefulPartitionedCall", "x")
            .putAttr(
                "f",
                dev.tendril.formats.tensorflow.proto.AttrValue.newBuilder()
                    .setFunc(
                        dev.tendril.formats.tensorflow.proto.NameAttrList.newBuilder().setName("f"))
                    .build())
            .build();
    GraphDef.Builder graph = GraphDef.newBuilder().addNode(call).addNode(x);
    graph.getLibraryBuilder().addFunction(function);
    byte[] bytes =
        dev.tendril.formats.tensorflow.proto.SavedModel.newBuilder()
            .addMetaGraphs(
                MetaGraphDef.newBuilder()
                    .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
                    .setGraphDef(graph)
                    .putSignatureDef(
                        "serving_default",
                        SignatureDef.newBuilder()
                            .putInputs("x", TensorInfo.newBuilder().setName("x:0").build())
                            .putOutputs("y", TensorInfo.newBuilder().setName("call:0").build())
                            .build()))
            .build()
            .toByteArray();
    SavedModel model = SavedModel.of(MemorySegment.ofArray(bytes));
    Graph read = model.graph(List.of(TensorType.of(DType.F32, 2)));
    assertEquals("[f32[2] {6.0, 12.0}]", read.evaluate(List.of(Tensor.vector(2f, 3f))).toString());
  }
}
