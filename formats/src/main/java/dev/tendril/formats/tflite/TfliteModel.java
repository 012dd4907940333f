package dev.tendril.formats.tflite;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.file.WholeFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model of TensorFlow Lite (`.tflite`): one or more subgraphs, ways to call them by name, and
/// what its makers say of it.
///
/// ```java
/// TfliteModel model = TfliteModel.read(Path.of("model.tflite"));
/// Function function = Function.of(model.graph());
/// Tensor y = function.call(x);
/// ```
///
/// Constants are not copied: they are where the file is mapped, which must not be written to while
/// the model is in use. Nothing in the file is trusted; what is wrong is a [FormatException].
public final class TfliteModel {
  private final Layout layout;

  private TfliteModel(Layout layout) {
    this.layout = layout;
  }

  /// Reads a model.
  ///
  /// @throws FormatException when the file is damaged or of another kind; the message has the byte
  /// @throws TensorException when it cannot be read
  public static TfliteModel read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
    } catch (NoSuchFileException e) {
      throw new TensorException("reading " + file + ": no such file", e);
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + e.getMessage(), e);
    } catch (FormatException e) {
      e.in(file.toString());
      throw e;
    }
  }

  /// Reads a model from bytes.
  public static TfliteModel of(byte[] bytes) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(bytes.length, 1), 64);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return of(memory.asSlice(0, bytes.length));
  }

  private static TfliteModel of(MemorySegment memory) {
    return new TfliteModel(LayoutReader.read(memory));
  }

  /// The model that a graph is: each op an operator, or several where the format has no such one.
  /// What the graph keeps from run to run, by notes `state INPUT` that name an output, are tensors
  /// that keep their values where the format has them.
  ///
  /// @throws FormatException when a node cannot be expressed; the message names it and the reason
  public static TfliteModel of(Graph graph) {
    return new TfliteModel(GraphExport.layout(graph));
  }

  /// The bytes of a file with this model.
  public byte[] toBytes() {
    return LayoutWriter.write(layout);
  }

  /// Writes the model, whole or not at all.
  ///
  /// @throws TensorException when the file cannot be written
  public void write(Path file) {
    byte[] bytes = toBytes();
    WholeFile.write(file, channel -> WholeFile.writeAll(channel, ByteBuffer.wrap(bytes)));
  }

  /// What its makers say of the model; empty when they say nothing.
  public String description() {
    return layout.description();
  }

  /// The names under which the model can be called; empty when it can only be called as a whole.
  public List<String> signatures() {
    return layout.signatures().stream().map(Layout.Signature::key).toList();
  }

  /// What comes with the model, by name, such as `TFLITE_METADATA`.
  public Map<String, byte[]> metadata() {
    Map<String, byte[]> copies = new LinkedHashMap<>();
    layout
        .metadata()
        .forEach((name, bytes) -> copies.put(name, bytes.toArray(ValueLayout.JAVA_BYTE)));
    return copies;
  }

  /// This model with one thing more that comes with it.
  public TfliteModel withMetadata(String name, byte[] bytes) {
    Map<String, MemorySegment> all = new LinkedHashMap<>(layout.metadata());
    all.put(name, MemorySegment.ofArray(bytes.clone()));
    return new TfliteModel(
        new Layout(layout.description(), layout.subgraphs(), layout.signatures(), all));
  }

  /// The number of subgraphs.
  public int subgraphs() {
    return layout.subgraphs().size();
  }

  /// The model as a graph, for the shapes that the file says. States come last among inputs and
  /// outputs: see [#states].
  ///
  /// @throws FormatException when an operator has no ops, with its place and the reason
  public Graph graph() {
    return entry(null).graph;
  }

  /// The model for inputs of other shapes.
  ///
  /// @param types of its inputs, without those of states
  public Graph graph(List<TensorType> types) {
    return entry(types).graph;
  }

  /// The way to call the model under a name.
  ///
  /// @throws IllegalArgumentException when there is no such name
  public Graph graph(String signature) {
    return signature(signature, null).graph;
  }

  /// The states before the first run, one for each of the last inputs of the graph; each run gives
  /// the next ones as its last outputs. Empty for most models.
  public List<Tensor> states() {
    return entry(null).states.first();
  }

  private record Made(Graph graph, States states) {}

  private Made entry(@Nullable List<TensorType> types) {
    for (Layout.Signature signature : layout.signatures()) {
      if (signature.subgraph() == 0) {
        return signature(signature.key(), types);
      }
    }
    return make(0, List.of(), List.of(), types);
  }

  private Made signature(String key, @Nullable List<TensorType> types) {
    for (Layout.Signature signature : layout.signatures()) {
      if (signature.key().equals(key)) {
        Layout.Subgraph subgraph = layout.subgraphs().get(signature.subgraph());
        return make(
            signature.subgraph(),
            names(subgraph, subgraph.inputs(), signature.inputs()),
            names(subgraph, subgraph.outputs(), signature.outputs()),
            types);
      }
    }
    throw new IllegalArgumentException("the signature " + key + "; the model has " + signatures());
  }

  /// The names that a signature has for tensors, in the order of the subgraph.
  private static List<String> names(
      Layout.Subgraph subgraph, List<Integer> tensors, Map<String, Integer> signature) {
    List<String> names = new ArrayList<>();
    for (int tensor : tensors) {
      String name = subgraph.tensors().get(tensor).name();
      for (Map.Entry<String, Integer> entry : signature.entrySet()) {
        if (entry.getValue() == tensor && !names.contains(entry.getKey())) {
          name = entry.getKey();
          break;
        }
      }
      names.add(name);
    }
    return names;
  }

  private Made make(
      int subgraph, List<String> inputs, List<String> outputs, @Nullable List<TensorType> types) {
    States states = new States();
    Graph graph = GraphImport.graph(layout, subgraph, inputs, outputs, types, states);
    return new Made(graph, states);
  }
}
