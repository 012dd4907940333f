package dev.tendril.pose;

import dev.tendril.pose.image.Picture;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the persons in pictures, and follows them through videos.
///
/// ```java
/// try (PoseDetector detector = PoseDetector.create("movenet-lightning")) {
///   for (Pose pose : detector.estimatePoses(Picture.read(Path.of("squat.png")))) {
///     Keypoint knee = pose.keypoint("left_knee");
///   }
/// }
/// ```
///
/// A detector remembers where it saw persons, and looks there first in the next picture. Between
/// pictures that have nothing to do with each other, call [#reset]. With the time of each frame,
/// key points are also smoothed.
///
/// Not thread-safe: one detector a stream.
public interface PoseDetector extends AutoCloseable {
  /// A detector with the defaults of its model.
  ///
  /// @param model see [#create(String, PoseOptions)]
  static PoseDetector create(String model) {
    return Detectors.create(model, null);
  }

  /// A detector.
  ///
  /// @param model a name of [dev.tendril.pose.hub.ModelHub], such as `movenet-lightning` or
  ///     `blazepose-full`, whose files are at hand; or a file of MoveNet; or a folder with the two
  ///     files of BlazePose
  /// @param options those of the model's family
  /// @throws IllegalArgumentException when the options are those of another family
  /// @throws dev.tendril.core.TensorException when the files are missing or damaged
  static PoseDetector create(String model, PoseOptions options) {
    return Detectors.create(model, options);
  }

  /// The defaults of a model's family, to be changed and given to [#create(String, PoseOptions)].
  ///
  /// @throws dev.tendril.core.TensorException when the files are missing
  static PoseOptions options(String model) {
    return Detectors.options(model);
  }

  /// Which key points its poses have.
  Topology topology();

  /// The persons in a picture.
  default List<Pose> estimatePoses(Picture picture) {
    return estimatePoses(picture, EstimationConfig.DEFAULT, null);
  }

  /// The persons in a frame of a video.
  ///
  /// @param timestamp the time of the frame since any beginning, later than that of the last one
  default List<Pose> estimatePoses(Picture picture, Duration timestamp) {
    return estimatePoses(picture, EstimationConfig.DEFAULT, timestamp);
  }

  /// The persons in a picture, the surest first.
  ///
  /// @param timestamp the time of the frame since any beginning; null: nothing is smoothed
  List<Pose> estimatePoses(Picture picture, EstimationConfig config, @Nullable Duration timestamp);

  /// Forgets whom it saw.
  void reset();

  @Override
  void close();
}
