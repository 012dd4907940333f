package dev.tendril.formats.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.rewrite.Passes;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.file.WholeFile;
import dev.tendril.formats.onnx.proto.GraphProto;
import dev.tendril.formats.onnx.proto.ModelProto;
import dev.tendril.formats.onnx.proto.OperatorSetIdProto;
import dev.tendril.formats.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model of ONNX (`.onnx`).
///
/// ```java
/// OnnxModel model = OnnxModel.read(Path.of("model.onnx"));
/// Function function = Function.of(model.graph());
/// Tensor y = function.call(x);
/// ```
///
/// ONNX has channels behind the batch, Tendril last: [#graph] has transposes where the two meet,
/// and those that undo each other are gone. Nothing in the file is trusted; what is wrong is a
/// [FormatException].
public final class OnnxModel {
  private static final int PLAIN = 18;
  private static final int WITH_SHORTS = 21;
  private static final long GROWTH = 4;
  private static final long LEAST_BUDGET = 1 << 20;

  private final ModelProto model;
  private final OnnxTensors tensors;

  private OnnxModel(ModelProto model, @Nullable Path folder) {
    this.model = model;
    this.tensors = new OnnxTensors(folder);
  }

  /// Reads a model. Data that it keeps in other files are read from its folder, and from nowhere
  /// else.
  ///
  /// @throws FormatException when the file is damaged or of another kind; the message has the node
  ///     or the tensor
  /// @throws TensorException when it cannot be read
  public static OnnxModel read(Path file) {
    MemorySegment memory = MappedFile.map(file);
    try {
      return new OnnxModel(parse(memory), file.toAbsolutePath().getParent());
    } catch (FormatException e) {
      throw e.in(file.toString());
    }
  }

  /// Reads a model from bytes.
  public static OnnxModel of(byte[] bytes) {
    return new OnnxModel(parse(MemorySegment.ofArray(bytes)), null);
  }

  private static ModelProto parse(MemorySegment memory) {
    if (memory.byteSize() > Integer.MAX_VALUE) {
      throw new FormatException("a file of " + memory.byteSize() + " bytes; expected below 2 GB");
    }
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(memory.asByteBuffer()).newCodedInput();
    try {
      in.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
        throw new FormatException(0, "no graph or no set of operators; expected a model of ONNX");
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException(in.getTotalBytesRead(), "no model of ONNX: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The model that a graph is: each op an operator, or several where the format has no such one.
  /// Quantized numbers are rounded where they were, and computed with as real ones in between.
  ///
  /// @throws FormatException when a node cannot be expressed; the message names it and the reason
  public static OnnxModel of(Graph graph) {
    GraphProto proto = OnnxExport.write(graph);
    boolean shorts =
        proto.getInitializerList().stream()
            .map(TensorProto::getDataType)
            .anyMatch(SHORTS::contains);
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(shorts ? 10 : 8)
            .setProducerName("tendril")
            .setGraph(proto)
            .addOpsetImport(
                OperatorSetIdProto.newBuilder()
                    .setDomain("")
                    .setVersion(shorts ? WITH_SHORTS : PLAIN))
            .build();
    return new OnnxModel(model, null);
  }

  private static final Set<Integer> SHORTS =
      Set.of(OnnxTypes.number(DType.I16), OnnxTypes.number(DType.U16), OnnxTypes.number(DType.I4));

  /// The bytes of a file with this model.
  ///
  /// @throws TensorException when it takes 2 GB or more
  public byte[] toBytes() {
    try {
      return model.toByteArray();
    } catch (RuntimeException e) {
      throw new TensorException("a model of ONNX of 2 GB or more: " + e.getMessage(), e);
    }
  }

  /// Writes the model, whole or not at all.
  ///
  /// @throws TensorException when the file cannot be written
  public void write(Path file) {
    byte[] bytes = toBytes();
    WholeFile.write(file, channel -> WholeFile.writeAll(channel, ByteBuffer.wrap(bytes)));
  }

  /// The program that wrote it.
  public String producer() {
    return (model.getProducerName() + " " + model.getProducerVersion()).strip();
  }

  /// The version of the standard set of operators.
  public int version() {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        return Math.clamp(set.getVersion(), 0, Integer.MAX_VALUE);
      }
    }
    throw new FormatException("no version of the standard set of operators");
  }

  /// What its makers say of the model, by name.
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    return metadata;
  }

  /// The model as a graph, for the shapes that the file says; extents that it leaves open are 1.
  ///
  /// @throws FormatException when an operator has no ops, with its place and the reason
  public Graph graph() {
    return make(null);
  }

  /// The model for inputs of other shapes.
  ///
  /// @param types of its inputs
  public Graph graph(List<TensorType> types) {
    return make(types);
  }

  private Graph make(@Nullable List<TensorType> types) {
    long budget = GROWTH * model.getSerializedSize() + LEAST_BUDGET;
    Graph graph = OnnxImport.graph(model.getGraph(), tensors, version(), types, budget);
    return Rewriter.rewrite(graph, Passes.simplify(Set.of("fold", "algebra", "contract"))).graph();
  }
}
