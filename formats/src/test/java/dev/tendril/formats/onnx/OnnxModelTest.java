package dev.tendril.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.op.Move;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.Networks;
import dev.tendril.formats.onnx.proto.AttributeProto;
import dev.tendril.formats.onnx.proto.GraphProto;
import dev.tendril.formats.onnx.proto.ModelProto;
import dev.tendril.formats.onnx.proto.NodeProto;
import dev.tendril.formats.onnx.proto.OperatorSetIdProto;
import dev.tendril.formats.onnx.proto.StringStringEntryProto;
import dev.tendril.formats.onnx.proto.TensorProto;
import dev.tendril.formats.onnx.proto.TensorShapeProto;
import dev.tendril.formats.onnx.proto.TypeProto;
import dev.tendril.formats.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  @TempDir private Path folder;

  private static void agree(Graph graph, Graph again, double tolerance) {
    Random random = new Random(3);
    List<Tensor> operands =
        graph.parameters().stream().map(type -> Networks.random(type, random)).toList();
    List<Tensor> expected = graph.evaluate(operands);
    List<Tensor> found = again.evaluate(operands);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).type(), found.get(i).type());
      for (long k = 0; k < expected.get(i).shape().size(); k++) {
        assertEquals(expected.get(i).get(k), found.get(i).get(k), tolerance, "output " + i);
      }
    }
  }

  @Test
  void whatIsWrittenMeansTheSame() {
    Graph graph = Networks.network();
    OnnxModel model = OnnxModel.of(OnnxModel.of(graph).toBytes());
    assertEquals(18, model.version());
    assertEquals("tendril", model.producer());
    agree(graph, model.graph(), 1e-5);
  }

  @Test
  void transposesOfImagesAreGone() {
    Graph graph =
        Graph.parse(
            """
            graph layers (x: f32[1,5,5,2]) -> (c) {
              w = constant f32[2,1,1,2] {0.5, 0.25, -1, 2}
              a = conv(x, w) strides=[1,1] padding=valid dilations=[1,1] groups=1
              b = relu(a)
              c = conv(b, w) strides=[1,1] padding=same dilations=[1,1] groups=1
            }
            """);
    Graph again = OnnxModel.of(OnnxModel.of(graph).toBytes()).graph();
    assertFalse(again.nodes().stream().anyMatch(n -> n.op() instanceof Move.Transpose));
    agree(graph, again, 1e-6);
  }

  private static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(graph);
  }

  private static ValueInfoProto info(String name, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(
          dim < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("n")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder().setOpType(type).addOutput(output).addAllInput(List.of(inputs));
  }

  /// A shape that is computed of another is known while reading.
  @Test
  void extentsThatAreLeftOpenAreChosen() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(info("x", -1, 3, 2))
            .addOutput(info("y"))
            .addInitializer(TensorProto.newBuilder().setName("zero").setDataType(7).addInt64Data(0))
            .addInitializer(
                TensorProto.newBuilder().setName("rest").setDataType(7).addDims(1).addInt64Data(-1))
            .addNode(node("Shape", "s", "x"))
            .addNode(node("Gather", "n", "s", "zero"))
            .addNode(node("Unsqueeze", "n1", "n", "axes"))
            .addInitializer(
                TensorProto.newBuilder().setName("axes").setDataType(7).addDims(1).addInt64Data(0))
            .addNode(
                node("Concat", "to", "n1", "rest")
                    .addAttribute(AttributeProto.newBuilder().setName("axis").setI(0)))
            .addNode(node("Reshape", "y", "x", "to"));
    OnnxModel read = OnnxModel.of(model(graph).build().toByteArray());
    assertEquals("[f32[1,6]]", read.graph().outputTypes().toString());
    Graph four = read.graph(List.of(TensorType.of(DType.F32, 4, 3, 2)));
    assertEquals("[f32[4,6]]", four.outputTypes().toString());
  }

  private byte[] external(String location, int offset) {
    TensorProto.Builder weights =
        TensorProto.newBuilder().setName("w").setDataType(1).addDims(2).setDataLocation(1);
    weights.addExternalData(
        StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    weights.addExternalData(
        StringStringEntryProto.newBuilder().setKey("offset").setValue("" + offset));
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(info("x", 2))
            .addOutput(info("y"))
            .addInitializer(weights)
            .addNode(node("Add", "y", "x", "w"));
    return model(graph).build().toByteArray();
  }

  @Test
  void dataInOtherFilesAreReadFromTheFolderOnly() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("model"));
    Path file = inside.resolve("m.onnx");
    byte[] data = new byte[12];
    data[7] = 0x40;
    Files.write(inside.resolve("weights.bin"), data);
    Files.write(folder.resolve("outside.bin"), data);
    Files.write(file, external("weights.bin", 4));
    Tensor y = OnnxModel.read(file).graph().evaluate(List.of(Tensor.vector(1f, 1f))).getFirst();
    assertEquals("f32[2] {3.0, 1.0}", y.toString());
    for (String wrong : List.of("../outside.bin", "/etc/hostname", ".", "none.bin")) {
      Files.write(file, external(wrong, 0));
      OnnxModel model = OnnxModel.read(file);
      String message =
          String.valueOf(assertThrows(FormatException.class, model::graph).getMessage());
      assertTrue(message.contains("tensor w: its data are in"), message);
    }
    Files.write(file, external("weights.bin", 8));
    OnnxModel beyond = OnnxModel.read(file);
    assertThrows(FormatException.class, beyond::graph);
  }

  @Test
  void operatorsThatAreNotThereAreNamed() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(info("x", 2))
            .addOutput(info("y"))
            .addNode(node("Foo", "y", "x").setName("strange"));
    OnnxModel read = OnnxModel.of(model(graph).build().toByteArray());
    String message = String.valueOf(assertThrows(FormatException.class, read::graph).getMessage());
    assertEquals("node 0 strange (Foo): an operator that Tendril has no ops for", message);
  }

  @Test
  void nodesThatCannotBeWrittenAreNamed() {
    Graph graph =
        Graph.parse(
            """
            graph g (x: f32[8,2]) -> (a) {
              a = fft(x) inverse=false
            }
            """);
    String message =
        String.valueOf(assertThrows(FormatException.class, () -> OnnxModel.of(graph)).getMessage());
    assertEquals("node a (fft): an op that the format has not", message);
  }

  @Test
  void rawDataOfAnotherLengthAreRefused() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addOutput(info("w"))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(1)
                    .addDims(1L << 30)
                    .setRawData(ByteString.copyFrom(new byte[8])));
    OnnxModel read = OnnxModel.of(model(graph).build().toByteArray());
    assertThrows(FormatException.class, read::graph);
  }
}
