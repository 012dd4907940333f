package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tensorflow.TfjsModel;
import java.nio.file.Path;
import java.util.List;

/// A graph in a file, of whatever form.
///
/// @param graph for the shapes that the file says
/// @param states what it keeps from run to run: the first values of its last inputs
/// @param anew makes it again
record GraphFile(Graph graph, List<Tensor> states, Anew anew) {
  /// Makes a graph for types of its inputs.
  interface Anew {
    Graph graph(List<TensorType> types);
  }

  /// Whether a file or folder is one of those.
  static boolean isGraph(Path file) {
    return GraphForm.ofSource(file) != null;
  }

  static GraphFile read(Path file) {
    GraphForm form = GraphForm.ofSource(file);
    try {
      return (form == null ? GraphForm.TENDRIL : form).read(file);
    } catch (TensorException e) {
      throw e.in(file.toString());
    }
  }

  /// Checks, before any work begins, that a graph can be written there.
  static void requireTarget(Path file) {
    Output.requireFile("--out", file);
    GraphForm form = GraphForm.ofName(file);
    if (form == null || !form.isRead()) {
      throw new IllegalArgumentException(
          "--out " + file + ": the form of a graph; expected .tflite, .onnx or .tendril");
    }
  }

  /// Writes a graph in the form that the name tells, whole or not at all.
  static void write(Graph graph, Path file) {
    GraphForm form = GraphForm.ofName(file);
    (form == null ? GraphForm.TENDRIL : form).write(graph, file, TfjsModel.Weights.EXACT);
  }

  /// The number of inputs that a user gives.
  int inputs() {
    return graph.inputs().size() - states.size();
  }

  /// The number of outputs that a user gets.
  int outputs() {
    return graph.outputs().size() - states.size();
  }

  /// The graph for inputs of other shapes.
  ///
  /// @param types of all inputs
  Graph with(List<TensorType> types) {
    return types.equals(graph.parameters()) ? graph : anew.graph(types);
  }
}
