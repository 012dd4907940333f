package dev.tendril.formats.tensorflow;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.MappedFile;
import dev.tendril.formats.file.WholeFolder;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A graph model of TensorFlow.js: a folder with `model.json` and files of weights.
///
/// ```java
/// TfjsModel.of(graph).write(Path.of("page/model"), TfjsModel.Weights.UINT8);
/// Graph again = TfjsModel.read(Path.of("page/model")).graph();
/// ```
///
/// TensorFlow.js computes with 32-bit floats, 32-bit integers and truth values: what else a graph
/// has becomes one of these. Nothing in the folder is trusted; what is wrong is a
/// [FormatException].
public final class TfjsModel {
  /// The file by which such a folder is known.
  public static final String MODEL = "model.json";

  private static final long LARGEST = 256L << 20;
  private static final long GROWTH = 4;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final TfGraph graph;
  private final String name;

  /// How floats are stored. Less than 32 bits make the model inexact and small; in memory they are
  /// 32-bit floats again.
  public enum Weights {
    EXACT,
    FLOAT16,
    /// 65,536 steps over the range of each weight.
    UINT16,
    /// 256 steps over the range of each weight.
    UINT8
  }

  private TfjsModel(TfGraph graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  /// Reads a folder.
  ///
  /// @param path the folder, or its `model.json`
  /// @throws FormatException when it is damaged or of another kind, such as a model of layers
  /// @throws TensorException when it cannot be read
  public static TfjsModel read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(MODEL) : path;
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new FormatException("a file of " + size + " bytes; expected at most " + LARGEST);
      }
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      Path folder = file.toAbsolutePath().getParent();
      return new TfjsModel(parse(json, folder == null ? Path.of("") : folder), "model");
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw (at < 0
              ? new FormatException("no JSON: " + e.getOriginalMessage())
              : new FormatException(at, "no JSON: " + e.getOriginalMessage()))
          .in(file.toString());
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + MappedFile.reason(e), e);
    } catch (TensorException e) {
      throw e.in(file.toString());
    }
  }

  private static TfGraph parse(JsonNode json, Path folder) throws IOException {
    String format = json.path("format").asString("graph-model");
    JsonNode topology = json.path("modelTopology");
    if (!format.equals("graph-model") || !topology.path("node").isArray()) {
      throw new FormatException(
          "a model of the kind " + format + "; expected a graph-model: convert it to one first");
    }
    List<NodeDef> nodes = new ArrayList<>();
    topology.path("node").forEach(node -> nodes.add(NodeJson.node(node)));
    JsonNode signature = json.path("signature");
    if (!signature.isObject()) {
      signature = json.path("userDefinedMetadata").path("signature");
    }
    Map<String, TensorInfo> inputs = ends(signature.path("inputs"));
    Map<String, TensorInfo> outputs = ends(signature.path("outputs"));
    if (inputs.isEmpty() && outputs.isEmpty()) {
      guess(nodes, inputs, outputs);
    }
    return new TfGraph(
        nodes, WebWeights.read(json.path("weightsManifest"), folder), inputs, outputs, Map.of());
  }

  private static Map<String, TensorInfo> ends(JsonNode json) {
    Map<String, TensorInfo> ends = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> end : json.properties()) {
      String key = end.getKey();
      ends.put(
          key.endsWith(":0") ? key.substring(0, key.length() - 2) : key,
          NodeJson.info(end.getValue()));
    }
    return ends;
  }

  /// Without a signature, placeholders are inputs, and what nobody uses are outputs.
  private static void guess(
      List<NodeDef> nodes, Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs) {
    Set<String> used = new HashSet<>();
    for (NodeDef node : nodes) {
      for (String input : node.getInputList()) {
        used.add(input.split(":", 2)[0].replace("^", ""));
      }
    }
    for (NodeDef node : nodes) {
      TensorInfo info = TensorInfo.newBuilder().setName(node.getName()).build();
      if (node.getOp().equals("Placeholder")) {
        TensorInfo.Builder typed = info.toBuilder();
        typed.setDtype(node.getAttrOrThrow("dtype").getType());
        typed.setTensorShape(node.getAttrOrThrow("shape").getShape());
        inputs.put(node.getName(), typed.build());
      } else if (!used.contains(node.getName())) {
        outputs.put(node.getName(), info);
      }
    }
  }

  /// The model that a graph is: each op an operator, or several where there is no such one.
  ///
  /// @throws FormatException when a node cannot be expressed; the message names it and the reason
  public static TfjsModel of(Graph graph) {
    return new TfjsModel(TfExport.write(graph), graph.name());
  }

  /// Writes a folder whose weights are exact.
  ///
  /// @throws TensorException when it cannot be written, or another folder is there
  public void write(Path folder) {
    write(folder, Weights.EXACT);
  }

  /// Writes a folder, whole or not at all.
  ///
  /// @throws TensorException when it cannot be written, or another folder is there
  public void write(Path folder, Weights weights) {
    WholeFolder.write(
        folder,
        MODEL,
        made -> {
          ArrayNode manifest = WebWeights.write(made, graph.constants(), weights);
          Files.writeString(made.resolve(MODEL), json(manifest).toString(), StandardCharsets.UTF_8);
        });
  }

  private ObjectNode json(ArrayNode manifest) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", "graph-model").put("generatedBy", "tendril").put("convertedBy", "tendril");
    ObjectNode signature = json.putObject("signature");
    ends(signature.putObject("inputs"), graph.inputs());
    ends(signature.putObject("outputs"), graph.outputs());
    ObjectNode topology = json.putObject("modelTopology");
    ArrayNode nodes = topology.putArray("node");
    graph.nodes().forEach(node -> nodes.add(NodeJson.write(node)));
    topology.putObject("library");
    topology.putObject("versions").put("producer", SavedModel.PRODUCER);
    json.set("weightsManifest", manifest);
    return json;
  }

  private static void ends(ObjectNode json, Map<String, TensorInfo> ends) {
    ends.forEach((end, info) -> json.set(end, NodeJson.write(info)));
  }

  /// The model as a graph, for the shapes that the folder says; extents that it leaves open are 1.
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
    return TfImport.graph(graph, name, types, SavedModel.budget(graph, GROWTH));
  }
}
