package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.pose.image.Cut;
import dev.tendril.pose.image.Picture;
import dev.tendril.pose.movenet.CropRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CropRegionTest {
  private static final double TOLERANCE = 1e-9;

  @Test
  void theSquareToBeginWith() {
    for (JsonNode golden : Golden.json("algorithms/calculators.json").get("init_crop")) {
      int width = golden.get("w").asInt();
      int height = golden.get("h").asInt();
      compare(golden.get("first"), CropRegion.initial(width, height, true), "first " + golden);
      compare(golden.get("later"), CropRegion.initial(width, height, false), "later " + golden);
    }
  }

  @Test
  void theSquareAroundAPerson() {
    int number = 0;
    for (JsonNode golden : Golden.json("algorithms/calculators.json").get("crop")) {
      int width = golden.get("image").get("width").asInt();
      int height = golden.get("image").get("height").asInt();
      JsonNode points = golden.get("keypoints");
      double[] x = points.valueStream().mapToDouble(p -> p.get("x").asDouble()).toArray();
      double[] y = points.valueStream().mapToDouble(p -> p.get("y").asDouble()).toArray();
      double[] scores = points.valueStream().mapToDouble(p -> p.get("score").asDouble()).toArray();
      CropRegion now =
          golden.get("first").asBoolean() ? null : CropRegion.initial(width, height, true);
      CropRegion found = CropRegion.around(now, x, y, scores, width, height);
      compare(golden.get("out"), found, "person " + number++);
    }
  }

  private static void compare(JsonNode expected, CropRegion found, String what) {
    Golden.close(expected.get("yMin").asDouble(), found.yMin(), TOLERANCE, what);
    Golden.close(expected.get("xMin").asDouble(), found.xMin(), TOLERANCE, what);
    Golden.close(expected.get("yMax").asDouble(), found.yMax(), TOLERANCE, what);
    Golden.close(expected.get("xMax").asDouble(), found.xMax(), TOLERANCE, what);
    Golden.close(expected.get("height").asDouble(), found.height(), TOLERANCE, what);
    Golden.close(expected.get("width").asDouble(), found.width(), TOLERANCE, what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pose_center", "pose_pad", "squat_center", "squat_pad"})
  void whatMoveNetLooksAt(String name) {
    JsonNode crop = Golden.json("movenet/" + name + ".out.json").get("crop");
    Picture picture = Golden.picture("images/" + name.replaceAll("_.*", "") + ".png");
    CropRegion region =
        CropRegion.initial(picture.width(), picture.height(), name.endsWith("center"));
    Golden.close(crop.get("y").asDouble(), region.yMin(), 1e-4, name);
    Golden.close(crop.get("x").asDouble(), region.xMin(), 1e-4, name);
    byte[] found =
        new Cut(192, 192)
            .axisAligned(picture, region.yMin(), region.xMin(), region.yMax(), region.xMax());
    byte[] expected = Pictures.bytes(Golden.picture("movenet/" + name + ".input192.png"));
    int differ = 0;
    for (int i = 0; i < found.length; i++) {
      differ += expected[i] == found[i] ? 0 : 1;
    }
    assertTrue(differ <= 4, differ + " levels differ");
    assertTrue(Pictures.farthest(expected, found) <= 1);
  }
}
