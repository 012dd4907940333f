package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.run.Function;
import dev.tendril.formats.tflite.TfliteModel;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.movenet.MoveNetNetwork;
import dev.tendril.pose.movenet.MoveNetNetwork.Size;
import dev.tendril.pose.movenet.Weights;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MoveNetNetworkTest {
  private static final String PUBLISHED = "models/movenet_single_pose_lightning_ptq.tflite";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"LIGHTNING, 2.325", "THUNDER, 6.238"})
  void hasTheSizeOfThePublishedNetwork(Size size, double millions) {
    Graph graph = MoveNetNetwork.heads(size, (_, shape) -> Tensor.zeros(floats(shape)));
    long count =
        graph.constants().stream()
            .mapToLong(constant -> constant.tensor().shape().size())
            .filter(numbers -> numbers > 1)
            .sum();
    assertEquals(millions, count / 1e6, 0.02 * millions);
    int quarter = size.input() / 4;
    assertEquals(Shape.of(1, quarter, quarter, 34), graph.outputTypes().get(3).shape());
  }

  private static dev.tendril.core.TensorType floats(int... shape) {
    return new dev.tendril.core.TensorType(dev.tendril.core.DType.F32, Shape.of(shape));
  }

  private static Weights published() {
    Graph graph = TfliteModel.read(Golden.file(PUBLISHED)).graph();
    Graph network = MoveNetNetwork.heads(Size.LIGHTNING, (_, shape) -> Tensor.zeros(floats(shape)));
    return new QuantizedWeights(graph, network);
  }

  /// With the published weights the heads are those of the published network in TensorFlow.js.
  @Test
  void givesTheHeadsOfThePublishedNetwork() {
    Graph graph = MoveNetNetwork.heads(Size.LIGHTNING, published());
    byte[] pixels = Pictures.bytes(Golden.picture("movenet/squat_pad.input192.png"));
    int[] levels = new int[pixels.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = pixels[i] & 0xff;
    }
    List<Tensor> heads = Function.of(graph).callAll(List.of(Tensor.of(levels, 1, 192, 192, 3)));
    List<String> names = List.of("center_logits", "heatmap_logits", "regress", "offset");
    int[] channels = {1, 17, 34, 34};
    for (int i = 0; i < names.size(); i++) {
      float[] expected =
          Golden.floats(
              "movenet/squat_pad.float_%s_48x48x%d.f32.gz".formatted(names.get(i), channels[i]));
      float[] found = heads.get(i).toFloatArray();
      for (int j = 0; j < found.length; j++) {
        Golden.close(expected[j], found[j], 2e-3, names.get(i) + " " + j);
      }
    }
  }

  /// A file written here, read again, used by a detector: whole calls of TensorFlow.js.
  @ParameterizedTest
  @ValueSource(strings = {"pose", "squat"})
  void findsWhatTensorFlowJsFinds(String name) {
    Path file = folder.resolve("movenet_float.tflite");
    TfliteModel.of(MoveNetNetwork.singlePose(Size.LIGHTNING, published())).write(file);
    Picture picture = Golden.picture("images/" + name + ".png");
    MoveNetOptions options = MoveNetOptions.DEFAULT.withMinPoseScore(0.01);
    Distances distances = new Distances();
    try (PoseDetector detector = PoseDetector.create(file.toString(), options)) {
      for (JsonNode call : Golden.json("e2e/movenet_float_" + name + ".json").get("calls")) {
        Pose pose = detector.estimatePoses(picture).getFirst();
        JsonNode golden = call.get("poses").get(0);
        assertEquals(golden.get("score").asDouble(), pose.score(), 0.1);
        compare(golden.get("keypoints"), pose, distances);
      }
    }
    distances.within(2.5, 10, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "smooth"})
  void followsAVideoAsTensorFlowJsDoes(String kind) {
    Path file = folder.resolve("movenet_float.tflite");
    TfliteModel.of(MoveNetNetwork.singlePose(Size.LIGHTNING, published())).write(file);
    MoveNetOptions options =
        MoveNetOptions.DEFAULT.withEnableSmoothing(kind.equals("smooth")).withMinPoseScore(0.01);
    Distances distances = new Distances();
    try (PoseDetector detector = PoseDetector.create(file.toString(), options)) {
      for (JsonNode frame : Golden.json("e2e/movenet_float_video_A_" + kind + ".json")) {
        Picture picture =
            Golden.picture("frames/dance_%03d.jpg".formatted(frame.get("frame").asInt()));
        Duration time = Duration.ofNanos((long) (frame.get("timestamp_ms").asDouble() * 1e6));
        compare(
            frame.get("poses").get(0).get("keypoints"),
            detector.estimatePoses(picture, time).getFirst(),
            distances);
      }
    }
    distances.within(2.5, 10, kind);
  }

  private static void compare(JsonNode expected, Pose pose, Distances distances) {
    for (int i = 0; i < expected.size(); i++) {
      Keypoint point = pose.keypoints().get(i);
      JsonNode golden = expected.get(i);
      assertEquals(golden.get("name").asString(), point.name());
      distances.add(
          Math.hypot(
              golden.get("x").asDouble() - point.x(), golden.get("y").asDouble() - point.y()));
    }
  }

  /// The network for several persons with weights that make two of them known: what the heads say
  /// is put into the decoding directly.
  @Test
  void tellsSeveralPersonsApart() {
    Graph graph = DecodingCases.two();
    float[] found = Function.of(graph).call(Tensor.scalar(0f)).toFloatArray();
    assertEquals(6 * 56, found.length);
    assertArrayEquals(DecodingCases.LEFT, new float[] {found[0], found[1]}, 1e-5f);
    assertArrayEquals(DecodingCases.RIGHT, new float[] {found[56], found[57]}, 1e-5f);
    assertTrue(found[55] > found[56 + 55] && found[56 + 55] > 0.5, "the surer one first");
    assertTrue(found[2 * 56 + 55] < 0.1, "nobody else");
  }

  @Test
  void aDetectorTakesPicturesOfAnyShape() {
    Graph graph = MoveNetNetwork.multiPose(160, 256, Weights.random(1));
    assertEquals(Shape.of(1, 6, 56), graph.outputTypes().getFirst().shape());
    Value.Input input = graph.inputs().getFirst();
    assertEquals(Shape.of(1, 160, 256, 3), input.type().shape());
    Tensor answer = Function.of(graph).call(Tensor.zeros(input.type()));
    for (float number : answer.toFloatArray()) {
      assertTrue(Float.isFinite(number));
    }
  }
}
