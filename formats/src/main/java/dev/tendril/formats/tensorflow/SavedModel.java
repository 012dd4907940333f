package dev.tendril.formats.tensorflow;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.file.WholeFolder;
import dev.tendril.formats.tensorflow.proto.AttrValue;
import dev.tendril.formats.tensorflow.proto.FunctionDef;
import dev.tendril.formats.tensorflow.proto.GraphDef;
import dev.tendril.formats.tensorflow.proto.MetaGraphDef;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.SignatureDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import dev.tendril.formats.tensorflow.proto.VersionDef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A saved model of TensorFlow: a folder with `saved_model.pb`. Models without variables are read,
/// that is, frozen ones; those that Tendril writes are.
///
/// ```java
/// SavedModel.of(graph).write(Path.of("model"));
/// Graph again = SavedModel.read(Path.of("model")).graph();
/// ```
///
/// Nothing in the folder is trusted; what is wrong is a [FormatException].
public final class SavedModel {
  /// The file by which such a folder is known.
  public static final String MODEL = "saved_model.pb";

  /// The version of operators that the format asks for.
  static final int PRODUCER = 1645;

  private static final String SERVE = "serve";
  private static final String SIGNATURE = "serving_default";
  private static final long GROWTH = 4;
  private static final long LEAST_BUDGET = 1 << 20;

  private final TfGraph graph;
  private final String name;

  private SavedModel(TfGraph graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  /// Reads the way to call the model that is its default.
  ///
  /// @param folder of the model
  /// @throws FormatException when it is damaged or of another kind
  /// @throws TensorException when it cannot be read
  public static SavedModel read(Path folder) {
    Path file = folder.resolve(MODEL);
    try {
      return of(MappedFile.map(file));
    } catch (FormatException e) {
      throw e.in(file.toString());
    }
  }

  /// Reads what `saved_model.pb` has.
  static SavedModel of(MemorySegment memory) {
    if (memory.byteSize() > Integer.MAX_VALUE) {
      throw new FormatException("a file of " + memory.byteSize() + " bytes; expected below 2 GB");
    }
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(memory.asByteBuffer()).newCodedInput();
    try {
      in.enableAliasing(true);
      return of(dev.tendril.formats.tensorflow.proto.SavedModel.parseFrom(in));
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException(in.getTotalBytesRead(), "no saved model: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SavedModel of(dev.tendril.formats.tensorflow.proto.SavedModel model) {
    for (MetaGraphDef meta : model.getMetaGraphsList()) {
      if (meta.getMetaInfoDef().getTagsList().contains(SERVE)) {
        return of(meta);
      }
    }
    throw new FormatException("no graph with the tag " + SERVE);
  }

  private static SavedModel of(MetaGraphDef meta) {
    Map<String, SignatureDef> signatures = new TreeMap<>(meta.getSignatureDefMap());
    signatures.keySet().removeIf(key -> key.startsWith("__"));
    SignatureDef signature = signatures.get(SIGNATURE);
    if (signature == null && signatures.size() == 1) {
      signature = signatures.values().iterator().next();
    }
    if (signature == null) {
      throw new FormatException(
          "no signature " + SIGNATURE + "; the model has " + signatures.keySet());
    }
    Map<String, FunctionDef> functions = new HashMap<>();
    GraphDef graph = meta.getGraphDef();
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
    return new SavedModel(
        new TfGraph(
            graph.getNodeList(),
            Map.of(),
            new LinkedHashMap<>(signature.getInputsMap()),
            new LinkedHashMap<>(signature.getOutputsMap()),
            functions),
        "model");
  }

  /// The model that a graph is: each op an operator, or several where there is no such one. It has
  /// the signature `serving_default`.
  ///
  /// @throws FormatException when a node cannot be expressed; the message names it and the reason
  public static SavedModel of(Graph graph) {
    return new SavedModel(TfExport.write(graph), graph.name());
  }

  /// Writes a folder, whole or not at all.
  ///
  /// @throws TensorException when it cannot be written, or another folder is there
  public void write(Path folder) {
    byte[] bytes = toBytes();
    WholeFolder.write(
        folder,
        MODEL,
        made -> {
          Files.write(made.resolve(MODEL), bytes);
          Files.createDirectory(made.resolve("variables"));
        });
  }

  /// The bytes of `saved_model.pb`.
  byte[] toBytes() {
    GraphDef.Builder proto =
        GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(PRODUCER));
    for (NodeDef node : graph.nodes()) {
      proto.addNode(withData(node));
    }
    SignatureDef.Builder signature =
        SignatureDef.newBuilder()
            .putAllInputs(graph.inputs())
            .putAllOutputs(graph.outputs())
            .setMethodName("tensorflow/serving/predict");
    MetaGraphDef.Builder meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags(SERVE))
            .setGraphDef(proto)
            .putSignatureDef(SIGNATURE, signature.build());
    return dev.tendril.formats.tensorflow.proto.SavedModel.newBuilder()
        .setSavedModelSchemaVersion(1)
        .addMetaGraphs(meta)
        .build()
        .toByteArray();
  }

  private NodeDef withData(NodeDef node) {
    Tensor tensor = graph.constants().get(node.getName());
    return tensor == null
        ? node
        : node.toBuilder()
            .putAttr("value", AttrValue.newBuilder().setTensor(TfTensors.write(tensor)).build())
            .build();
  }

  /// The names under which inputs are given.
  public List<String> inputs() {
    return List.copyOf(graph.inputs().keySet());
  }

  /// The model as a graph, for the shapes that the folder says; extents that it leaves open are 1.
  ///
  /// @throws FormatException when an operator has no ops, with its place and the reason
  public Graph graph() {
    return make(null);
  }

  /// The model for inputs of other shapes.
  ///
  /// @param types of its inputs, in the order of [#inputs]
  public Graph graph(List<TensorType> types) {
    return make(types);
  }

  private Graph make(@Nullable List<TensorType> types) {
    return TfImport.graph(graph, name, types, budget(graph, GROWTH));
  }

  /// The bytes that constants may take which are computed while reading.
  static long budget(TfGraph graph, long growth) {
    long bytes = graph.nodes().stream().mapToLong(NodeDef::getSerializedSize).sum();
    for (Tensor tensor : graph.constants().values()) {
      bytes += tensor.type().bytes();
    }
    for (TensorInfo info : graph.outputs().values()) {
      bytes += info.getSerializedSize();
    }
    return growth * bytes + LEAST_BUDGET;
  }
}
