package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class TrackerTest {
  @ParameterizedTest
  @EnumSource(TrackerOptions.Type.class)
  void numbersAreThoseOfTheReference(TrackerOptions.Type type) {
    boolean boxes = type == TrackerOptions.Type.BOUNDING_BOX;
    JsonNode golden =
        Golden.json("algorithms/calculators.json").get(boxes ? "tracker_bbox" : "tracker_keypoint");
    Tracker tracker = new Tracker(boxes ? TrackerOptions.BOUNDING_BOX : TrackerOptions.KEYPOINT);
    int frame = 0;
    for (JsonNode one : golden.get("frames")) {
      List<Pose> poses = new ArrayList<>();
      one.get("poses").forEach(pose -> poses.add(pose(pose)));
      List<Integer> expected = one.get("ids").valueStream().map(JsonNode::asInt).toList();
      assertEquals(
          expected, tracker.apply(poses, one.get("timestamp_us").asLong()), "frame " + frame++);
    }
  }

  private static Pose pose(JsonNode json) {
    List<Keypoint> points = new ArrayList<>();
    for (JsonNode p : json.get("keypoints")) {
      points.add(
          new Keypoint(
              Topology.COCO_17.names().get(points.size()),
              p.get("x").asDouble(),
              p.get("y").asDouble(),
              Double.NaN,
              p.get("score").asDouble()));
    }
    JsonNode box = json.get("box");
    return new Pose(
        Topology.COCO_17,
        json.get("score").asDouble(),
        points,
        List.of(),
        new BoundingBox(
            box.get("xMin").asDouble(),
            box.get("yMin").asDouble(),
            box.get("xMax").asDouble(),
            box.get("yMax").asDouble()),
        null,
        null);
  }
}
