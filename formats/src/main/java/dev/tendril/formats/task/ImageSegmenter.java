package dev.tendril.formats.task;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.formats.FormatException;
import java.nio.file.Path;

/// Says which class each pixel of a picture is of, by a model of TensorFlow Lite that takes
/// pictures and gives scores `[1, height, width, classes]`. Of one class, a score above a half is
/// the class 1.
///
/// Thread-safe.
public final class ImageSegmenter {
  private final TaskModel model;

  private ImageSegmenter(TaskModel model) {
    this.model = model;
  }

  /// @throws dev.tendril.core.TensorException when the file is none, or of another kind of model
  public static ImageSegmenter read(Path file) {
    return new ImageSegmenter(new TaskModel(file));
  }

  /// The class of each pixel, in the model's resolution.
  public Segmentation segment(RgbImage image) {
    Tensor result = model.run(model.picture(image)).getFirst();
    Shape shape = result.shape();
    if (shape.rank() != 4 || shape.dim(0) != 1 || shape.dim(3) < 1) {
      throw new FormatException(
          "a result of " + result.type() + "; expected scores [1, height, width, classes]");
    }
    float[] scores = TaskModel.reals(result);
    int count = shape.dim(3);
    int[] classes = new int[shape.dim(1) * shape.dim(2)];
    for (int i = 0; i < classes.length; i++) {
      int best = 0;
      for (int k = 1; k < count; k++) {
        best = scores[i * count + k] > scores[i * count + best] ? k : best;
      }
      classes[i] = count == 1 ? (scores[i] > 0.5f ? 1 : 0) : best;
    }
    return new Segmentation(shape.dim(2), shape.dim(1), classes, model.outputNotes(0).labels());
  }
}
