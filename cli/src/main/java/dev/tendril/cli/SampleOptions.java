package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.quantize.Samples;
import dev.tendril.formats.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that name samples for a graph, and their classes.
final class SampleOptions {
  @Option(
      names = "--data",
      paramLabel = "[NAME=]PATH",
      description =
          "Samples: a .npy file with one or, along its first axis, many, or a folder of such files."
              + " Of a graph with several inputs one option each, with the name of the input.",
      order = 1)
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--labels",
      paramLabel = "FILE.npy",
      description = "The class of each sample, 0, 1, ...: accuracy and confusion are reported.",
      order = 2)
  private @Nullable Path labels;

  boolean isEmpty() {
    return data.isEmpty();
  }

  /// @throws TensorException when a file cannot be read or does not fit the graph
  List<List<Tensor>> samples(GraphFile file) {
    List<Value.Input> inputs = file.graph().inputs().subList(0, file.inputs());
    Map<String, String> paths = new LinkedHashMap<>();
    for (String entry : data) {
      int split = entry.indexOf('=');
      String name = split < 0 && !inputs.isEmpty() ? inputs.getFirst().name() : "";
      paths.put(split < 0 ? name : entry.substring(0, split), entry.substring(split + 1));
    }
    List<List<Tensor>> columns = new ArrayList<>();
    for (Value.Input input : inputs) {
      String path = paths.remove(input.name());
      if (path == null) {
        throw new IllegalArgumentException(
            "no --data " + input.name() + "=PATH, of " + input.type());
      }
      columns.add(column(input.type(), Path.of(path)));
    }
    if (!paths.isEmpty()) {
      throw new IllegalArgumentException(
          "--data "
              + paths
              + ": the graph has no such input; it has "
              + inputs.stream().map(Value.Input::name).toList());
    }
    List<List<Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < columns.getFirst().size(); i++) {
      List<Tensor> sample = new ArrayList<>();
      for (List<Tensor> column : columns) {
        if (column.size() != columns.getFirst().size()) {
          throw new IllegalArgumentException(
              "--data: "
                  + columns.stream().map(List::size).toList()
                  + " samples of the inputs; expected as many of each");
        }
        sample.add(column.get(i));
      }
      sample.addAll(file.states());
      samples.add(sample);
    }
    return samples;
  }

  private static List<Tensor> column(TensorType type, Path path) {
    List<Tensor> samples = new ArrayList<>();
    for (Path file : files(path)) {
      samples.addAll(Samples.split(type, Npy.read(file), file.toString()));
    }
    if (samples.isEmpty()) {
      throw new TensorException(path + ": no samples; expected .npy files of " + type);
    }
    return samples;
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(f -> f.toString().endsWith(".npy")).sorted().toList();
    } catch (IOException e) {
      throw new TensorException("listing the folder " + path + ": " + e.getMessage(), e);
    }
  }

  /// The class of each sample; null when none are given.
  int @Nullable [] labels() {
    if (labels == null) {
      return null;
    }
    Tensor tensor = Npy.read(labels);
    if (tensor.dtype().isFloat()) {
      throw new TensorException(
          labels + ": labels of " + tensor.type() + "; expected whole numbers, a class each");
    }
    int[] classes = tensor.toIntArray();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0) {
        throw new TensorException(
            labels + ": element " + i + ": the label " + classes[i] + "; expected 0 or more");
      }
    }
    return classes;
  }
}
