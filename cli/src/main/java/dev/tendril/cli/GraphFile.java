package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A graph in a file, of whatever format.
///
/// @param graph for the shapes that the file says
/// @param states what it keeps from run to run: the first values of its last inputs
/// @param model where it comes from, if it is not the text of a graph
record GraphFile(Graph graph, List<Tensor> states, @Nullable TfliteModel model) {
  /// Whether a file is one of those by its name.
  static boolean isGraph(Path file) {
    return isTflite(file) || name(file).endsWith(".tendril");
  }

  static boolean isTflite(Path file) {
    return name(file).endsWith(".tflite");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  static GraphFile read(Path file) {
    try {
      if (isTflite(file)) {
        TfliteModel model = TfliteModel.read(file);
        return new GraphFile(model.graph(), model.states(), model);
      }
      return new GraphFile(Graph.parse(Files.readString(file)), List.of(), null);
    } catch (TensorException e) {
      throw e.in(file.toString());
    } catch (NoSuchFileException e) {
      throw new TensorException("reading " + file + ": no such file", e);
    } catch (IOException e) {
      throw new TensorException("reading " + file + ": " + e.getMessage(), e);
    }
  }

  /// Checks, before any work begins, that a graph can be written there.
  static void requireTarget(Path file) {
    Output.requireFile("--out", file);
    if (!isGraph(file)) {
      throw new IllegalArgumentException(
          "--out " + file + ": the form of a graph; expected .tflite or .tendril");
    }
  }

  /// Writes a graph in the form that the name tells, whole or not at all.
  static void write(Graph graph, Path file) {
    if (isTflite(file)) {
      TfliteModel.of(graph).write(file);
    } else {
      Output.write(file, graph.toText());
    }
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
    if (types.equals(graph.parameters())) {
      return graph;
    }
    return model == null ? graph.withTypes(types) : model.graph(types.subList(0, inputs()));
  }
}
