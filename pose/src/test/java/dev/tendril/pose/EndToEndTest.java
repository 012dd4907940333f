package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.pose.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Whole calls against what TensorFlow.js and MediaPipe find in the same pictures.
class EndToEndTest {
  private static final String MOVENET = "models/movenet_single_pose_lightning_ptq.tflite";

  @TempDir Path folder;

  /// A folder with the detector and one landmark model.
  private String blazePose(String size) throws IOException {
    for (String name : List.of("pose_detection", "pose_landmark_" + size)) {
      Path file = folder.resolve(name + ".tflite");
      if (!Files.exists(file)) {
        Files.copy(Golden.file("models/" + name + ".tflite"), file);
      }
    }
    return folder.toString();
  }

  private static void compare(JsonNode golden, Pose pose, Picture picture, Distances distances) {
    for (int i = 0; i < golden.size(); i++) {
      Keypoint point = pose.keypoints().get(i);
      distances.add(
          Math.hypot(
              point.x() - golden.get(i).get("x").asDouble() * picture.width(),
              point.y() - golden.get(i).get("y").asDouble() * picture.height()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pose", "squat"})
  void blazePoseFindsWhatMediaPipeFinds(String name) throws IOException {
    Picture picture = Golden.picture("images/" + name + ".png");
    JsonNode golden = Golden.json("e2e/mediapipe_tasks_lite_" + name + ".json").get("numPoses1");
    try (PoseDetector detector = PoseDetector.create(blazePose("lite"))) {
      Pose pose = detector.estimatePoses(picture).getFirst();
      Distances distances = new Distances();
      compare(golden.get("landmarks").get(0), pose, picture, distances);
      distances.within(1, 6, name);
      JsonNode world = golden.get("world").get(0);
      for (int i = 0; i < world.size(); i++) {
        Keypoint point = pose.keypoints3D().get(i);
        assertEquals(world.get(i).get("x").asDouble(), point.x(), 0.05, point.name());
        assertEquals(world.get(i).get("y").asDouble(), point.y(), 0.05, point.name());
        assertEquals(world.get(i).get("z").asDouble(), point.z(), 0.05, point.name());
      }
    }
  }

  @Test
  void blazePoseFollowsAVideoAsMediaPipeDoes() throws IOException {
    Distances distances = new Distances();
    try (PoseDetector detector = PoseDetector.create(blazePose("lite"))) {
      for (JsonNode frame : Golden.json("e2e/tasks_lite_squats_video_A.json")) {
        Picture picture =
            Golden.picture("frames/squats_%03d.jpg".formatted(frame.get("frame").asInt()));
        Duration time = Duration.ofNanos((long) (frame.get("timestamp_ms").asDouble() * 1e6));
        Pose pose = detector.estimatePoses(picture, time).getFirst();
        compare(frame.get("landmarks").get(0), pose, picture, distances);
      }
    }
    distances.within(1.2, 7, "squats");
  }

  @Test
  void moveNetFollowsAVideoAsPublished() {
    Distances distances = new Distances();
    JsonNode golden = Golden.json("e2e/official_pose_1.json");
    try (PoseDetector detector = PoseDetector.create(Golden.file(MOVENET).toString())) {
      for (int i = 0; i < 40; i++) {
        Picture picture = Golden.picture("frames/dance_%03d.jpg".formatted(i + 1));
        Pose pose = detector.estimatePoses(picture, Duration.ofNanos(i * 33_333_300L)).getFirst();
        for (Keypoint point : pose.keypoints()) {
          JsonNode expected = golden.get(i).get(point.name());
          distances.add(
              Math.hypot(
                  point.x() - expected.get("x").asDouble(),
                  point.y() - expected.get("y").asDouble()));
        }
      }
    }
    distances.within(7, 60, "dance");
  }

  @Test
  void theMaskIsThatOfMediaPipe() throws IOException {
    Picture picture = Golden.picture("images/pose.png");
    BufferedImage expected = Golden.picture("e2e/official_pose_segmentation.png").toImage();
    BlazePoseOptions options = BlazePoseOptions.DEFAULT.withSegmentation(true, true);
    try (PoseDetector detector = PoseDetector.create(blazePose("full"), options)) {
      Pose pose = detector.estimatePoses(picture).getFirst();
      Segmentation mask = Objects.requireNonNull(pose.segmentation());
      int both = 0;
      int either = 0;
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          boolean found = mask.get(x, y) > 0.5;
          boolean there = (expected.getRGB(x, y) & 0xff) > 127;
          both += found && there ? 1 : 0;
          either += found || there ? 1 : 0;
        }
      }
      assertTrue(both > 0.94 * either, "intersection over union " + (double) both / either);
    }
  }

  /// Two people side by side keep their numbers, and each has the landmarks that it has alone.
  @Test
  void severalPeopleKeepTheirNumbers() throws IOException {
    List<Integer> ids = new ArrayList<>();
    List<Double> left = new ArrayList<>();
    EstimationConfig two = EstimationConfig.DEFAULT.withMaxPoses(2);
    try (PoseDetector detector = PoseDetector.create(blazePose("lite"))) {
      for (int i = 1; i <= 6; i++) {
        Picture one = Golden.picture("frames/squats_%03d.jpg".formatted(i));
        Picture other = Golden.picture("frames/squats_%03d.jpg".formatted(i + 8));
        List<Pose> poses =
            detector.estimatePoses(beside(one, other), two, Duration.ofMillis(200L * i));
        assertEquals(2, poses.size(), "frame " + i);
        for (Pose pose : poses) {
          if (pose.keypoint("nose").x() < one.width()) {
            ids.add(Objects.requireNonNull(pose.id()));
            left.add(Objects.requireNonNull(pose.box()).xMax());
          }
        }
      }
    }
    assertEquals(6, ids.size());
    assertEquals(1, ids.stream().distinct().count(), "numbers of the left person: " + ids);
    assertTrue(left.stream().allMatch(x -> x < 400), "right edges of the left person: " + left);
  }

  private static Picture beside(Picture one, Picture other) {
    BufferedImage both =
        new BufferedImage(one.width() + other.width(), one.height(), BufferedImage.TYPE_INT_RGB);
    both.createGraphics().drawImage(one.toImage(), 0, 0, null);
    both.createGraphics().drawImage(other.toImage(), one.width(), 0, null);
    return Picture.of(both);
  }

  @Test
  void aMirrorShowsTheSamePersonTurned() throws IOException {
    Picture picture = Golden.picture("images/squat.png");
    try (PoseDetector detector = PoseDetector.create(Golden.file(MOVENET).toString())) {
      Pose pose = detector.estimatePoses(picture).getFirst();
      detector.reset();
      Pose mirrored =
          detector
              .estimatePoses(picture, EstimationConfig.DEFAULT.withFlipHorizontal(true), null)
              .getFirst();
      for (int i = 0; i < 17; i++) {
        assertEquals(
            picture.width() - pose.keypoints().get(i).x(), mirrored.keypoints().get(i).x(), 1e-9);
      }
    }
  }

  @Test
  void nobodyIsNobody() throws IOException {
    Picture gray = Picture.rgb(new byte[64 * 48 * 3], 64, 48);
    Picture pixel = Picture.rgb(new byte[] {1, 2, 3}, 1, 1);
    Picture person = Golden.picture("images/squat.png");
    for (String model : List.of(Golden.file(MOVENET).toString(), blazePose("lite"))) {
      try (PoseDetector detector = PoseDetector.create(model)) {
        assertEquals(List.of(), detector.estimatePoses(gray), model);
        assertEquals(List.of(), detector.estimatePoses(pixel), model);
        assertEquals(1, detector.estimatePoses(person).size(), model + ": still usable");
      }
    }
  }
}
