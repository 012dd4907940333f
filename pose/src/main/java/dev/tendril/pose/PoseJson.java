package dev.tendril.pose;

import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Poses as JSON, in the form in which pose detection of TensorFlow.js prints them: an array of
/// `{score, id, keypoints: [{x, y, z, score, name}], keypoints3D, box}`, without what is not known.
public final class PoseJson {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private PoseJson() {}

  /// All poses of a picture, on one line.
  public static String of(List<Pose> poses) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(poses, json);
    }
    return text.toString();
  }

  private static void write(List<Pose> poses, JsonGenerator json) {
    json.writeStartArray();
    for (Pose pose : poses) {
      json.writeStartObject();
      json.writeNumberProperty("score", pose.score());
      if (pose.id() != null) {
        json.writeNumberProperty("id", pose.id());
      }
      keypoints("keypoints", pose.keypoints(), json);
      if (!pose.keypoints3D().isEmpty()) {
        keypoints("keypoints3D", pose.keypoints3D(), json);
      }
      if (pose.box() != null) {
        box(pose.box(), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void keypoints(String name, List<Keypoint> points, JsonGenerator json) {
    json.writeArrayPropertyStart(name);
    for (Keypoint point : points) {
      json.writeStartObject();
      json.writeNumberProperty("x", point.x());
      json.writeNumberProperty("y", point.y());
      if (point.hasDepth()) {
        json.writeNumberProperty("z", point.z());
      }
      json.writeNumberProperty("score", point.score());
      json.writeStringProperty("name", point.name());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void box(BoundingBox box, JsonGenerator json) {
    json.writeObjectPropertyStart("box");
    json.writeNumberProperty("xMin", box.xMin());
    json.writeNumberProperty("yMin", box.yMin());
    json.writeNumberProperty("xMax", box.xMax());
    json.writeNumberProperty("yMax", box.yMax());
    json.writeNumberProperty("width", box.width());
    json.writeNumberProperty("height", box.height());
    json.writeEndObject();
  }
}
