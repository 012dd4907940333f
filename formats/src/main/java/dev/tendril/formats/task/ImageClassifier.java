package dev.tendril.formats.task;

import dev.tendril.core.Tensor;
import java.nio.file.Path;
import java.util.List;

/// Says what is in a picture, by a model of TensorFlow Lite that takes pictures `[1, height, width,
/// 3 or 1]` and gives a score for each class. Normalization, labels and the least score worth
/// showing are as the model says.
///
/// ```java
/// ImageClassifier classifier = ImageClassifier.read(Path.of("birds.tflite"));
/// Category bird = classifier.classify(image, 1).getFirst();
/// ```
///
/// Thread-safe.
public final class ImageClassifier {
  private final TaskModel model;

  private ImageClassifier(TaskModel model) {
    this.model = model;
  }

  /// @throws dev.tendril.core.TensorException when the file is none, or of another kind of model
  public static ImageClassifier read(Path file) {
    return new ImageClassifier(new TaskModel(file));
  }

  /// The classes, the surest first.
  ///
  /// @param most how many
  public List<Category> classify(RgbImage image, int most) {
    List<Tensor> results = model.run(model.picture(image));
    return model.categories(0, results.getFirst(), most);
  }
}
