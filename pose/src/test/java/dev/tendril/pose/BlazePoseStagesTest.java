package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.pose.blazepose.Anchors;
import dev.tendril.pose.blazepose.Detection;
import dev.tendril.pose.blazepose.Landmarks;
import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What BlazePose does around its networks, step by step.
class BlazePoseStagesTest {
  @Test
  void anchorsOfTheDetector() {
    Anchors anchors = Anchors.of(Anchors.Options.POSE);
    JsonNode golden = Golden.json("algorithms/calculators.json").get("anchors");
    assertEquals(golden.get("count").asInt(), anchors.size());
    for (JsonNode one : golden.get("sample")) {
      double[] numbers = Golden.numbers(one);
      compare(numbers, 1, anchors, (int) numbers[0]);
    }
  }

  @Test
  void anchorsOfAnotherDetector() {
    Anchors anchors =
        Anchors.of(
            new Anchors.Options(
                0.1171875,
                0.75,
                256,
                0.5,
                List.of(8, 16, 32, 32, 32),
                List.of(1.0),
                1,
                false,
                true));
    JsonNode golden = Golden.json("algorithms/anchor_golden_file_0.json");
    assertEquals(golden.size(), anchors.size());
    for (int i = 0; i < golden.size(); i++) {
      compare(Golden.numbers(golden.get(i)), 0, anchors, i);
    }
  }

  private static void compare(double[] golden, int from, Anchors anchors, int i) {
    assertEquals(golden[from], anchors.x(i), 1e-5);
    assertEquals(golden[from + 1], anchors.y(i), 1e-5);
    assertEquals(golden[from + 2], anchors.width(i), 1e-5);
    assertEquals(golden[from + 3], anchors.height(i), 1e-5);
  }

  @Test
  void boxesOfAllKinds() {
    Anchors anchors =
        Anchors.of(
            new Anchors.Options(
                0.2, 0.9, 64, 0.5, List.of(16, 32), List.of(1.0, 2.0), 1, true, false));
    assertEquals(4 * 4 * 3 + 2 * 2 * 3, anchors.size());
    assertEquals(0.1, anchors.width(0), 1e-9);
    assertEquals(0.2 * Math.sqrt(2), anchors.width(1), 1e-9);
    assertEquals(0.2 / Math.sqrt(0.5), anchors.height(2), 1e-9);
    assertEquals(0.9 * Math.sqrt(2), anchors.width(49), 1e-9);
    assertEquals(Math.sqrt(0.9), anchors.width(50), 1e-9);
  }

  @Test
  void regionsAndProjections() {
    for (JsonNode golden : Golden.json("algorithms/calculators.json").get("geometry")) {
      double width = golden.get("image").get("width").asDouble();
      double height = golden.get("image").get("height").asDouble();
      JsonNode points = golden.get("keypoints");
      Region raw =
          Region.toward(
              points.get(0).get("x").asDouble() * width,
              points.get(0).get("y").asDouble() * height,
              points.get(1).get("x").asDouble() * width,
              points.get(1).get("y").asDouble() * height);
      compare(golden.get("rawRect"), raw, width, height);
      Region region = raw.square(1.25);
      compare(golden.get("roi"), region, width, height);
      JsonNode in = golden.get("landmarksIn");
      JsonNode projected = golden.get("projected");
      JsonNode world = golden.get("worldProjected");
      float[] numbers = new float[Landmarks.ALL * 5];
      float[] metres = new float[Landmarks.ALL * 3];
      for (int i = 0; i < in.size(); i++) {
        for (int c = 0; c < 3; c++) {
          numbers[i * 5 + c] =
              metres[i * 3 + c] = (float) in.get(i).get("xyz".substring(c, c + 1)).asDouble();
        }
      }
      Landmarks landmarks = Landmarks.decode(numbers, 1);
      landmarks.project(region);
      Landmarks space = Landmarks.world(metres, region.rotation(), landmarks);
      for (int i = 0; i < in.size(); i++) {
        JsonNode expected = projected.get(i);
        Golden.close(expected.get("x").asDouble(), landmarks.x(i) / width, 1e-6, "x " + i);
        Golden.close(expected.get("y").asDouble(), landmarks.y(i) / height, 1e-6, "y " + i);
        Golden.close(expected.get("z").asDouble(), landmarks.z(i) / width, 1e-6, "z " + i);
        Golden.close(world.get(i).get("x").asDouble(), space.x(i), 1e-6, "metres x " + i);
        Golden.close(world.get(i).get("y").asDouble(), space.y(i), 1e-6, "metres y " + i);
      }
    }
  }

