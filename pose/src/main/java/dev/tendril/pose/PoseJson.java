package dev.tendril.pose;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Poses as JSON, in the form in which pose detection of TensorFlow.js prints them: an array of
/// `{score, id, keypoints: [{x, y, z, score, name}], keypoints3D, box}`, without what is not known.
public final class PoseJson {
  private PoseJson() {}

  /// All poses of a picture, on one line.
  public static String of(List<Pose> poses) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Pose pose : poses) {
      ObjectNode object = array.addObject().put("score", pose.score());
      if (pose.id() != null) {
        object.put("id", pose.id());
      }
      keypoints(object.putArray("keypoints"), pose.keypoints());
      if (!pose.keypoints3D().isEmpty()) {
        keypoints(object.putArray("keypoints3D"), pose.keypoints3D());
      }
      if (pose.box() != null) {
        box(object.putObject("box"), pose.box());
      }
    }
    return array.toString();
  }

  private static void keypoints(ArrayNode array, List<Keypoint> points) {
    for (Keypoint point : points) {
      ObjectNode object = array.addObject().put("x", point.x()).put("y", point.y());
      if (point.hasDepth()) {
        object.put("z", point.z());
      }
      object.put("score", point.score()).put("name", point.name());
    }
  }

  private static void box(ObjectNode object, BoundingBox box) {
    object.put("xMin", box.xMin()).put("yMin", box.yMin());
    object.put("xMax", box.xMax()).put("yMax", box.yMax());
    object.put("width", box.width()).put("height", box.height());
  }
}
