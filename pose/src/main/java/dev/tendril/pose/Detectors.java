package dev.tendril.pose;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tflite.TfliteModel;
import dev.tendril.pose.blazepose.BlazePoseNetworks;
import dev.tendril.pose.hub.KnownModel;
import dev.tendril.pose.hub.ModelHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes detectors of what users name: models of the hub, files, folders.
final class Detectors {
  private static final String DETECTION = "pose_detection.tflite";
  private static final String PACKED = "pose_solution_packed_assets.data";
  private static final List<String> LANDMARKS =
      List.of(
          "pose_landmark_full.tflite", "pose_landmark_lite.tflite", "pose_landmark_heavy.tflite");
  private static final int INSTANCE = 56;

  private Detectors() {}

  /// The files of a model.
  ///
  /// @param landmarks the second network of BlazePose; null of MoveNet
  private record ModelFiles(Path first, @Nullable Path landmarks) {}

  static PoseDetector create(String model, @Nullable PoseOptions options) {
    ModelFiles files = files(model);
    return files.landmarks == null
        ? moveNet(files.first, options)
        : blazePose(files.first, files.landmarks, options);
  }

  static PoseOptions options(String model) {
    return files(model).landmarks == null ? MoveNetOptions.DEFAULT : BlazePoseOptions.DEFAULT;
  }

  private static ModelFiles files(String model) {
    KnownModel known = ModelHub.known(model).orElse(null);
    if (known != null) {
      List<Path> found =
          ModelHub.standard()
              .find(known)
              .orElseThrow(
                  () ->
                      new TensorException(
                          "the model "
                              + model
                              + " is not on this machine: get it with `tendril models get "
                              + model
                              + "`"));
      return new ModelFiles(found.getFirst(), found.size() == 1 ? null : found.get(1));
    }
    Path path = Path.of(model);
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    if (!Files.exists(path)) {
      List<String> names = ModelHub.known().stream().map(KnownModel::name).toList();
      throw new TensorException(
          "the model " + model + ": no such file or folder, and none of the models " + names);
    }
    return new ModelFiles(path, null);
  }

  private static ModelFiles folder(Path folder) {
    for (String landmarks : LANDMARKS) {
      Path second = folder.resolve(landmarks);
      for (String detection : List.of(DETECTION, PACKED)) {
        Path first = folder.resolve(detection);
        if (Files.isRegularFile(first) && Files.isRegularFile(second)) {
          return new ModelFiles(first, second);
        }
      }
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> models =
          all.filter(file -> file.getFileName().toString().matches("movenet.*\\.tflite"))
              .sorted()
              .toList();
      if (models.size() == 1) {
        return new ModelFiles(models.getFirst(), null);
      }
    } catch (IOException e) {
      throw new TensorException("reading " + folder + ": " + e.getMessage(), e);
    }
    throw new TensorException(
        "the model "
            + folder
            + ": expected "
            + DETECTION
            + " and one of "
            + LANDMARKS
            + ", or one movenet*.tflite");
  }

  private static PoseDetector moveNet(Path file, @Nullable PoseOptions options) {
    MoveNetOptions chosen =
        switch (options) {
          case null -> MoveNetOptions.DEFAULT;
          case MoveNetOptions own -> own;
          case BlazePoseOptions _ ->
              throw new IllegalArgumentException(
                  "the model " + file + " is MoveNet's; got options of BlazePose");
        };
    TfliteModel model = TfliteModel.read(file);
    Graph graph = model.graph();
    if (graph.inputs().size() == 1 && graph.outputs().size() == 1) {
      TensorType input = graph.inputs().getFirst().type();
      Shape output = graph.outputTypes().getFirst().shape();
      boolean picture = input.shape().rank() == 4 && input.shape().dim(3) == 3;
      if (picture && input.shape().isKnown() && output.equals(Shape.of(1, 1, 17, 3))) {
        return new MoveNetDetector(graph, chosen);
      }
      if (picture && output.rank() == 3 && output.dim(2) == INSTANCE) {
        return new MultiPoseDetector(type -> model.graph(List.of(type)), input, chosen);
      }
    }
    throw new TensorException(
        "the model "
            + file
            + " takes "
            + graph.parameters()
            + " and gives "
            + graph.outputTypes()
            + "; expected one of MoveNet: a picture [1, height, width, 3] to [1, 1, 17, 3] or"
            + " [1, 6, 56]; of BlazePose, give the folder of its two files");
  }

  private static PoseDetector blazePose(
      Path detection, Path landmarks, @Nullable PoseOptions options) {
    BlazePoseOptions chosen =
        switch (options) {
          case null -> BlazePoseOptions.DEFAULT;
          case BlazePoseOptions own -> own;
          case MoveNetOptions _ ->
              throw new IllegalArgumentException(
                  "the model " + landmarks + " is BlazePose's; got options of MoveNet");
        };
    BlazePoseNetworks networks =
        new BlazePoseNetworks(
            TfliteModel.read(detection).graph(),
            TfliteModel.read(landmarks).graph(),
            chosen.threads());
    return new BlazePoseDetector(networks, chosen);
  }
}
