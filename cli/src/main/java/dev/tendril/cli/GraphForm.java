package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.Safetensors;
import dev.tendril.formats.onnx.OnnxModel;
import dev.tendril.formats.tensorflow.SavedModel;
import dev.tendril.formats.tensorflow.TfjsModel;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The forms that a graph has in files.
enum GraphForm {
  TENDRIL(".tendril"),
  TFLITE(".tflite"),
  ONNX(".onnx"),
  /// A folder of TensorFlow.js.
  TFJS(""),
  /// A folder of TensorFlow.
  SAVEDMODEL(""),
  /// The constants alone; is only written.
  SAFETENSORS(".safetensors"),
  /// A drawing; is only written.
  SVG(".svg");

  private static final String TRAINED = "data_spec.pb";

  private final String ending;

  GraphForm(String ending) {
    this.ending = ending;
  }

  /// What it is called after `--to`.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether its files are known by the end of their names; else it is a folder.
  boolean isFile() {
    return !ending.isEmpty();
  }

  /// Whether graphs are read of it.
  boolean isRead() {
    return this != SAFETENSORS && this != SVG;
  }

  /// The form that a name tells; null when it tells none.
  static @Nullable GraphForm ofName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (GraphForm form : values()) {
      if (form.isFile() && name.endsWith(form.ending)) {
        return form;
      }
    }
    return null;
  }

  /// The form of a file or folder that is there; null when it is no graph.
  static @Nullable GraphForm ofSource(Path source) {
    GraphForm named = ofName(source);
    if (named != null) {
      return named.isRead() ? named : null;
    }
    if (String.valueOf(source.getFileName()).equals(TfjsModel.MODEL)
        || Files.exists(source.resolve(TfjsModel.MODEL))) {
      return TFJS;
    }
    boolean saved = Files.exists(source.resolve(SavedModel.MODEL));
    return saved && !isTrained(source.resolve("assets")) ? SAVEDMODEL : null;
  }

  /// Whether a saved model has a forest of YDF inside, which is a model and no graph.
  private static boolean isTrained(Path assets) {
    if (!Files.isDirectory(assets)) {
      return false;
    }
    try (Stream<Path> files = Files.list(assets)) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).endsWith(TRAINED));
    } catch (IOException _) {
      return false;
    }
  }

  GraphFile read(Path file) {
    return switch (this) {
      case TFLITE -> {
        TfliteModel model = TfliteModel.read(file);
        List<Tensor> states = model.states();
        yield new GraphFile(
            model.graph(),
            states,
            types -> model.graph(types.subList(0, types.size() - states.size())));
      }
      case ONNX -> {
        OnnxModel model = OnnxModel.read(file);
        yield new GraphFile(model.graph(), List.of(), model::graph);
      }
      case TFJS -> {
        TfjsModel model = TfjsModel.read(file);
        yield new GraphFile(model.graph(), List.of(), model::graph);
      }
      case SAVEDMODEL -> {
        SavedModel model = SavedModel.read(file);
        yield new GraphFile(model.graph(), List.of(), model::graph);
      }
      case TENDRIL, SAFETENSORS, SVG -> {
        Graph graph = text(file);
        yield new GraphFile(graph, List.of(), graph::withTypes);
      }
    };
  }

  private static Graph text(Path file) {
    try {
      return Graph.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new TensorException("reading " + file + ": no such file", e);
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + e.getMessage(), e);
    }
  }

  /// Writes a graph, whole or not at all.
  ///
  /// @param weights how a folder of TensorFlow.js has them
  void write(Graph graph, Path target, TfjsModel.Weights weights) {
    switch (this) {
      case TENDRIL -> Output.write(target, graph.toText());
      case TFLITE -> TfliteModel.of(graph).write(target);
      case ONNX -> OnnxModel.of(graph).write(target);
      case TFJS -> TfjsModel.of(graph).write(target, weights);
      case SAVEDMODEL -> SavedModel.of(graph).write(target);
      case SAFETENSORS -> new Safetensors(constants(graph)).write(target);
      case SVG -> Output.write(target, graph.toSvg());
    }
  }

  private static Map<String, Tensor> constants(Graph graph) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Value.Constant constant : graph.constants()) {
      String name = constant.name();
      for (int i = 1; tensors.containsKey(name); i++) {
        name = constant.name() + "_" + i;
      }
      TensorType type = constant.type();
      tensors.put(name, constant.tensor().view(new TensorType(type.dtype(), type.shape())));
    }
    return tensors;
  }
}