  private static void compare(JsonNode expected, Region found, double width, double height) {
    Golden.close(expected.get("xCenter").asDouble() * width, found.x(), 1e-6, "x");
    Golden.close(expected.get("yCenter").asDouble() * height, found.y(), 1e-6, "y");
    Golden.close(expected.get("width").asDouble() * width, found.width(), 1e-6, "width");
    Golden.close(expected.get("height").asDouble() * height, found.height(), 1e-6, "height");
    Golden.close(expected.get("rotation").asDouble(), found.rotation(), 1e-6, "rotation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pose", "squat"})
  void fromTheDetectorsAnswersToARegion(String name) {
    Picture picture = Golden.picture("images/" + name + ".png");
    Region padded = Region.of(picture).padded(1, 1);
    byte[] cut = new Cut(224, 224).turned(picture, padded, false);
    byte[] expected = Pictures.bytes(Golden.picture("blazepose/" + name + ".det_input224.png"));
    assertEquals(0, Pictures.farthest(expected, cut), 1, "levels of the detector's input");

    List<Detection> raw =
        Detection.decode(
            Golden.floats("blazepose/" + name + ".det_boxes_2254x12.f32.gz"),
            Golden.floats("blazepose/" + name + ".det_logits_2254.f32.gz"),
            Anchors.of(Anchors.Options.POSE),
            224,
            0.5);
    JsonNode golden = Golden.json("blazepose/" + name + ".detect.json");
    assertEquals(golden.get("candidates_over_0_5").asInt(), raw.size());
    List<Detection> kept = Detection.suppress(raw, 0.3);
    assertEquals(golden.get("detections").size(), kept.size());
    Detection best = kept.getFirst().within(picture, padded);
    JsonNode one = golden.get("detections").get(0);
    assertEquals(one.get("score").asDouble(), best.score(), 1e-5);
    assertEquals(one.get("box").get(0).asDouble(), best.xMin(), 1e-5);
    assertEquals(one.get("box").get(3).asDouble(), best.yMax(), 1e-5);
    for (int i = 0; i < 8; i++) {
      assertEquals(one.get("kp").get(i / 2).get(i % 2).asDouble(), best.points()[i], 1e-5);
    }
    compare(
        Golden.json("blazepose/" + name + ".lite.0.json").get("roi_px"),
        best.region(picture).square(1.25),
        1e-3);
  }

  private static void compare(JsonNode expected, Region found, double tolerance) {
    assertEquals(expected.get("cx").asDouble(), found.x(), tolerance);
    assertEquals(expected.get("cy").asDouble(), found.y(), tolerance);
    assertEquals(expected.get("w").asDouble(), found.width(), tolerance);
    assertEquals(expected.get("h").asDouble(), found.height(), tolerance);
    assertEquals(expected.get("rot").asDouble(), found.rotation(), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"pose,full", "squat,lite", "squat,full"})
  void fromTheLandmarkModelsAnswersToLandmarks(String name, String size) {
    String prefix = "blazepose/" + name + "." + size + ".0.";
    JsonNode golden = Golden.json(prefix + "json");
    JsonNode roi = golden.get("roi_px");
    Region region =
        new Region(
            roi.get("cx").asDouble(),
            roi.get("cy").asDouble(),
            roi.get("w").asDouble(),
            roi.get("h").asDouble(),
            roi.get("rot").asDouble());
    Picture picture = Golden.picture("images/" + name + ".png");
    byte[] cut = new Cut(256, 256).turned(picture, region, false);
    byte[] expected = Pictures.bytes(Golden.picture(prefix + "input256.png"));
    assertTrue(Pictures.farthest(expected, cut) <= 1, "levels of the network's input");

    Landmarks landmarks = Landmarks.decode(floats(golden.get("raw_ld_3d_195")), 256);
    landmarks.refine(Golden.floats(prefix + "heatmap_logits_64x64x39.f32.gz"), 64);
    JsonNode refined = golden.get("landmarks39_crop_refined_xyz_vis_pres");
    for (int i = 0; i < Landmarks.ALL; i++) {
      double[] numbers = Golden.numbers(refined.get(i));
      assertEquals(numbers[0], landmarks.x(i), 1e-5, "x " + i);
      assertEquals(numbers[1], landmarks.y(i), 1e-5, "y " + i);
      assertEquals(numbers[2], landmarks.z(i), 1e-5, "z " + i);
      assertEquals(numbers[3], landmarks.visibility(i), 1e-5, "visibility " + i);
      assertEquals(numbers[4], landmarks.presence(i), 1e-5, "presence " + i);
    }
    landmarks.project(region);
    JsonNode image = golden.get("landmarks39_image_normalised");
    for (int i = 0; i < Landmarks.ALL; i++) {
      double[] numbers = Golden.numbers(image.get(i));
      assertEquals(numbers[0], landmarks.x(i) / picture.width(), 1e-5, "x " + i);
      assertEquals(numbers[1], landmarks.y(i) / picture.height(), 1e-5, "y " + i);
      assertEquals(numbers[2], landmarks.z(i) / picture.width(), 1e-5, "z " + i);
    }
    compare(golden.get("next_roi_px"), landmarks.region().square(1.25), 1e-2);
    Landmarks world =
        Landmarks.world(floats(golden.get("raw_world_117")), region.rotation(), landmarks);
    for (int i = 0; i < Landmarks.NAMED; i++) {
      double[] numbers = Golden.numbers(golden.get("world33").get(i));
      assertEquals(numbers[0], world.x(i), 1e-5);
      assertEquals(numbers[1], world.y(i), 1e-5);
      assertEquals(numbers[2], world.z(i), 1e-5);
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
