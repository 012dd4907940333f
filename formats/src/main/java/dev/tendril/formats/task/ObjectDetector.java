package dev.tendril.formats.task;

import dev.tendril.core.Tensor;
import dev.tendril.formats.FormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds things in a picture, by a model of TensorFlow Lite that takes pictures and gives the four
/// results of its detection postprocessing: boxes `[1, n, 4]` (top, left, bottom, right, in parts
/// of the picture), classes `[1, n]`, scores `[1, n]`, and how many there are.
///
/// Thread-safe.
public final class ObjectDetector {
  private final TaskModel model;

  private ObjectDetector(TaskModel model) {
    this.model = model;
    if (model.outputs() != 4) {
      throw new FormatException(
          "a model with "
              + model.outputs()
              + " outputs; expected boxes, classes, scores and their number");
    }
  }

  /// @throws dev.tendril.core.TensorException when the file is none, or of another kind of model
  public static ObjectDetector read(Path file) {
    return new ObjectDetector(new TaskModel(file));
  }

  /// What is found, the surest first.
  ///
  /// @param most how many
  /// @param score the least
  public List<Detection> detect(RgbImage image, int most, float score) {
    List<Tensor> results = model.run(model.picture(image));
    float[] boxes = TaskModel.reals(results.get(0));
    float[] classes = TaskModel.reals(results.get(1));
    float[] scores = TaskModel.reals(results.get(2));
    float[] number = TaskModel.reals(results.get(3));
    int count = Math.min(Math.min(scores.length, classes.length), boxes.length / 4);
    if (number.length > 0) {
      count = Math.min(count, Math.round(number[0]));
    }
    List<String> labels = model.outputNotes(1).labels();
    List<Detection> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (scores[i] >= score) {
        int index = Math.round(classes[i]);
        Category category = new Category(index, TaskModel.label(labels, index), scores[i]);
        int at = 4 * i;
        found.add(new Detection(category, boxes[at + 1], boxes[at], boxes[at + 3], boxes[at + 2]));
      }
    }
    found.sort((a, b) -> Float.compare(b.category().score(), a.category().score()));
    return List.copyOf(found.subList(0, Math.min(most, found.size())));
  }
}
